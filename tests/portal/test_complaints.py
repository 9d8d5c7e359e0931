"""Art. 45(1)(3): the subject reports a reading; an auditor without a part in it answers; neither the reader nor the unit can."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from anxin.access.complaint_models import ReadingComplaint
from anxin.access.complaints import NotYourComplaint, answer_complaint, complaints_for, take_complaint
from anxin.access.who_looked import reference_of
from anxin.audit.models import EventLogEntry, QueryLogEntry
from anxin.authorities.models import Account
from tests.factories import make_organization, make_unit
from tests.portal.readings import officer_at, read_by, represent

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])


class Case:
    """An entry of an officer about a subject, and auditors near and far."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.unit, self.other_unit = make_unit(), make_unit()
        self.officer = officer_at(self.unit, "officer", "officer")
        self.auditor = officer_at(self.other_unit, "auditor", "auditor")
        self.held = represent(make_organization().subject, "representative")
        self.entry = QueryLogEntry.objects.get(pk=read_by(self.officer, self.held.subject, self.unit))

    def report(self, entry: QueryLogEntry | None = None, **given: str) -> Any:
        self.client.force_login(self.held.account)
        reference = reference_of(entry or self.entry)
        return self.client.post(f"/my/{self.held.pk}/readings/{reference}/report/", given)

    def complaint(self) -> ReadingComplaint:
        return ReadingComplaint.objects.get()

    def send(self, account: Account, rest: str, **given: str) -> Any:
        self.client.force_login(account)
        return self.client.post(f"/desk/audit/complaints/{self.complaint().pk}/{rest}/", given)

    def page(self, account: Account) -> Any:
        self.client.force_login(account)
        return self.client.get(f"/desk/audit/complaints/{self.complaint().pk}/")

    def mine(self) -> str:
        self.client.force_login(self.held.account)
        return self.client.get(f"/my/{self.held.pk}/complaints/").content.decode()


@pytest.fixture
def case(client: Client) -> Case:
    return Case(client)


