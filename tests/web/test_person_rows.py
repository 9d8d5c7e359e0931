"""The desk's page of a row about a person: documents by kind, never a number; "a new person" and a new name (Art. 12(1))."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from anxin.audit.models import QueryLogEntry
from anxin.intake.models import QueuedRow, RowDecision
from anxin.records.models import RecordVersion
from anxin.subjects.models import NaturalPerson
from tests.intake.test_persons import ADULT, OTHER, PASSPORT, qualification
from tests.web.desk_city import client_of, make_desk, take_in_rows

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])

TOLD = {"other_id_kind": "护照号", "other_id_number": PASSPORT}
FORM = {"outcome": "new_person", "explanation": "已核对原件"}


def take_in_persons(settings: Any, folder: Path, *rows: dict[str, str]) -> None:
    take_in_rows(settings, folder, *rows, item="professional-qualification", unit="human-resources")


def test_a_new_person_is_decided_in_two_steps_and_says_which_document_is_held_for_wrong(
    settings: Any, tmp_path: Path
) -> None:
    make_desk(settings, tmp_path)
    take_in_persons(settings, tmp_path, qualification(1, **TOLD))
    second = qualification(2, subject_name="杏小二", person_id_number=OTHER, **TOLD)
    take_in_persons(settings, tmp_path, second)
    row = QueuedRow.objects.get()
    officer, address = client_of("officer", "credit_officer", "credit-office"), f"/desk/queue/{row.pk}/"

    form = officer.get(address).content.decode()
    refused = officer.post(address, {**FORM, "second_document": "1", "step": "check"})
    asked = officer.post(address, {**FORM, "step": "check"}).content.decode()
    confirmed = officer.post(address, {**FORM, "step": "confirm"})

    assert "还不属于任何人" in form
    assert "已属于登记在案的人" in form
    assert 'name="second_document"' not in form
    assert (refused.status_code, "E-PERSON-NUMBER-HELD" in refused.content.decode()) == (422, True)
    assert "认定为写错的证件" in asked
    assert confirmed.status_code == 302
    assert RowDecision.objects.get().outcome == "new_person"
    assert NaturalPerson.objects.count() == 2
    for number in (ADULT, OTHER, PASSPORT):
        assert number not in form + asked + refused.content.decode()


def test_two_unknown_persons_of_one_file_can_be_put_on_file_with_a_second_document(
    settings: Any, tmp_path: Path
) -> None:
    make_desk(settings, tmp_path)
    rows = qualification(1, **TOLD), qualification(2, subject_name="杏小二", person_id_number=OTHER, **TOLD)
    take_in_persons(settings, tmp_path, *rows)
    row = QueuedRow.objects.order_by("pk").first()
    assert row is not None
    officer, address = client_of("officer", "credit_officer", "credit-office"), f"/desk/queue/{row.pk}/"

    form = officer.get(address).content.decode()
    ticked = officer.post(address, {**FORM, "second_document": "1", "step": "edit"}).content.decode()
    asked = officer.post(address, {**FORM, "second_document": "1", "step": "check"}).content.decode()

    assert "调取原始材料核对" in form
    assert 'name="second_document" value="1" checked' in ticked
    assert "居民身份证、护照" in asked
    assert "认定为写错的证件" not in asked


NEW_NAME = {
    "name": "杏朗清",
    "since": "2026-06-01",
    "document_number": "虚更〔2026〕1号",
    "document_issuer": "虚构机关",
    "document_date": "2026-05-28",
    "reason": "已核对更名文书",
}
ASKED = {"number": ADULT, "purpose": "办理更名", "case_reference": "演示〔2026〕1号"}


def test_a_person_is_found_by_a_number_that_goes_no_further_and_renamed_by_a_document(
    settings: Any, tmp_path: Path
) -> None:
    make_desk(settings, tmp_path)
    take_in_persons(settings, tmp_path, qualification(1))
    officer, person = client_of("officer", "credit_officer", "credit-office"), NaturalPerson.objects.get()
    address = f"/desk/persons/{person.pk}/rename/"

    unasked = officer.post("/desk/persons/", {**ASKED, "purpose": ""})
    unknown = officer.post("/desk/persons/", {**ASKED, "number": OTHER})
    assert (unasked.status_code, unknown.status_code) == (422, 422)
    # The search is logged, hit or miss; without purpose and case nothing is searched for.
    miss = QueryLogEntry.objects.exclude(route="matching").get()
    assert (miss.route, miss.subject_id, miss.fields) == ("search_hit", None, ["identifier"])
    found = officer.post("/desk/persons/", ASKED).content.decode()
    assert "杏小一" in found
    entry = QueryLogEntry.objects.get(route="desk_lookup")
    assert (entry.subject_id, entry.fields, entry.case_reference) == (
        person.pk,
        ["name", "former_names"],
        "演示〔2026〕1号",
    )
    for answer in (found, unasked.content.decode(), unknown.content.decode()):
        assert ADULT not in answer
        assert OTHER not in answer

    refused = officer.post(address, {**NEW_NAME, "document_number": "", "step": "check"})
    assert (refused.status_code, "已核对更名文书" in refused.content.decode()) == (422, True)
    assert "核对要登记的更名" in officer.post(address, {**NEW_NAME, "step": "check"}).content.decode()
    assert NaturalPerson.objects.get().name == "杏小一"
    done = officer.post(address, {**NEW_NAME, "step": "confirm"})
    assert done["Location"] == "/desk/persons/?done=renamed"
    assert NaturalPerson.objects.get().name == "杏朗清"
    again = officer.post("/desk/persons/", ASKED).content.decode()
    assert "杏朗清" in again
    assert "虚更〔2026〕1号" in again

    rows = (
        qualification(2),
        qualification(3, subject_name="杏朗清"),
        qualification(4, subject_name="杏别名"),
    )
    take_in_persons(settings, tmp_path, *rows)
    assert [(one.row_number, one.reason) for one in QueuedRow.objects.all()] == [(4, "Q-NAME")]

    assert officer.post(f"{address}undo/", {"reason": ""}).status_code == 422
    assert officer.post(f"{address}undo/", {"reason": "文书有误"}).status_code == 302
    assert NaturalPerson.objects.get().name == "杏小一"


def test_only_credit_officers_see_and_change_names_of_persons(settings: Any, tmp_path: Path) -> None:
    make_desk(settings, tmp_path)
    take_in_persons(settings, tmp_path, qualification(1))
    person, clerk = NaturalPerson.objects.get(), client_of("clerk", "clerk", "human-resources")
    officer = client_of("officer", "credit_officer", "credit-office")

    assert clerk.post("/desk/persons/", ASKED).status_code == 403
    assert (
        clerk.post(f"/desk/persons/{person.pk}/rename/", {**NEW_NAME, "step": "confirm"}).status_code == 403
    )
    for address in ("/desk/persons/999999/rename/", "/desk/persons/999999/rename/undo/"):
        assert officer.post(address, NEW_NAME).status_code == 404


def test_a_persons_record_is_read_by_credit_officers_and_the_unit_that_reports_it_alone(
    settings: Any, tmp_path: Path
) -> None:
    make_desk(settings, tmp_path)
    take_in_persons(settings, tmp_path, qualification(1))
    version = RecordVersion.objects.get()
    address = f"/desk/records/{version.subject_id}/{version.record_id}/"
    asked = {"purpose": "核查虚构事项", "case_reference": "虚案〔2026〕1号"}
    answers = {
        unit: client_of(unit, role, unit).post(address, asked)
        for unit, role in (
            ("credit-office", "credit_officer"),
            ("human-resources", "officer"),
            ("transport", "officer"),
        )
    }

    assert {unit: one.status_code for unit, one in answers.items()} == {
        "credit-office": 200,
        "human-resources": 200,
        "transport": 404,
    }
    assert QueryLogEntry.objects.filter(subject_id=version.subject_id).count() == 2
    html = answers["credit-office"].content.decode()
    assert "杏小一" in html
    assert "不对外展示" in html
    assert '<a href="/law/14/">' in html
    assert "not_displayed" not in html
    assert ADULT not in html


def test_pages_that_an_act_opens_lead_back_whoever_comes_by_address(settings: Any, tmp_path: Path) -> None:
    make_desk(settings, tmp_path)
    take_in_persons(settings, tmp_path, qualification(1))
    officer, version = client_of("officer", "credit_officer", "credit-office"), RecordVersion.objects.get()
    place = f"{version.subject_id}/{version.record_id}/"

    led = [
        officer.get(address)["Location"]
        for address in (
            f"/desk/records/{place}act/",
            f"/desk/persons/{version.subject_id}/rename/",
            f"/desk/persons/{version.subject_id}/rename/undo/",
            "/desk/queue/1/undo/",
        )
    ]

    assert led == [f"/desk/records/{place}", "/desk/persons/", "/desk/persons/", "/desk/queue/1/"]


def test_the_officer_sees_before_deciding_which_of_two_persons_was_chosen(
    settings: Any, tmp_path: Path
) -> None:
    make_desk(settings, tmp_path)
    second = qualification(2, subject_name="杏小二", person_id_number=OTHER, **TOLD)
    take_in_persons(settings, tmp_path, qualification(1), second)
    take_in_persons(settings, tmp_path, qualification(3, **TOLD))
    row, chosen = QueuedRow.objects.get(), NaturalPerson.objects.get(name="杏小二")
    officer, address = client_of("officer", "credit_officer", "credit-office"), f"/desk/queue/{row.pk}/"
    same = {**FORM, "outcome": "name_stays", "step": "check"}

    form = officer.get(address).content.decode()
    asked = officer.post(address, {**same, "subject": str(chosen.pk)}).content.decode()

    assert "不能另立新主体" in form
    assert 'value="new_person"' not in form
    assert "<dt>是哪一位</dt><dd>护照 · " in asked
    assert officer.post(address, same).status_code == 422
