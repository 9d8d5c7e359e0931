"""The page of the special report: its form, what is wrong in it, and the three forms of what it gives."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from anxin.access.models import CreditReport, Representation
from anxin.audit.models import QueryLogEntry
from tests.access.reports import represent
from tests.factories import make_item_version, make_organization, make_record

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])


@pytest.fixture
def representation(client: Client) -> Representation:
    version = make_item_version(code="administrative-penalty", adverse=True, name_zh="行政处罚")
    make_item_version(code="permit")
    organization = make_organization()
    make_record(organization=organization, item_version=version, display_from=None, display_to=None)
    held = represent(organization.subject)
    client.force_login(held.account)
    return held


def chosen(**changes: object) -> dict[str, object]:
    today = timezone.localdate().isoformat()
    return {"items": ["administrative-penalty"], "first": "2025-12-31", "last": today, **changes}


def test_the_form_offers_adverse_fields_and_five_years(
    client: Client, representation: Representation
) -> None:
    page = client.get(f"/my/{representation.pk}/special-report/").content.decode()

    assert page.count('type="checkbox"') == 1
    assert "行政处罚" in page
    assert "最长 5 年" in page
    assert not QueryLogEntry.objects.exists()
    assert f"/my/{representation.pk}/special-report/" in client.get("/my/").content.decode()


@pytest.mark.parametrize(("form", "start"), [("page", b"<!doctype"), ("paper", b"%PDF-"), ("data", b"eyJ")])
def test_a_press_of_a_button_gives_page_paper_or_data(
    client: Client, representation: Representation, form: str, start: bytes
) -> None:
    answer = client.post(f"/my/{representation.pk}/special-report/", chosen(form=form))

    assert answer.status_code == 200
    assert answer.content.startswith(start)
    assert answer["Cache-Control"] == "no-store"
    assert CreditReport.objects.get().kind == "special_credit_report"


def test_the_page_names_period_fields_and_number(client: Client, representation: Representation) -> None:
    page = client.post(f"/my/{representation.pk}/special-report/", chosen()).content.decode()

    report = CreditReport.objects.get()
    assert report.number in page
    assert "信用代证" in page
    assert "2025年12月31日" in page
    assert page.count("<article>") == 1
    assert "不对外公示" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"items": []}, "请至少选择一个领域"),
        ({"items": ["permit"]}, "请至少选择一个领域"),
        ({"first": "2015-01-01"}, "时段不对"),
        ({"first": "no day"}, "时段不对"),
        ({"last": "2999-01-01"}, "时段不对"),
    ],
)
def test_what_is_wrong_leads_back_with_what_was_chosen_and_reads_nothing(
    client: Client, representation: Representation, wrong: dict[str, object], said: str
) -> None:
    answer = client.post(f"/my/{representation.pk}/special-report/", chosen(**wrong))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert ("checked" in page) == (wrong.get("items") is None)
    assert f'value="{wrong.get("first", "2025-12-31")}"' in page
    assert not QueryLogEntry.objects.exists()


def test_a_stranger_and_an_ended_representation_get_404(
    client: Client, representation: Representation
) -> None:
    path = f"/my/{representation.pk}/special-report/"
    Representation.objects.update(valid_to=datetime(2026, 2, 1, tzinfo=UTC))
    assert client.get(path).status_code == client.post(path, chosen()).status_code == 404
    client.force_login(represent(make_organization().subject, "stranger").account)
    assert client.get(path).status_code == 404
    client.logout()
    assert client.get(path).status_code == 302
