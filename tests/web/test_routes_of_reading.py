"""The pages of the routes: by the use list at the desk, of persons on the tick, and with a subject's authorization (Art. 13, 14, 20)."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from anxin.access.models import AccessGrant, PersonLookUpDay, Representation
from anxin.access.ticks import next_tick
from anxin.audit.models import QueryLogEntry
from anxin.authorities.models import Account
from anxin.city.codes import fictional_resident_id
from anxin.subjects.models import NaturalPerson, Organization
from tests.web.desk_city import CODE, OLD, client_of, make_desk, penalty, take_in_rows

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])

MATTER, CASE = "market-regulator/permit-review/0", "虚办〔2026〕3号"
ASKED = {"uscc": CODE, "matter": MATTER, "case_reference": CASE}
ADULT, NAME = fictional_resident_id(date(1980, 1, 1), 1), "杏小一"
PERSON = {
    "matter": "human-resources/qualification-review/0",
    "case_reference": CASE,
    "number": ADULT,
    "name": NAME,
}
QUALIFICATION = {
    "subject_name": NAME,
    "person_id_kind": "身份证",
    "person_id_number": ADULT,
    "qualification": "虚构资格甲",
    "document_number": "虚资1",
    "decided_on": "2024-05-06",
}


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    settings.PERSON_LOOK_UP_TICK = 0.05
    make_desk(settings, tmp_path)
    take_in_rows(settings, tmp_path, penalty(1))
    take_in_rows(settings, tmp_path, QUALIFICATION, item="professional-qualification", unit="human-resources")


def text(response: Any) -> str:
    html: str = response.content.decode()
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", html)


def test_art_20_2_a_unit_picks_an_item_states_a_case_and_sees_the_items_fields_only() -> None:
    client = client_of("department", "officer", "market-regulator")
    form = client.get("/desk/look-up/").content.decode()
    assert MATTER in form
    assert "qualification-review" not in form

    html = text(client.post("/desk/look-up/", ASKED))

    assert OLD in html
    assert "虚罚字〔2026〕1号" in html
    assert "虚构违法行为" in html
    assert "虚构事实" not in html
    entry = QueryLogEntry.objects.get(route="ex_officio")
    assert (entry.route, entry.use_item, entry.reader_unit_code) == (
        "ex_officio",
        "permit-review",
        "market-regulator",
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"case_reference": " "}, "E-CASE"),
        ({"matter": "tax/permit-review/0"}, "E-USE-LIST"),
        ({"matter": "court/enforcement-of-judgments/0"}, "E-USE-LIST"),
        ({"matter": "market-regulator/permit-review/9"}, "E-USE-LIST"),
        ({"matter": ""}, "E-USE-LIST"),
        ({"uscc": "91210399MAZZZZZZ00"}, "E-NOTHING-TO-READ"),
    ],
)
def test_art_20_2_what_the_list_does_not_allow_is_refused(changes: dict[str, str], code: str) -> None:
    client = client_of("department", "officer", "market-regulator")

    response = client.post("/desk/look-up/", {**ASKED, **changes})

    assert response.status_code == 422
    assert code in response.content.decode()
    assert not QueryLogEntry.objects.filter(route="ex_officio").exists()


def test_art_14_2_a_person_is_found_by_number_and_name_and_the_number_shows_nowhere() -> None:
    client = client_of("hr", "officer", "human-resources")

    response = client.post("/desk/look-up/person/", PERSON)

    html = response.content.decode()
    assert "虚构资格甲" in html
    assert ADULT not in html + response.request["PATH_INFO"] + response.request["QUERY_STRING"]
    entry = QueryLogEntry.objects.get(route="ex_officio")
    assert (entry.route, entry.subject_id) == ("ex_officio", NaturalPerson.objects.get().pk)
    assert ADULT not in str(list(QueryLogEntry.objects.values())) + str(
        list(PersonLookUpDay.objects.values())
    )


def test_art_14_2_none_not_allowed_and_shielded_are_one_page_of_one_size_at_one_time() -> None:
    client = client_of("hr", "officer", "human-resources")
    answers, times = [], []
    for changes in (
        {"name": "不存在"},
        {"number": fictional_resident_id(date(1981, 2, 2), 2)},
        {"number": "not a number"},
        {"matter": "human-resources/benefits-for-persons/9"},
        {"matter": "human-resources/honors-review/0"},
        {"matter": "court/qualification-review/0"},
    ):
        arrived = time.perf_counter()
        response = client.post("/desk/look-up/person/", {**PERSON, **changes})
        times.append(time.perf_counter() - arrived)
        answers.append((response.status_code, text(response), sorted(response.headers)))

    assert len({str(one) for one in answers}) == 1
    assert "没有可以提供的信息" in answers[0][1]
    assert all(taken >= 0.05 for taken in times)


@pytest.mark.parametrize(
    ("worked", "leaves"), [(0.0, 0.25), (0.001, 0.25), (0.25, 0.25), (0.2501, 0.5), (0.6, 0.75)]
)
def test_art_14_2_an_answer_leaves_at_the_next_tick_after_its_work(worked: float, leaves: float) -> None:
    assert next_tick(worked, 0.25) == pytest.approx(leaves)


def test_a_person_look_up_without_a_case_says_so_whoever_is_asked_for() -> None:
    client = client_of("hr", "officer", "human-resources")

    pages = [
        text(client.post("/desk/look-up/person/", {**PERSON, "case_reference": "", "name": name}))
        for name in (NAME, "不存在")
    ]

    assert pages[0] == pages[1]
    assert "E-CASE" in pages[0]
    assert not PersonLookUpDay.objects.exists()


def representative() -> tuple[Client, Representation]:
    held = Representation.objects.create(
        account=Account.objects.create(username="boss", display_name="代表"),
        subject_id=Organization.objects.get(uscc=CODE).pk,
        verification="counter",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    client = Client()
    client.force_login(held.account)
    return client, held


def terms(**changes: Any) -> dict[str, Any]:
    values = {
        "kind": "unit", "unit": "tax", "purpose": "虚构贴息审核", "uses": "1",
        "fields": ["administrative-penalty.content"], "ends_on": date(timezone.localdate().year, 12, 31).isoformat(),
    }  # fmt: skip
    return {**values, **changes}


def test_art_13_1_2_a_subject_authorizes_a_unit_sees_the_use_and_the_unit_reads_what_was_given() -> None:
    own, held = representative()
    address = f"/my/{held.pk}/authorizations/"
    officer = client_of("taxer", "officer", "tax")
    assert own.post(address, terms()).status_code == 302
    grant = AccessGrant.objects.get()

    listed = officer.get("/desk/authorized/").content.decode()
    answer = officer.post("/desk/authorized/", {"grant": str(grant.pk)}).content.decode()
    again = officer.post("/desk/authorized/", {"grant": str(grant.pk)})

    assert "虚构贴息审核" in listed
    assert "处罚内容" in answer
    assert "虚罚字" not in answer
    assert again.status_code == 422
    assert "E-NOT-AUTHORIZED" in again.content.decode()
    page = own.get(address).content.decode()
    assert "第 1 次查询" in page
    assert "1 / 1" in page


def test_art_13_1_2_an_account_reads_until_it_is_withdrawn() -> None:
    own, held = representative()
    other = Client()
    other.force_login(Account.objects.create(username="friend", display_name="他人"))
    own.post(f"/my/{held.pk}/authorizations/", terms(kind="account", account="friend", uses="5"))
    grant = AccessGrant.objects.get()
    assert "处罚内容" in other.post("/my/authorized/", {"grant": str(grant.pk)}).content.decode()

    withdraw = f"/my/{held.pk}/authorizations/{grant.pk}/withdraw/"
    assert other.post(withdraw).status_code == 404
    assert own.post(withdraw).status_code == 302

    assert other.post("/my/authorized/", {"grant": str(grant.pk)}).status_code == 422
    assert "虚构贴息审核" not in other.get("/my/authorized/").content.decode()
    assert QueryLogEntry.objects.filter(route="authorized").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"fields": []},
        {"uses": "0"},
        {"uses": "many"},
        {"ends_on": ""},
        {"ends_on": "9999-12-31"},
        {"unit": ""},
    ],
)
def test_art_13_1_2_an_incomplete_form_keeps_what_was_typed(wrong: dict[str, Any]) -> None:
    own, held = representative()

    response = own.post(f"/my/{held.pk}/authorizations/", terms(**wrong))

    html = response.content.decode()
    assert response.status_code == 422
    assert "E-GRANT" in html
    assert "虚构贴息审核" in html
    assert not AccessGrant.objects.exists()
