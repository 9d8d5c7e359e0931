"""The desk's page of a row about a person: documents by kind, never a number, and "a new person" in two steps (Art. 12(1))."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from anxin.intake.models import QueuedRow, RowDecision
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
