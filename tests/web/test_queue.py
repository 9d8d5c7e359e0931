"""An officer decides a doubtful row in two steps, sees who was first, and takes a decision back (Art. 12)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from anxin.audit.models import QueryLogEntry
from anxin.authorities.models import RoleAssignment
from anxin.intake.models import QueuedRow, RowDecision
from anxin.subjects.models import Organization
from tests.web.desk_city import NEW, OLD, client_of, make_desk, penalty, take_in_rows

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])

FORM = {"outcome": "name_stays", "explanation": "已核对登记信息", "name_since": ""}


@pytest.fixture
def row(settings: Any, tmp_path: Path) -> QueuedRow:
    make_desk(settings, tmp_path)
    take_in_rows(settings, tmp_path, penalty(1), penalty(2, subject_name=NEW))
    return QueuedRow.objects.get()


@pytest.fixture
def officer(row: QueuedRow) -> Client:
    return client_of("officer", "credit_officer", "credit-office")


def page(row: QueuedRow) -> str:
    return f"/desk/queue/{row.pk}/"


def test_the_list_leads_to_the_row_and_narrows_by_reason_unit_and_age(
    officer: Client, row: QueuedRow
) -> None:
    html = officer.get("/desk/queue/").content.decode()
    assert page(row) in html
    assert page(row) in officer.get("/desk/queue/?reason=Q-NAME&unit=market-regulator").content.decode()
    for nothing in ("reason=Q-KEY-CONFLICT", "unit=transport", "age=20", "state=decided"):
        found = officer.get(f"/desk/queue/?{nothing}").content.decode()
        assert page(row) not in found, nothing
        assert "没有符合筛选条件的行" in found


def test_an_empty_queue_says_so(settings: Any, tmp_path: Path) -> None:
    make_desk(settings, tmp_path)
    client = client_of("officer", "credit_officer", "credit-office")
    assert "没有等待判断的行" in client.get("/desk/queue/").content.decode()


def test_a_list_of_many_rows_costs_as_many_queries_as_one(
    officer: Client, row: QueuedRow, settings: Any, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    take_in_rows(settings, tmp_path, *[penalty(n, subject_name=NEW) for n in range(3, 33)])
    with django_assert_max_num_queries(17):
        html = officer.get("/desk/queue/").content.decode()
    assert html.count('href="/desk/queue/') >= 31


def test_opening_a_row_is_logged_and_shows_it_beside_what_is_on_file(officer: Client, row: QueuedRow) -> None:
    html = officer.get(page(row)).content.decode()

    assert OLD in html
    assert NEW in html
    entry = QueryLogEntry.objects.exclude(subject_id=None).get()
    assert entry.subject_id == Organization.objects.get().pk
    assert entry.case_reference == f"queue/{row.pk}"


def test_the_decision_takes_two_steps(officer: Client, row: QueuedRow) -> None:
    first = officer.post(page(row), {**FORM, "step": "check"})
    assert first.status_code == 200
    assert "提交判断" in first.content.decode()
    assert RowDecision.objects.count() == 0

    second = officer.post(page(row), {**FORM, "step": "confirm"})
    assert (second.status_code, second["Location"]) == (302, page(row))
    assert RowDecision.objects.get().outcome == "name_stays"
    assert "已核对登记信息" in officer.get(page(row)).content.decode()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"explanation": ""}, "E-EXPLANATION"),
        ({"outcome": ""}, "E-QUEUE-OUTCOME"),
        ({"outcome": "new_name"}, "E-QUEUE-OUTCOME"),
        ({"outcome": "new_name", "name_since": "2026-02-30"}, "E-QUEUE-OUTCOME"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    officer: Client, row: QueuedRow, changes: dict[str, str], code: str
) -> None:
    typed = {**FORM, "explanation": "写了一半的理由", **changes}
    response = officer.post(page(row), {**typed, "step": "check"})

    html = response.content.decode()
    assert response.status_code == 422
    assert code in html
    assert typed["explanation"] in html


def test_going_back_keeps_what_was_typed(officer: Client, row: QueuedRow) -> None:
    html = officer.post(page(row), {**FORM, "step": "edit"}).content.decode()
    assert "已核对登记信息" in html
    assert 'value="name_stays" checked' in html


def test_who_comes_second_is_told_who_was_first(officer: Client, row: QueuedRow) -> None:
    other = client_of("other", "credit_officer", "credit-office")
    officer.post(page(row), {**FORM, "step": "confirm"})

    late = other.post(page(row), {**FORM, "outcome": "returned", "step": "confirm"})

    assert late.status_code == 409
    assert "E-QUEUE-DECIDED" in late.content.decode()
    assert "测试officer" in late.content.decode()
    assert RowDecision.objects.count() == 1


def test_a_decision_is_taken_back_with_a_reason(officer: Client, row: QueuedRow) -> None:
    officer.post(page(row), {**FORM, "step": "confirm"})

    assert officer.post(f"{page(row)}undo/", {"reason": ""}).status_code == 409
    assert officer.post(f"{page(row)}undo/", {"reason": "看错了"}).status_code == 302
    row.refresh_from_db()
    assert row.decision_id is None
    html = officer.get(page(row)).content.decode()
    assert "您的判断" in html
    assert "看错了" in html
    assert "1 行：等待 1，存入 0，退回 0" in html


def test_a_clerk_sees_that_the_own_units_rows_wait_and_opens_none(row: QueuedRow) -> None:
    clerk = client_of("clerk", "clerk", "market-regulator")
    stranger = client_of("stranger", "clerk", "transport")

    html = clerk.get("/desk/queue/").content.decode()
    assert "1.csv" in html
    assert page(row) not in html
    assert "1.csv" not in stranger.get("/desk/queue/").content.decode()
    assert clerk.get(page(row)).status_code == 403
    assert clerk.post(f"{page(row)}undo/", {"reason": "x"}).status_code == 403


def test_the_unit_reads_why_its_row_went_back(officer: Client, row: QueuedRow) -> None:
    returned = {**FORM, "outcome": "returned", "explanation": "代码与名称不是同一家"}
    officer.post(page(row), {**returned, "step": "confirm"})
    clerk = client_of("clerk", "clerk", "market-regulator")

    assert "代码与名称不是同一家" in clerk.get("/desk/queue/?state=decided").content.decode()


def test_an_officer_of_another_territory_finds_no_row(row: QueuedRow) -> None:
    elsewhere = client_of("elsewhere", "credit_officer", "credit-office")

    RoleAssignment.objects.update(territory="210381")
    assert elsewhere.get(page(row)).status_code == 404
    assert QueryLogEntry.objects.exclude(subject_id=None).count() == 0


def test_the_clerk_sees_what_an_officer_sent_back_and_why_until_that_is_undone(
    officer: Client, row: QueuedRow
) -> None:
    clerk = client_of("clerk", "clerk", "market-regulator")
    address = f"/desk/submissions/{row.submission_id}/"
    assert "E-OFFICER" not in clerk.get(address).content.decode()
    why = "名称与证书不符,请核对"
    officer.post(page(row), {"outcome": "returned", "explanation": why, "step": "confirm"})

    returned = clerk.get(address).content.decode()
    officer.post(f"{page(row)}undo/", {"reason": "看错了"})
    undone = clerk.get(address).content.decode()

    assert "E-OFFICER" in returned
    assert why in returned
    assert "<dt>判断后退回</dt><dd>1</dd>" in returned
    assert "<dt>还在等待判断</dt><dd>0</dd>" in returned
    assert why not in undone
    assert "<dt>还在等待判断</dt><dd>1</dd>" in undone
