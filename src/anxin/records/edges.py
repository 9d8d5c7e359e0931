"""Which event may follow which on one record, as the database enforces it.

Nothing follows an annulment but the end of a procedure that is still open and what concerns the link to the subject.
Marks come in pairs: only an open one is closed, and none is set twice.
"""

from __future__ import annotations

import pgtrigger

# Happens once in the life of a record.
ONCE = ("withdrawn", "annulled", "restored", "display_ended")
# What sets a mark, and what takes it away again.
PAIRS = (
    ("objected", "objection_closed"),
    ("shielded", "unshielded"),
    ("link_undone", "link_restored"),
)
AFTER_ANNULMENT = ("objection_closed", "link_undone", "link_restored")


def may_follow(kind: str, earlier: list[str]) -> bool:
    """Whether an event of `kind` may be added to a record with `earlier` events."""
    if "annulled" in earlier and kind not in AFTER_ANNULMENT:
        return False
    if kind in ONCE:
        return kind not in earlier
    for opening, closing in PAIRS:
        is_open = earlier.count(opening) > earlier.count(closing)
        if (kind == opening and is_open) or (kind == closing and not is_open):
            return False
    return True


def _listed(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


def _pair(opening: str, closing: str) -> str:
    number = "coalesce(array_length(array_positions(earlier, '{}'), 1), 0)"
    is_open = f"({number.format(opening)} > {number.format(closing)})"
    return f"(NEW.kind = '{opening}' AND {is_open}) OR (NEW.kind = '{closing}' AND NOT {is_open})"


# The lock makes two events of one record wait for each other, so that each sees the other.
LAWFUL_EDGES = pgtrigger.Trigger(
    name="lawful_edges",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    declare=[("earlier", "text[]")],
    func=f"""
        PERFORM FROM records_creditrecord r
        WHERE r.subject_id = NEW.subject_id AND r.id = NEW.record_id FOR NO KEY UPDATE;
        SELECT coalesce(array_agg(e.kind), '{{}}') INTO earlier FROM records_recordevent e
        WHERE e.subject_id = NEW.subject_id AND e.record_id = NEW.record_id;
        IF ('annulled' = ANY (earlier) AND NEW.kind NOT IN ({_listed(AFTER_ANNULMENT)}))
           OR (NEW.kind IN ({_listed(ONCE)}) AND NEW.kind = ANY (earlier))
           OR {" OR ".join(_pair(*pair) for pair in PAIRS)} THEN
            RAISE EXCEPTION 'record event % may not follow %', NEW.kind, earlier
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)
