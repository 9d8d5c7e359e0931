"""Doubtful rows about natural persons: an officer chooses by documents, never by name, and sees no number (Art. 12(1))."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError
from tests.intake.test_penalties import written
from tests.intake.test_persons import ADULT, OTHER, PASSPORT, QUALIFICATION, qualification

from anxin.audit.models import EventLogEntry, QueryLogEntry
from anxin.authorities.models import Account, RoleAssignment, Unit
from anxin.intake.decisions import Choice, Outcome, OutcomeNotPossible, decide_row
from anxin.intake.models import QueuedRow, RowDecision
from anxin.intake.newcomers import check_newcomer
from anxin.intake.orders import Outcome as Counts
from anxin.intake.queue_reading import find_row, open_row
from anxin.intake.undoing import ChangedSince, undo_decision
from anxin.intake.values import ENCRYPTION_CONTEXT
from anxin.records.models import CreditRecord, RecordEvent, RecordVersion
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import LinkDecision, NaturalPerson, PersonalIdentifier
from anxin.subjects.newcomers import NoDocument, NumberHeld

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
    assert QueryLogEntry.objects.exclude(subject_id=None).count() == 2
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


TOLD = {"other_id_kind": "护照号", "other_id_number": PASSPORT}


@pytest.fixture
def stranger(intake: Intake, tmp_path: Path) -> QueuedRow:
    """One person with a passport is on file; a row names that passport beside a number that is nobody's."""
    intake(written(tmp_path / "a.csv", QUALIFICATION, qualification(1, **TOLD)), "professional-qualification")
    second = qualification(2, subject_name="杏小二", person_id_number=OTHER, **TOLD)
    outcome = intake(written(tmp_path / "b.csv", QUALIFICATION, second), "professional-qualification")
    assert outcome.reasons == {"Q-DOCUMENT-CONFLICT": 1}
    return QueuedRow.objects.get()


def numbers_of(person_id: int | None) -> list[str]:
    held = PersonalIdentifier.objects.filter(person_id=person_id)
    return sorted((one.kind for one in held), reverse=True)


