"""Doubtful rows about natural persons: an officer chooses by documents, never by name, and sees no number (Art. 12(1))."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.intake.test_penalties import written
from tests.intake.test_persons import ADULT, OTHER, PASSPORT, QUALIFICATION, qualification

from anxin.audit.models import QueryLogEntry
from anxin.authorities.models import Account, RoleAssignment, Unit
from anxin.intake.decisions import Choice, Outcome, OutcomeNotPossible, decide_row
from anxin.intake.models import QueuedRow, RowDecision
from anxin.intake.orders import Outcome as Counts
from anxin.intake.queue_reading import find_row, open_row
from anxin.records.models import CreditRecord, RecordVersion
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import NaturalPerson

pytestmark = pytest.mark.django_db(transaction=True)

Intake = Callable[..., Counts]
AT = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def officer(pack: None) -> Account:
    made = Account.objects.create_account("officer", "a long password", display_name="测试")
    RoleAssignment.objects.create(
        account=made,
        unit=Unit.objects.get(code="credit-office"),
        role="credit_officer",
        territory="210300",
        period=(date(2020, 1, 1), None),
    )
    return made


def decide(
    row: QueuedRow, by: Account, keys: KeyRing, outcome: Outcome = Outcome.NAME_STAYS, **changes: Any
) -> RowDecision:
    choice = Choice(outcome, "已核对证件", **{"name_since": date(2026, 6, 1), **changes})
    return decide_row(number=row.pk, choice=choice, by=by, at=AT, keys=keys)


def test_art_12_1_an_officer_says_which_of_two_persons_documents_point_at(
    intake: Intake, tmp_path: Path, officer: Account, keys: KeyRing
) -> None:
    passport = {"other_id_kind": "护照号", "other_id_number": PASSPORT}
    second = qualification(2, subject_name="杏小二", person_id_number=OTHER, **passport)
    known = (qualification(1), second)
    intake(written(tmp_path / "a.csv", QUALIFICATION, *known), "professional-qualification")
    both = qualification(3, **passport)
    outcome = intake(written(tmp_path / "b.csv", QUALIFICATION, both), "professional-qualification")
    assert outcome.reasons == {"Q-DOCUMENT-CONFLICT": 1}
    row, persons = QueuedRow.objects.get(), NaturalPerson.objects.order_by("name")

    opened = open_row(row=find_row(number=row.pk, by=officer), by=officer, keys=keys)
    assert {one.subject_id for one in opened.candidates} == {person.pk for person in persons}
    assert QueryLogEntry.objects.count() == 2
    assert ADULT not in str(opened)
    assert PASSPORT not in str(opened)
    with pytest.raises(OutcomeNotPossible):
        decide(row, officer, keys)
    made = decide(row, officer, keys, subject_id=persons[0].pk)

    assert made.subject_id == persons[0].pk
    assert RecordVersion.objects.get(record_id=made.record_id).display_from is None


def test_a_person_is_not_renamed_by_a_decision_on_a_row(
    intake: Intake, tmp_path: Path, officer: Account, keys: KeyRing
) -> None:
    intake(written(tmp_path / "a.csv", QUALIFICATION, qualification(1)), "professional-qualification")
    other = qualification(2, subject_name="杏另名")
    intake(written(tmp_path / "b.csv", QUALIFICATION, other), "professional-qualification")

    with pytest.raises(OutcomeNotPossible):
        decide(QueuedRow.objects.get(), officer, keys, outcome=Outcome.NEW_NAME)
    decide(QueuedRow.objects.get(), officer, keys)

    assert NaturalPerson.objects.get().name != "杏另名"
    assert CreditRecord.objects.count() == 2
