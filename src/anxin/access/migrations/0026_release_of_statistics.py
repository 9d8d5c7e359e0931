"""Counting for the public statistics, and what of a count of persons may be known (Art. 14(2)).

`told_of_count` is the rule. Whatever is told, a true count that is told unchanged, or 0 where nothing is told, would have given the
very same releases; and any two numbers told of a cell are equal or differ by the threshold. So all releases together never show
that a group below the threshold exists, came or went. The pieces:

- Fewer than the threshold: nothing is told, zero like any other. A zero that is told would make "not told" mean one to seven.
- But a number below twice the threshold, less one, stays where it is: it could only have fallen by a few, and its disappearance
  would tell so. A greater one disappears, and fell by the threshold at least, to whatever.
- A count within the threshold of the number that stands leaves it as it is, with its day, exactly as an unchanged count does.
- A count that is near another number told before becomes that number, with the day it was first told.

Totals over items or over kinds of subject are told nowhere. `release_statistics` alone sees the counts; persons who trade under a
code of their own (sole proprietors) are counted in neither column.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE access_statisticscell ADD CONSTRAINT statistics_cell_keeps_the_releases_threshold
    FOREIGN KEY (release_id, least) REFERENCES access_statisticsrelease (id, least);

CREATE FUNCTION told_of_count(counted integer, standing integer, told integer[], threshold integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN counted < threshold THEN CASE WHEN standing >= threshold AND standing < 2 * threshold - 1 THEN standing END
    WHEN standing >= threshold AND abs(counted - standing) < threshold THEN standing
    ELSE (SELECT CASE WHEN near.number IS NULL THEN counted WHEN near.number >= threshold THEN near.number END
          FROM (SELECT (array_agg(t.number ORDER BY abs(t.number - counted), t.number))[1] AS number
                FROM unnest(told) AS t(number) WHERE abs(t.number - counted) < threshold) near) END;

CREATE FUNCTION release_statistics(entry bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    logged audit_querylogentry%ROWTYPE := committed_reading(entry);
    today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
    threshold integer;
    release bigint;
BEGIN
    IF logged.route <> 'maintenance' OR logged.subject_id IS NOT NULL OR logged.fields <> ARRAY['statistics']::varchar[] THEN
        RAISE EXCEPTION 'query-log entry % does not say that everything is counted', entry USING ERRCODE = 'insufficient_privilege';
    END IF;
    LOCK TABLE access_statisticsrelease IN SHARE ROW EXCLUSIVE MODE;
    SELECT t.least INTO threshold FROM access_statisticsthreshold t
    WHERE t.valid_from <= today ORDER BY t.valid_from DESC LIMIT 1;
    IF threshold IS NULL THEN
        RAISE EXCEPTION 'no threshold is in force on %', today USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO access_statisticsrelease (released_on, least, entry_id) VALUES (today, threshold, entry) RETURNING id INTO release;
    INSERT INTO access_statisticscell (release_id, least, item_id, subject_kind, number, since)
    SELECT release, threshold, i.item_id, 'organization', coalesce(c.number, 0), today
    FROM catalog_catalogitemversion i
    JOIN catalog_catalogitem named ON named.id = i.item_id
    LEFT JOIN (SELECT r.item_code, count(DISTINCT r.subject_id) AS number FROM published_record r GROUP BY r.item_code) c
        ON c.item_code = named.code
    WHERE i.valid_from <= today AND (i.valid_to IS NULL OR i.valid_to > today) AND i.disclosure_class = 'public';
    INSERT INTO access_statisticscell (release_id, least, item_id, subject_kind, number, since)
    SELECT release, threshold, i.item_id, 'natural_person', known.number, CASE WHEN known.number IS NOT NULL THEN coalesce(
               (SELECT min(s.since) FROM access_statisticscell s
                WHERE s.item_id = i.item_id AND s.subject_kind = 'natural_person' AND s.number = known.number), today) END
    FROM catalog_catalogitemversion i
    LEFT JOIN (
        SELECT r.item_id, count(DISTINCT r.subject_id)::integer AS number
        FROM records_creditrecord r JOIN subjects_subject s ON s.id = r.subject_id AND s.kind = 'natural_person'
        WHERE NOT EXISTS (
            SELECT FROM records_recordevent e
            WHERE e.subject_id = r.subject_id AND e.record_id = r.id AND e.effective_at <= now()
              AND (e.kind IN ('withdrawn', 'annulled', 'restored', 'display_ended')
                   OR e.kind IN ('shielded', 'link_undone') AND NOT EXISTS (
                       SELECT FROM records_recordevent u
                       WHERE u.subject_id = e.subject_id AND u.record_id = e.record_id
                         AND u.kind = CASE e.kind WHEN 'shielded' THEN 'unshielded' ELSE 'link_restored' END
                         AND u.effective_at <= now() AND u.id > e.id)))
        GROUP BY r.item_id
    ) c ON c.item_id = i.item_id
    LEFT JOIN LATERAL (
        SELECT array_agg(DISTINCT b.number) FILTER (WHERE b.number IS NOT NULL) AS told,
               (array_agg(b.number ORDER BY b.release_id DESC))[1] AS standing
        FROM access_statisticscell b
        WHERE b.item_id = i.item_id AND b.subject_kind = 'natural_person'
    ) before ON true
    CROSS JOIN LATERAL (SELECT told_of_count(coalesce(c.number, 0), before.standing, before.told, threshold) AS number) known
    WHERE i.valid_from <= today AND (i.valid_to IS NULL OR i.valid_to > today) AND 'natural_person' = ANY (i.subject_kinds);
    RETURN release;
END $$;
REVOKE ALL ON FUNCTION told_of_count(integer, integer, integer[], integer), release_statistics(bigint) FROM PUBLIC;
"""
BACKWARD = """
DROP FUNCTION release_statistics(bigint), told_of_count(integer, integer, integer[], integer);
ALTER TABLE access_statisticscell DROP CONSTRAINT statistics_cell_keeps_the_releases_threshold;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0025_published_statistics"),
        ("audit", "0003_the_tree"),
        ("catalog", "0003_document_kind"),
        ("records", "0004_only_organizations_displayed"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