def test_one_press_files_it_words_may_follow_and_the_answer_comes_back(case: Case) -> None:
    assert case.report().status_code == 302
    assert case.complaint().reader_account_id == case.officer.pk
    assert "已提交，等待办理" in case.mine()
    reference = case.complaint().reference
    case.client.post(f"/my/{case.held.pk}/complaints/{reference}/words/", {"words": "与我无关的事项"})
    assert "与我无关的事项" in case.mine()

    shown = case.page(case.auditor).content.decode()
    assert "姓名-officer" in shown
    assert "虚案〔2026〕1号" in shown
    assert "由我办理" in shown
    assert case.send(case.auditor, "take").status_code == 302
    assert "正在核查" in case.mine()
    answer = {"outcome": "improper", "reason": "没有相应案件", "follow_up": "通报其单位"}
    assert case.send(case.auditor, "answer", **answer).status_code == 302

    told = case.mine()
    assert all(words in told for words in ("查询不当", "没有相应案件", "通报其单位"))
    assert "姓名-" not in told
    assert "您的 1 件反映已经答复" in case.client.get("/my/").content.decode()
    assert "已答复" in case.client.get(f"/my/{case.held.pk}/readings/").content.decode()
    acts = list(EventLogEntry.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["file_complaint", "add_words", "take_complaint", "answer_complaint"]


def test_the_auditors_look_is_in_the_subjects_list(case: Case) -> None:
    case.report()
    case.page(case.auditor)

    entry = QueryLogEntry.objects.filter(route="administration").get()

    assert (entry.subject_id, entry.reader_account_id) == (case.held.subject_id, case.auditor.pk)
    assert entry.reader_unit_code == case.other_unit.code
    assert entry.case_reference == f"complaint/{case.complaint().reference}"


def test_who_looked_and_whoever_works_at_that_unit_can_neither_see_nor_handle_it(case: Case) -> None:
    case.report()
    reader = officer_at(case.other_unit, "auditor", "reader-who-is-auditor")
    own = QueryLogEntry.objects.get(pk=read_by(reader, case.held.subject))
    near = officer_at(case.unit, "auditor", "near")
    both = officer_at(case.other_unit, "auditor", "both")
    both.role_assignments.create(
        unit=case.unit, role="clerk", territory="210300", period=("2020-01-01", None)
    )
    for account in (near, both):
        assert not complaints_for(account, timezone.now()).exists()
        assert case.page(account).status_code == 404
        assert case.send(account, "take").status_code == 404
        with pytest.raises(NotYourComplaint):
            take_complaint(complaint=case.complaint(), by=account, at=timezone.now())
    assert case.page(case.officer).status_code == 403
    ReadingComplaint.objects.create(
        entry_id=own.pk, subject=case.held.subject, filed_by=case.held.account, filed_at=timezone.now()
    )
    assert [one.entry_id for one in complaints_for(reader, timezone.now())] == [case.entry.pk]
    assert not ReadingComplaint.objects.filter(handler__isnull=False).exists()


def test_the_same_report_twice_own_views_and_others_entries_are_refused(case: Case) -> None:
    case.report()
    assert case.report().status_code == 409
    case.client.get(f"/my/{case.held.pk}/readings/")
    own = QueryLogEntry.objects.filter(route="own_report").last()
    assert own is not None
    assert case.report(own).status_code == 409
    foreign = QueryLogEntry.objects.get(pk=read_by(case.officer, make_organization().subject))
    assert case.report(foreign).status_code == 404
    assert ReadingComplaint.objects.count() == 1


def test_an_incomplete_answer_is_sent_back_with_what_was_typed(case: Case) -> None:
    case.report()
    case.send(case.auditor, "take")
    for given in (
        {"reason": "理由"},
        {"outcome": "lawful"},
        {"outcome": "improper", "reason": "理由"},
        {"outcome": "other", "reason": "理由"},
        {"outcome": "lawful", "reason": "长" * 1_500},
    ):
        answer = case.send(case.auditor, "answer", **given)
        assert answer.status_code == 422
        assert given.get("reason", "E-COMPLAINT-ANSWER") in answer.content.decode()
    assert case.complaint().state == "taken"


def test_only_who_took_it_answers_and_another_auditor_may_take_over(case: Case) -> None:
    case.report()
    second = officer_at(case.other_unit, "auditor", "second")
    case.send(case.auditor, "take")
    assert case.send(second, "answer", outcome="lawful", reason="理由").status_code == 422
    assert case.send(second, "take").status_code == 302
    assert case.send(case.auditor, "answer", outcome="lawful", reason="理由").status_code == 422
    assert case.send(second, "answer", outcome="lawful", reason="有案件依据").status_code == 302
    assert case.send(case.auditor, "take").status_code == 422
    assert case.complaint().handler == second


def test_a_right_that_ended_is_refused_at_the_next_request(case: Case) -> None:
    case.report()
    case.send(case.auditor, "take")
    case.auditor.role_assignments.all().delete()
    assert case.send(case.auditor, "answer", outcome="lawful", reason="理由").status_code == 403
    with pytest.raises(NotYourComplaint):
        answer_complaint(
            complaint=case.complaint(),
            outcome="lawful",
            reason="理由",
            follow_up="",
            by=case.auditor,
            at=timezone.now(),
        )


TAKEN = "handler_id = {auditor}, taken_at = now(), handler_unit_code = "
DECIDED = f"{TAKEN}'x', decided_at = now(), outcome = "
CONSTRAINTS = [
    (
        "reader_handles_no_complaint_about_the_own_reading",
        "handler_id = reader_account_id, taken_at = now(), handler_unit_code = 'x'",
    ),
    ("unit_that_looked_handles_no_complaint_about_it", f"{TAKEN}reader_unit_code"),
    (
        "who_complains_does_not_handle_it",
        "handler_id = filed_by_id, taken_at = now(), handler_unit_code = 'x'",
    ),
    ("complaint_taken_with_moment_and_unit", "handler_id = {auditor}"),
    ("complaint_decided_with_outcome_and_reason", "outcome = 'lawful', reason = 'x', decided_at = now()"),
    ("complaint_decided_with_outcome_and_reason", f"{DECIDED}'lawful'"),
    ("improper_reading_names_what_follows", f"{DECIDED}'improper', reason = 'x'"),
    ("stays as it is", "entry_id = entry_id + 1"),
    ("stays as it is", "reader_account_id = 0"),
    ("stays as it is", "filed_by_id = {auditor}"),
]


def test_the_database_refuses_what_the_services_never_do(case: Case) -> None:
    case.report()
    for name, change in CONSTRAINTS:
        with pytest.raises(IntegrityError, match=name):
            run(f"UPDATE access_readingcomplaint SET {change.format(auditor=case.auditor.pk)}")
    case.send(case.auditor, "take")
    case.send(case.auditor, "answer", outcome="lawful", reason="理由")
    for change in ("reason = 'x'", "words = 'x'", "decided_at = now()"):
        with pytest.raises(IntegrityError, match="stays as it is"):
            run(f"UPDATE access_readingcomplaint SET {change}")
    with pytest.raises(Exception, match="Cannot delete"):
        run("DELETE FROM access_readingcomplaint")


def test_the_database_takes_the_reader_from_the_log_and_no_foreign_or_delayed_entry(case: Case) -> None:
    later = timezone.now() + timedelta(days=1)
    others = read_by(case.officer, make_organization().subject)
    delayed = read_by(case.officer, case.held.subject, opens_at=later)
    for entry in (others, delayed, 0):
        with pytest.raises(IntegrityError, match="can report"):
            file(case, entry)
    file(case, case.entry.pk, reader_account_id=case.auditor.pk)
    assert case.complaint().reader_account_id == case.officer.pk
    assert case.complaint().reader_unit_code == case.unit.code


def file(case: Case, entry: int, **changes: Any) -> None:
    with transaction.atomic():
        ReadingComplaint.objects.create(
            entry_id=entry, subject=case.held.subject, filed_by=case.held.account, **changes
        )


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