def test_art_12_1_a_new_person_comes_under_the_free_number_and_leaves_the_others_document_alone(
    stranger: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    known = NaturalPerson.objects.get()
    opened = open_row(row=find_row(number=stranger.pk, by=officer), by=officer, keys=keys)
    assert [(one.kind, one.held_by) for one in opened.documents] == [
        ("resident_id_number", None),
        ("passport", known.pk),
    ]
    assert OTHER not in repr(opened)
    with pytest.raises(NumberHeld):
        decide(stranger, officer, keys, outcome=Outcome.NEW_PERSON, second_document=True)
    assert NaturalPerson.objects.count() == 1

    made = decide(stranger, officer, keys, outcome=Outcome.NEW_PERSON)

    person = NaturalPerson.objects.get(pk=made.subject_id)
    assert (person.name, person.born_on, made.effect) == ("杏小二", date(1981, 2, 2), "record_created")
    assert numbers_of(person.pk) == ["resident_id_number"]
    assert numbers_of(known.pk) == ["resident_id_number", "passport"]
    version = RecordVersion.objects.get(record_id=made.record_id)
    sealed = json.loads(
        keys.decrypt(bytes(version.encrypted_fields or b""), ENCRYPTION_CONTEXT, keys.current)
    )
    assert sealed == {"person_id_number": OTHER}
    receipt = EventLogEntry.objects.get(act="decide_row")
    assert (receipt.subject_id, receipt.details["outcome"]) == (person.pk, "new_person")


def test_a_row_of_the_new_person_is_no_doubt_any_more(
    stranger: QueuedRow, officer: Account, keys: KeyRing, intake: Intake, tmp_path: Path
) -> None:
    made = decide(stranger, officer, keys, outcome=Outcome.NEW_PERSON)

    alone = qualification(3, subject_name="杏小二", person_id_number=OTHER)
    outcome = intake(written(tmp_path / "c.csv", QUALIFICATION, alone), "professional-qualification")

    assert (outcome.accepted, outcome.new_subjects) == (1, 0)
    assert CreditRecord.objects.filter(subject_id=made.subject_id).count() == 2
    with pytest.raises(ChangedSince):
        undo_decision(number=stranger.pk, reason="看错了", by=officer, at=AT)
    assert numbers_of(made.subject_id) == ["resident_id_number"]


def test_undoing_releases_the_number_and_the_same_person_comes_back_with_the_same_decision(
    stranger: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    first = decide(stranger, officer, keys, outcome=Outcome.NEW_PERSON)
    undo_decision(number=stranger.pk, reason="看错了", by=officer, at=AT)
    assert numbers_of(first.subject_id) == []
    assert RecordEvent.objects.get(record_id=first.record_id).kind == "link_undone"

    again = decide(stranger, officer, keys, outcome=Outcome.NEW_PERSON)

    assert (again.subject_id, again.record_id, again.effect) == (
        first.subject_id,
        first.record_id,
        "link_restored",
    )
    assert numbers_of(again.subject_id) == ["resident_id_number"]
    assert NaturalPerson.objects.count() == 2


def test_a_row_taken_from_one_person_can_be_given_to_another(
    stranger: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    wrong = decide(stranger, officer, keys, outcome=Outcome.NEW_PERSON)
    undo_decision(number=stranger.pk, reason="其实是同一人", by=officer, at=AT)
    known = NaturalPerson.objects.exclude(pk=wrong.subject_id).get()

    right = decide(stranger, officer, keys)
    assert (right.subject_id, right.effect) == (known.pk, "record_created")
    undo_decision(number=stranger.pk, reason="又看错了", by=officer, at=AT)
    back = decide(stranger, officer, keys)

    assert (back.record_id, back.effect) == (right.record_id, "link_restored")


def test_two_strangers_of_one_file_share_no_passport(
    intake: Intake, tmp_path: Path, officer: Account, keys: KeyRing
) -> None:
    rows = qualification(1, **TOLD), qualification(2, subject_name="杏小二", person_id_number=OTHER, **TOLD)
    intake(written(tmp_path / "a.csv", QUALIFICATION, *rows), "professional-qualification")
    one, two = QueuedRow.objects.order_by("row_number")
    opened = open_row(row=find_row(number=one.pk, by=officer), by=officer, keys=keys)
    assert (opened.candidates, opened.met, QueryLogEntry.objects.count()) == ((), None, 1)
    assert QueryLogEntry.objects.get().subject_id is None
    assert opened.outcomes == (Outcome.NEW_PERSON, Outcome.RETURNED)

    first = decide(one, officer, keys, outcome=Outcome.NEW_PERSON, second_document=True)
    with pytest.raises(NumberHeld):
        decide(two, officer, keys, outcome=Outcome.NEW_PERSON, second_document=True)
    second = decide(two, officer, keys, outcome=Outcome.NEW_PERSON)

    assert numbers_of(first.subject_id) == ["resident_id_number", "passport"]
    assert numbers_of(second.subject_id) == ["resident_id_number"]


def test_a_number_that_is_somebodys_makes_no_new_person_under_another_name(
    intake: Intake, tmp_path: Path, officer: Account, keys: KeyRing
) -> None:
    intake(written(tmp_path / "a.csv", QUALIFICATION, qualification(1)), "professional-qualification")
    other = qualification(2, subject_name="杏另名", **TOLD)
    intake(written(tmp_path / "b.csv", QUALIFICATION, other), "professional-qualification")
    row = QueuedRow.objects.get()

    opened = open_row(row=find_row(number=row.pk, by=officer), by=officer, keys=keys)
    assert Outcome.NEW_PERSON not in opened.outcomes
    for second_document in (False, True):
        with pytest.raises(NumberHeld) as refused:
            decide(row, officer, keys, outcome=Outcome.NEW_PERSON, second_document=second_document)
    assert refused.value.code == "E-PERSON-NUMBER-HELD"
    assert ADULT not in str(refused.value)
    assert (NaturalPerson.objects.count(), RowDecision.objects.count()) == (1, 0)


def test_a_number_that_became_somebodys_while_the_officer_looked_is_refused(
    stranger: QueuedRow, officer: Account, keys: KeyRing, intake: Intake, tmp_path: Path
) -> None:
    alone = qualification(3, subject_name="杏小二", person_id_number=OTHER)
    intake(written(tmp_path / "c.csv", QUALIFICATION, alone), "professional-qualification")

    with pytest.raises(NumberHeld):
        decide(stranger, officer, keys, outcome=Outcome.NEW_PERSON)


def test_nobody_comes_on_file_under_a_name_alone() -> None:
    with pytest.raises(NoDocument):
        check_newcomer((), second_document=False)


def test_a_conflict_of_contents_is_no_question_of_persons(
    intake: Intake, tmp_path: Path, officer: Account, keys: KeyRing
) -> None:
    rows = qualification(1), qualification(1, qualification="另一种资格")
    intake(written(tmp_path / "a.csv", QUALIFICATION, *rows), "professional-qualification")

    with pytest.raises(OutcomeNotPossible):
        decide(QueuedRow.objects.get(), officer, keys, outcome=Outcome.NEW_PERSON)


def test_art_12_1_the_database_holds_new_persons_to_their_documents(
    stranger: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    made = decide(stranger, officer, keys, outcome=Outcome.NEW_PERSON)
    known = NaturalPerson.objects.exclude(pk=made.subject_id).get()
    foreign = list(PersonalIdentifier.objects.filter(person=known).values_list("pk", flat=True))

    with pytest.raises(IntegrityError, match="stays with its person"):
        PersonalIdentifier.objects.filter(pk__in=foreign).update(person_id=made.subject_id)
    undo_decision(number=stranger.pk, reason="看错了", by=officer, at=AT)
    copied = {
        "queued_row": stranger,
        "outcome": "new_person",
        "effect": "record_created",
        "subject_id": made.subject_id,
        "record_id": made.record_id,
    }
    for identifiers, message in ((foreign, "document of his own"), ([], "document of his own")):
        decision = LinkDecision.objects.create(reason="Q-NAME", explanation="x", by=officer, at=AT)
        with pytest.raises(IntegrityError, match=message):
            RowDecision.objects.create(decision=decision, identifier_ids=identifiers, **copied)
    decision = LinkDecision.objects.create(reason="Q-NAME", explanation="x", by=officer, at=AT)
    with pytest.raises(IntegrityError, match="art_12_1_new_person_comes_with_documents"):
        RowDecision.objects.create(
            decision=decision, identifier_ids=foreign, **(copied | {"outcome": "name_stays"})
        )
