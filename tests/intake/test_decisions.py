"""A person decides what becomes of a doubtful row, one wins, and what was decided can be undone (Art. 12)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests.factories import fictional_uscc
from tests.intake.test_penalties import PENALTY, penalty, written

from anxin.access.published import organization_page, search_organizations
from anxin.audit.models import EventLogEntry, QueryLogEntry
from anxin.audit.services import LogNotCommitted
from anxin.authorities.models import Account, RoleAssignment, Unit
from anxin.intake.decisions import (
    AlreadyDecided,
    Choice,
    ExplanationMissing,
    Outcome,
    OutcomeNotPossible,
    decide_row,
)
from anxin.intake.models import QueuedRow, RowDecision, Submission
from anxin.intake.one_row import NothingToCorrect, RowMeetsRecord
from anxin.intake.orders import Outcome as Counts
from anxin.intake.queue_queries import queue_counts, visible_rows
from anxin.intake.queue_reading import RowNotYours, find_row, open_row
from anxin.intake.undoing import ChangedSince, NothingToUndo, undo_decision
from anxin.records.models import CreditRecord, RecordEvent, RecordVersion
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import FormerName, LinkDecision, Organization

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])

Intake = Callable[..., Counts]
AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
OLD, NEW = "虚构第1有限公司", "虚构第一新名有限公司"
CODE = fictional_uscc(1)


def account(name: str, role: str, unit: str, territory: str = "210300") -> Account:
    made = Account.objects.create_account(name, "a long password", display_name="测试")
    RoleAssignment.objects.create(
        account=made,
        unit=Unit.objects.get(code=unit),
        role=role,
        territory=territory,
        period=(date(2020, 1, 1), None),
    )
    return made


@pytest.fixture
def officer(pack: None) -> Account:
    return account("officer", "credit_officer", "credit-office")


def one(choice: Outcome, **changes: Any) -> Choice:
    since = date(2026, 6, 1) if choice is Outcome.NEW_NAME else None
    return Choice(choice, **{"explanation": "已核对登记信息", "name_since": since, **changes})


def send(intake: Intake, folder: Path, *rows: dict[str, str], name: str = "p") -> Counts:
    return intake(written(folder / f"{name}.csv", PENALTY, *rows), "administrative-penalty")


@pytest.fixture
def doubtful(intake: Intake, tmp_path: Path) -> QueuedRow:
    """The first row makes the organization known; the second names it otherwise under the same code."""
    second = penalty(1, subject_name=NEW, document_number="虚罚字〔2026〕2号")
    outcome = send(intake, tmp_path, penalty(1), second)
    assert (outcome.accepted, outcome.queued, outcome.reasons) == (1, 1, {"Q-NAME": 1})
    return QueuedRow.objects.get()


@pytest.fixture
def conflicting(intake: Intake, tmp_path: Path) -> QueuedRow:
    """Two rows under one document number that say different things."""
    outcome = send(intake, tmp_path, penalty(1), penalty(1, facts="另一种事实"))
    assert (outcome.accepted, outcome.queued, outcome.reasons) == (1, 1, {"Q-KEY-CONFLICT": 1})
    return QueuedRow.objects.get()


def decide(row: QueuedRow, choice: Choice, by: Account, keys: KeyRing) -> RowDecision:
    return decide_row(number=row.pk, choice=choice, by=by, at=AT, keys=keys)


def shown() -> list[str]:
    page = organization_page(CODE)
    assert page is not None
    return [record["document_number"] for record in page["records"]]


def test_the_same_subject_under_the_name_on_file_gets_the_record_with_its_lineage(
    doubtful: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    made = decide(doubtful, one(Outcome.NAME_STAYS), officer, keys)

    version = RecordVersion.objects.get(record_id=made.record_id)
    assert (version.submission_id, version.row_number) == (doubtful.submission_id, doubtful.row_number)
    assert (version.document_number, version.tier) == ("虚罚字〔2026〕2号", 2)
    assert version.encrypted_fields is not None
    assert version.subject_id == Organization.objects.get(uscc=CODE).pk
    assert (Organization.objects.get(uscc=CODE).name, FormerName.objects.count()) == (OLD, 0)
    assert len(shown()) == 2
    assert EventLogEntry.objects.filter(act="decide_row").count() == 1


def test_a_new_name_leaves_the_old_one_as_a_former_name_with_its_end(
    doubtful: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    decide(doubtful, one(Outcome.NEW_NAME), officer, keys)

    former = FormerName.objects.get()
    assert (former.name, former.valid_to) == (OLD, date(2026, 6, 1))
    assert search_organizations(NEW)["organizations"][0]["former_name"] is None
    assert search_organizations(OLD)["organizations"][0]["name"] == NEW


def test_a_row_under_the_new_name_is_no_doubt_any_more(
    doubtful: QueuedRow, officer: Account, keys: KeyRing, intake: Intake, tmp_path: Path
) -> None:
    decide(doubtful, one(Outcome.NEW_NAME), officer, keys)

    third = penalty(1, subject_name=NEW, document_number="虚罚字〔2026〕3号")
    assert send(intake, tmp_path, third, name="later").accepted == 1


def test_a_correction_is_the_next_version_of_the_stored_record(
    conflicting: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    made = decide(conflicting, one(Outcome.CORRECTION), officer, keys)

    versions = RecordVersion.objects.order_by("number")
    assert [v.public_fields["facts"] for v in versions] == ["虚构事实", "另一种事实"]
    assert (made.version_number, versions[1].row_number) == (2, conflicting.row_number)
    assert CreditRecord.objects.count() == 1


def test_what_an_officer_corrected_is_not_overruled_by_an_older_row(
    conflicting: QueuedRow, officer: Account, keys: KeyRing, intake: Intake, tmp_path: Path
) -> None:
    decide(conflicting, one(Outcome.CORRECTION), officer, keys)

    again = send(intake, tmp_path, penalty(1), penalty(2), name="again")

    assert (again.accepted, again.queued) == (1, 1)
    latest = RecordVersion.objects.filter(subject_id=Organization.objects.get(uscc=CODE).pk).latest("number")
    assert latest.public_fields["facts"] == "另一种事实"


def test_a_record_of_its_own_stands_beside_the_stored_one(
    conflicting: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    decide(conflicting, one(Outcome.OWN_RECORD), officer, keys)

    assert CreditRecord.objects.count() == 2
    assert list(RecordVersion.objects.values_list("number", flat=True)) == [1, 1]


def test_a_rejected_row_goes_back_and_stores_nothing(
    doubtful: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    made = decide(doubtful, one(Outcome.RETURNED), officer, keys)

    assert (made.record_id, CreditRecord.objects.count(), len(shown())) == (None, 1, 1)


def test_art_11_counts_are_conserved_through_decisions(
    intake: Intake, tmp_path: Path, officer: Account, keys: KeyRing
) -> None:
    others = [penalty(1, subject_name=NEW, document_number=f"虚罚字〔2026〕{n}号") for n in range(2, 5)]
    number = send(intake, tmp_path, penalty(1), *others).submission
    assert number is not None
    rows = list(QueuedRow.objects.order_by("row_number"))
    decide(rows[0], one(Outcome.NAME_STAYS), officer, keys)
    decide(rows[1], one(Outcome.RETURNED), officer, keys)
    decide(rows[2], one(Outcome.NAME_STAYS), officer, keys)
    undo_decision(number=rows[2].pk, reason="看错了", by=officer, at=AT)

    counts = queue_counts(number)

    assert (counts.queued, counts.waiting, counts.stored, counts.returned) == (3, 1, 1, 1)
    assert Submission.objects.get().queued_rows == counts.waiting + counts.stored + counts.returned


def test_an_undone_decision_takes_its_record_out_of_every_place_and_the_row_waits_again(
    doubtful: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    made = decide(doubtful, one(Outcome.NAME_STAYS), officer, keys)

    undo_decision(number=doubtful.pk, reason="代码其实属于别家", by=officer, at=AT)

    assert shown() == ["虚罚字〔2026〕1号"]
    event = RecordEvent.objects.get(record_id=made.record_id)
    assert (event.kind, event.by_account_id, event.reason) == ("link_undone", officer.pk, "代码其实属于别家")
    doubtful.refresh_from_db()
    assert doubtful.decision_id is None
    decision = LinkDecision.objects.get()
    assert (decision.undone_by_id, decision.undone_reason) == (officer.pk, "代码其实属于别家")


def test_an_undone_row_can_be_decided_again_and_is_shown_once(
    doubtful: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    first = decide(doubtful, one(Outcome.NAME_STAYS), officer, keys)
    undo_decision(number=doubtful.pk, reason="看错了", by=officer, at=AT)

    second = decide(doubtful, one(Outcome.NAME_STAYS), officer, keys)

    assert (second.record_id, second.effect) == (first.record_id, "link_restored")
    assert sorted(shown()) == ["虚罚字〔2026〕1号", "虚罚字〔2026〕2号"]
    undo_decision(number=doubtful.pk, reason="又看错了", by=officer, at=AT)
    assert shown() == ["虚罚字〔2026〕1号"]


def test_a_file_does_not_bring_back_what_an_officer_took_out(
    doubtful: QueuedRow, officer: Account, keys: KeyRing, intake: Intake, tmp_path: Path
) -> None:
    decide(doubtful, one(Outcome.NEW_NAME), officer, keys)
    undo_decision(number=doubtful.pk, reason="看错了", by=officer, at=AT)

    again = send(intake, tmp_path, penalty(1, document_number="虚罚字〔2026〕2号"), penalty(2), name="again")

    assert (again.accepted, again.queued, again.reasons) == (1, 1, {"Q-KEY-CONFLICT": 1})
    assert shown() == ["虚罚字〔2026〕1号"]


def test_an_undone_name_gives_way_to_the_old_one(
    doubtful: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    decide(doubtful, one(Outcome.NEW_NAME), officer, keys)

    undo_decision(number=doubtful.pk, reason="看错了", by=officer, at=AT)

    assert (Organization.objects.get(uscc=CODE).name, FormerName.objects.count()) == (OLD, 0)
    assert search_organizations(NEW)["total"] == 0


def test_an_undone_correction_is_followed_by_the_content_before_it(
    conflicting: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    decide(conflicting, one(Outcome.CORRECTION), officer, keys)

    undo_decision(number=conflicting.pk, reason="看错了", by=officer, at=AT)

    versions = list(RecordVersion.objects.order_by("number"))
    assert [v.public_fields["facts"] for v in versions] == ["虚构事实", "另一种事实", "虚构事实"]
    assert versions[2].row_number == versions[0].row_number
    assert bytes(versions[2].content_digest) == bytes(versions[0].content_digest)


def test_a_correction_that_was_corrected_since_is_not_undone(
    conflicting: QueuedRow, officer: Account, keys: KeyRing, intake: Intake, tmp_path: Path
) -> None:
    made = decide(conflicting, one(Outcome.CORRECTION), officer, keys)
    send(intake, tmp_path, penalty(1, facts="第三种事实"), name="third")
    decide(QueuedRow.objects.exclude(pk=conflicting.pk).get(), one(Outcome.CORRECTION), officer, keys)

    with pytest.raises(ChangedSince):
        undo_decision(number=conflicting.pk, reason="看错了", by=officer, at=AT)

    assert RowDecision.objects.get(pk=made.pk).decision.undone_at is None


def test_two_officers_at_once_one_wins_and_the_other_is_told(
    doubtful: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    other = account("other", "credit_officer", "credit-office")
    ready, told = threading.Barrier(2), []

    def try_it(by: Account, outcome: Outcome) -> None:
        try:
            ready.wait(timeout=20)
            decide(doubtful, one(outcome), by, keys)
            told.append("won")
        except AlreadyDecided:
            told.append("told")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=try_it, args=pair)
        for pair in ((officer, Outcome.NAME_STAYS), (other, Outcome.RETURNED))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(told) == ["told", "won"]
    assert (LinkDecision.objects.count(), RowDecision.objects.count()) == (1, 1)


def test_the_database_keeps_a_decision_that_stands(
    doubtful: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    made = decide(doubtful, one(Outcome.NAME_STAYS), officer, keys)

    with pytest.raises(IntegrityError, match="decision that stands"):
        QueuedRow.objects.update(decision=None)
    with pytest.raises(IntegrityError, match="stands as it was made"):
        LinkDecision.objects.filter(pk=made.decision_id).update(explanation="别的理由")


def test_what_cannot_be_decided_is_refused_and_leaves_nothing(
    doubtful: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    for choice, refusal in (
        (one(Outcome.NAME_STAYS, explanation=" "), ExplanationMissing),
        (one(Outcome.NEW_NAME, name_since=None), OutcomeNotPossible),
        (one(Outcome.NEW_NAME, name_since=date(2099, 1, 1)), OutcomeNotPossible),
        (one(Outcome.CORRECTION), NothingToCorrect),
    ):
        with pytest.raises(refusal):
            decide(doubtful, choice, officer, keys)
    with pytest.raises(NothingToUndo):
        undo_decision(number=doubtful.pk, reason="看错了", by=officer, at=AT)
    assert (LinkDecision.objects.count(), CreditRecord.objects.count()) == (0, 1)


def test_a_conflict_is_no_question_of_names(conflicting: QueuedRow, officer: Account, keys: KeyRing) -> None:
    with pytest.raises(OutcomeNotPossible):
        decide(conflicting, one(Outcome.NAME_STAYS), officer, keys)


def test_a_doubtful_name_on_a_fact_that_is_on_file_asks_for_the_other_decision(
    intake: Intake, tmp_path: Path, officer: Account, keys: KeyRing
) -> None:
    send(intake, tmp_path, penalty(1))
    elsewhere = written(tmp_path / "u.csv", PENALTY, penalty(1, subject_name=NEW, facts="另一种事实"))
    intake(elsewhere, "administrative-penalty", unit="transport")

    with pytest.raises(RowMeetsRecord):
        decide(QueuedRow.objects.get(), one(Outcome.NAME_STAYS), officer, keys)


def test_only_credit_officers_of_the_territory_decide_and_clerks_see_that_rows_wait(
    doubtful: QueuedRow, keys: KeyRing
) -> None:
    unit = doubtful.submission.unit
    clerk = account("clerk", "clerk", unit.code)
    stranger = account("stranger", "clerk", "transport")
    elsewhere = account("elsewhere", "credit_officer", "credit-office", territory="210381")

    assert visible_rows(clerk).count() == 1
    assert visible_rows(stranger).count() == 0
    for nobody in (clerk, stranger, elsewhere):
        with pytest.raises(RowNotYours):
            decide(doubtful, one(Outcome.NAME_STAYS), nobody, keys)


def test_art_45_2_a_row_is_opened_after_its_reading_was_committed(
    doubtful: QueuedRow, officer: Account, keys: KeyRing
) -> None:
    opened = open_row(row=find_row(number=doubtful.pk, by=officer), by=officer, keys=keys)

    entry = QueryLogEntry.objects.exclude(subject_id=None).get()
    assert (entry.reader_account_id, entry.subject_id) == (officer.pk, Organization.objects.get(uscc=CODE).pk)
    assert (entry.case_reference, entry.fields) == (f"queue/{doubtful.pk}", ["administrative-penalty"])
    assert opened.name == NEW
    assert "210399198001010018" not in str(opened.fields)
    with pytest.raises(LogNotCommitted), transaction.atomic():
        open_row(row=find_row(number=doubtful.pk, by=officer), by=officer, keys=keys)
