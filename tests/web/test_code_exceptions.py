"""A credit officer lists a code that the check refuses, and ends the exception, each in two steps (Art. 12(2))."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from anxin.subjects.models import CodeException
from tests.factories import fictional_uscc
from tests.web.desk_city import client_of, make_desk

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])

GOOD = fictional_uscc(5)
WRONG = GOOD[:-1] + ("A" if GOOD[-1] != "A" else "B")
FORM = {
    "code": f" {WRONG[:-1].lower()}{WRONG[-1]}"[-18:],
    "organization_name": "虚构老厂",
    "reason": "见登记证书",
}
PAGE = "/desk/code-exceptions/"


@pytest.fixture
def officer(settings: Any, tmp_path: Path) -> Client:
    make_desk(settings, tmp_path)
    return client_of("officer", "credit_officer", "credit-office")


def listed(officer: Client) -> CodeException:
    response = officer.post(PAGE, {**FORM, "step": "confirm"})
    assert (response.status_code, response["Location"]) == (302, f"{PAGE}?done=listed")
    return CodeException.objects.get()


def test_listing_takes_two_steps_and_shows_the_code_in_its_own_writing(officer: Client) -> None:
    assert "清单是空的" in officer.get(PAGE).content.decode()
    check = officer.post(PAGE, {**FORM, "step": "check"})
    assert "列入清单" in check.content.decode()
    assert WRONG in check.content.decode()
    assert not CodeException.objects.exists()

    made = listed(officer)

    assert (made.code, made.organization_name, made.by.display_name) == (WRONG, "虚构老厂", "测试officer")
    html = officer.get(f"{PAGE}?done=listed").content.decode()
    assert "代码已列入清单" in html
    assert WRONG in html
    assert "见登记证书" in html


@pytest.mark.parametrize("step", ["check", "confirm"])
@pytest.mark.parametrize(
    "changes", [{"code": GOOD}, {"reason": " "}, {"organization_name": ""}, {"code": ""}]
)
def test_what_cannot_be_listed_comes_back_as_typed(
    officer: Client, step: str, changes: dict[str, str]
) -> None:
    response = officer.post(PAGE, {**FORM, **changes, "step": step})

    assert response.status_code == 422
    assert "E-CODE-EXCEPTION" in response.content.decode()
    assert not CodeException.objects.exists()


def test_ending_takes_two_steps_a_reason_and_happens_once(officer: Client) -> None:
    made = listed(officer)
    page = f"{PAGE}{made.pk}/end/"
    assert officer.post(page, {"reason": "", "step": "check"}).status_code == 422
    check = officer.post(page, {"reason": "换发新证", "step": "check"}).content.decode()
    assert "换发新证" in check
    assert CodeException.objects.get().ended_at is None

    assert officer.post(page, {"reason": "换发新证", "step": "confirm"})["Location"] == f"{PAGE}?done=ended"
    again = officer.post(page, {"reason": "换发新证", "step": "confirm"})

    assert (again.status_code, "E-CODE-EXCEPTION-ENDED" in again.content.decode()) == (422, True)
    assert CodeException.objects.get().ended_reason == "换发新证"
    assert "换发新证" in officer.get(PAGE).content.decode()
    assert officer.get(f"{PAGE}999/end/").status_code == 404


def test_only_credit_officers_find_and_open_the_list(officer: Client) -> None:
    other = client_of("other", "officer", "market-regulator")

    assert PAGE in officer.get("/desk/").content.decode()
    assert PAGE not in other.get("/desk/").content.decode()
    assert other.get(PAGE).status_code == other.post(PAGE, {**FORM, "step": "confirm"}).status_code == 403
