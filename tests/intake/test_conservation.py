"""No row is lost, and the way a file is cut, repeated or ordered changes nothing (invariant 11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.intake.sent import PENALTY, penalty, person, written

from anxin.intake import pipeline
from anxin.intake.models import QueuedRow, ReturnedReason
from anxin.intake.orders import Outcome
from anxin.records.models import RecordVersion

Intake = Callable[..., Outcome]
CODE = "administrative-penalty"
few_examples = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# What a row may be like: number of its document, and what is the matter with it.
KINDS: dict[str, dict[str, str]] = {
    "good": {},
    "other content": {"facts": "虚构的另一事实"},
    "other name": {"subject_name": "虚构的另一名称有限公司"},
    "bad day": {"decided_on": "2026/13/40"},
    "two faults": {"fine": "许多", "facts": ""},
    "withdrawn": {"status": "撤销"},
}
SAID = st.tuples(st.integers(1, 4), st.sampled_from([*KINDS, "person", "other person"]))
QUEUED_TWICE = [(1, "other name"), (1, "good"), (1, "other content"), (1, "other content"), (1, "good")]


def row(said: tuple[int, str]) -> dict[str, str]:
    number, kind = said
    if kind in KINDS:
        return penalty(number, **KINDS[kind])
    return person(number, subject_name="虚构人" if kind == "person" else "虚构另人")


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens within leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def state() -> list[tuple[object, ...]]:
    """All that is stored of records, without the numbers that the database gave."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT encode(r.business_key, 'hex'), v.number, encode(v.content_digest, 'hex'), v.public_fields::text,
                   v.restricted_fields::text, v.display_from, v.display_to, o.uscc, o.name, p.name
            FROM records_recordversion v
            JOIN records_creditrecord r ON r.subject_id = v.subject_id AND r.id = v.record_id
            LEFT JOIN subjects_organization o ON o.subject_id = r.subject_id
            LEFT JOIN subjects_naturalperson p ON p.subject_id = r.subject_id
            ORDER BY 1, 2""")
        return cursor.fetchall()


def counts(outcome: Outcome) -> tuple[int, ...]:
    return outcome.read, outcome.accepted, outcome.returned, outcome.duplicates, outcome.queued


@few_examples
@given(said=st.lists(SAID, min_size=1, max_size=14))
@example(said=QUEUED_TWICE)
def test_invariant_11_every_row_is_accepted_returned_repeated_or_queued(
    intake: Intake, tmp_path: Path, said: list[tuple[int, str]]
) -> None:
    with taken_back():
        outcome = intake(written(tmp_path / "rows.csv", PENALTY, *map(row, said)), CODE)

        assert outcome.read == len(said)
        assert outcome.read == outcome.accepted + outcome.returned + outcome.duplicates + outcome.queued
        of_file = {"submission_id": outcome.submission}
        assert RecordVersion.objects.filter(**of_file).count() == outcome.accepted
        assert QueuedRow.objects.filter(**of_file).count() == outcome.queued
        returned = ReturnedReason.objects.filter(**of_file).values("row_number").distinct().count()
        assert returned == outcome.returned
        assert sum(kind in {"bad day", "two faults"} for _, kind in said) == outcome.returned


@few_examples
@given(before=st.lists(SAID, max_size=4), said=st.lists(SAID, min_size=4, max_size=14))
@example(before=[(1, "good")], said=QUEUED_TWICE)
@example(
    before=[(3, "withdrawn")], said=[(3, "withdrawn"), (1, "good"), (1, "good"), (3, "good"), (3, "good")]
)
@example(before=[], said=[*QUEUED_TWICE, *QUEUED_TWICE])
def test_invariant_11_a_file_read_in_many_parts_ends_as_one_read_at_once(
    intake: Intake,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: list[tuple[int, str]],
    said: list[tuple[int, str]],
) -> None:
    rows = [penalty(9), *map(row, said)]
    found = []
    for size in (1 << 20, 1200):
        with taken_back(), monkeypatch.context() as patched:
            if before:
                intake(written(tmp_path / "before.csv", PENALTY, *map(row, before)), CODE)
            patched.setattr(pipeline, "STEP", size)
            outcome = intake(written(tmp_path / "rows.csv", PENALTY, *rows), CODE)
            queued = QueuedRow.objects.filter(submission_id=outcome.submission).order_by("row_number")
            found.append((counts(outcome), list(queued.values_list("row_number", "reason")), state()))

    assert found[0] == found[1]


@few_examples
@given(order=st.permutations(range(1, 9)), cut=st.integers(1, 7), again=st.booleans())
def test_invariant_11_independent_rows_end_the_same_however_they_are_sent(
    intake: Intake, tmp_path: Path, order: list[int], cut: int, again: bool
) -> None:
    rows = {number: penalty(number) if number % 3 else person(number) for number in range(1, 9)}
    with taken_back():
        intake(written(tmp_path / "whole.csv", PENALTY, *rows.values()), CODE)
        wanted = state()
    with taken_back():
        sent = [rows[number] for number in order]
        parts = [sent[:cut], sent[cut:], *([sent] if again else [])]
        outcomes = [
            intake(written(tmp_path / f"{place}.csv", PENALTY, *part), CODE)
            for place, part in enumerate(parts)
        ]

        assert state() == wanted
        assert len(wanted) == 8
        assert [outcome.duplicates for outcome in outcomes] == [0, 0, *([8] if again else [])]
