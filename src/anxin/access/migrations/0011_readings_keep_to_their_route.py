"""The database holds readings to their route (Art. 13(1), 20(2)).

A log row of the route `authorized` counts one use of an open grant for this subject, this reader and these fields, in the row's own
transaction; where there is none left, there is no row, and so the gate stays shut. A row of the route `ex_officio` needs an item
of the use list in force for the unit, the kind of subject and the fields. Both look at nothing else; other routes pay one comparison.

To others than the subject and those who keep the records, the gate gives no record that is shielded or was restored: these are no
longer shared. And a person is found by number and name together, by one function that counts wrong guesses.
"""

from django.db import migrations

ROUTES = """
CREATE FUNCTION reading_keeps_to_its_route() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    today date := (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    IF NEW.route = 'authorized' THEN
        UPDATE access_accessgrant g SET used = g.used + 1
        WHERE g.id = NEW.grant_id AND g.subject_id = NEW.subject_id AND g.withdrawn_at IS NULL
          AND g.granted_at <= clock_timestamp() AND g.ends_at > clock_timestamp() AND g.used < g.uses
          AND NEW.fields::text[] <@ g.fields::text[]
          AND (g.grantee_account_id = NEW.reader_account_id
               OR g.grantee_client <> '' AND g.grantee_client = NEW.client_id
               OR EXISTS (SELECT FROM authorities_unit u
                          WHERE u.id = g.grantee_unit_id AND u.code = NEW.reader_unit_code));
        IF NOT FOUND THEN
            RAISE EXCEPTION 'grant % is not open to this reading', NEW.grant_id
                USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'art_13_1_2_reading_within_a_grant';
        END IF;
    ELSIF NOT EXISTS (
        SELECT FROM access_uselistitem i JOIN subjects_subject s ON s.id = NEW.subject_id
        WHERE i.code = NEW.use_item AND NEW.reader_unit_code = ANY (i.units)
          AND i.valid_from <= today AND (i.valid_to IS NULL OR i.valid_to > today)
          AND s.kind = ANY (i.subject_kinds) AND NEW.fields::text[] <@ i.fields::text[]) THEN
        RAISE EXCEPTION 'no item of the use list in force allows this reading'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'art_20_2_reading_within_the_use_list';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reading_keeps_to_its_route BEFORE INSERT ON audit_querylogentry
FOR EACH ROW WHEN (NEW.route IN ('authorized', 'ex_officio')) EXECUTE FUNCTION reading_keeps_to_its_route();
"""

SHARED = """
ALTER FUNCTION read_records(bigint) RENAME TO records_of_reading;

CREATE FUNCTION no_longer_shared(events jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT coalesce(bool_or(e ->> 'kind' = 'restored'), false)
        OR count(*) FILTER (WHERE e ->> 'kind' = 'shielded') > count(*) FILTER (WHERE e ->> 'kind' = 'unshielded')
    FROM jsonb_array_elements(events) AS e);

CREATE FUNCTION read_records(entry bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    logged audit_querylogentry%ROWTYPE := committed_reading(entry);
    held jsonb := records_of_reading(entry);
BEGIN
    IF logged.route NOT IN ('authorized', 'ex_officio', 'batch') THEN
        RETURN held;
    END IF;
    RETURN (
        SELECT coalesce(jsonb_agg(one.record ORDER BY one.place), '[]'::jsonb)
        FROM jsonb_array_elements(held) WITH ORDINALITY AS one(record, place)
        WHERE NOT no_longer_shared(one.record -> 'events'));
END $$;
"""

PERSONS = """
CREATE FUNCTION subject_of_person(reader bigint, unit text, digests bytea[], asked text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    today date := (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date;
    wrong_of_reader int; answers int; wrong_of_unit int;
    found_subject bigint;
    shut boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(20220013, hashtext(unit));
    INSERT INTO access_personlookupday (account_id, unit_code, day) VALUES (reader, unit, today) ON CONFLICT DO NOTHING;
    SELECT coalesce(sum(d.wrong) FILTER (WHERE d.account_id = reader), 0),
           coalesce(sum(d.answered) FILTER (WHERE d.account_id = reader), 0), coalesce(sum(d.wrong), 0)
    INTO wrong_of_reader, answers, wrong_of_unit
    FROM access_personlookupday d WHERE d.unit_code = unit AND d.day = today;
    SELECT p.subject_id INTO found_subject
    FROM subjects_personalidentifier i JOIN subjects_naturalperson p ON p.subject_id = i.person_id
    WHERE i.digest = ANY (digests) AND (p.name = asked OR EXISTS (
        SELECT FROM subjects_personrenaming r
        WHERE r.person_id = p.subject_id AND r.undone_at IS NULL AND r.former_name = asked))
    ORDER BY p.subject_id LIMIT 1;
    -- After three wrong guesses an account gets no more than twenty answers that day, after ten none; nor does its unit after twenty.
    shut := wrong_of_reader >= 10 OR wrong_of_unit >= 20 OR wrong_of_reader >= 3 AND answers >= 20;
    UPDATE access_personlookupday d SET
        closed = d.closed + CASE WHEN shut THEN 1 ELSE 0 END,
        wrong = d.wrong + CASE WHEN NOT shut AND found_subject IS NULL THEN 1 ELSE 0 END,
        answered = d.answered + CASE WHEN NOT shut AND found_subject IS NOT NULL THEN 1 ELSE 0 END
    WHERE d.account_id = reader AND d.unit_code = unit AND d.day = today;
    RETURN CASE WHEN shut THEN NULL ELSE found_subject END;
END $$;
"""
CLOSED = """
REVOKE ALL ON FUNCTION reading_keeps_to_its_route(), records_of_reading(bigint), read_records(bigint), no_longer_shared(jsonb),
    subject_of_person(bigint, text, bytea[], text) FROM PUBLIC;
"""
BACKWARD = """
DROP FUNCTION subject_of_person(bigint, text, bytea[], text), read_records(bigint);
ALTER FUNCTION records_of_reading(bigint) RENAME TO read_records;
DROP FUNCTION no_longer_shared(jsonb);
DROP TRIGGER reading_keeps_to_its_route ON audit_querylogentry;
DROP FUNCTION reading_keeps_to_its_route();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0010_routes_of_reading"),
        ("audit", "0003_the_tree"),
        ("subjects", "0008_person_renamings"),
    ]
    operations = [migrations.RunSQL(ROUTES + SHARED + PERSONS + CLOSED, BACKWARD)]
