"""Only who represents a subject gets its report; everybody else gets the same 404."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from anxin.access.models import CreditReport, Representation
from anxin.access.report_content import SECTIONS
from anxin.audit.models import QueryLogEntry
from anxin.authorities.models import Account
from anxin.subjects.models import NaturalPerson, Organization, Subject
from tests.factories import make_event, make_item_version, make_organization, make_record

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])


@pytest.fixture
def representation(settings: Any, tmp_path: Path) -> Representation:
    settings.SIGNING_KEYS = str(tmp_path / "keys.json")
    organization = make_organization()
    make_record(organization=organization)
    return Representation.objects.create(
        account=Account.objects.create(username="representative"),
        subject=organization.subject,
        verification="counter",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(("form", "start"), [("/", b""), (".pdf", b"%PDF-"), (".jws", b"eyJ")])
def test_art_13_2_the_representative_gets_page_paper_and_data(
    client: Client, representation: Representation, form: str, start: bytes
) -> None:
    client.force_login(representation.account)

    answer = client.post(f"/my/{representation.pk}/report{form}")

    assert answer.status_code == 200
    assert answer.content.startswith(start)
    assert answer["Cache-Control"] == "no-store"
    assert CreditReport.objects.count() == 1


def test_a_stranger_and_a_number_that_does_not_exist_get_the_same_answer(
    client: Client, representation: Representation
) -> None:
    client.force_login(Account.objects.create(username="stranger"))

    numbers = (representation.pk, 999_999_999)
    answers = [client.post(f"/my/{number}/report.pdf") for number in numbers]

    assert {answer.status_code for answer in answers} == {404}
    first, second = (
        re.sub(rf"/my/{number}/|csrfmiddlewaretoken[^>]+", "", answer.content.decode())
        for number, answer in zip(numbers, answers, strict=True)
    )
    assert first == second
    assert not CreditReport.objects.exists()


def test_who_is_not_signed_in_is_sent_to_the_door(client: Client, representation: Representation) -> None:
    assert client.post(f"/my/{representation.pk}/report/").status_code == 302
    assert not CreditReport.objects.exists()


def test_art_45_2_the_home_page_leads_to_who_looked(client: Client, representation: Representation) -> None:
    client.force_login(representation.account)
    client.post(f"/my/{representation.pk}/report/")

    assert f'href="/my/{representation.pk}/readings/"' in client.get("/my/").content.decode()
    assert "本人查询" in client.get(f"/my/{representation.pk}/readings/").content.decode()


def test_the_page_of_a_report_holds_what_is_never_displayed_and_what_ended_with_marks_and_lineage(
    client: Client, representation: Representation
) -> None:
    organization = Organization.objects.get(subject_id=representation.subject_id)
    make_record(organization=organization, display_from=None, display_to=None, tier=1)
    make_record(organization=organization, display_to=datetime(2026, 1, 2, tzinfo=UTC))
    restored = make_record(organization=organization, item_version=make_item_version(report_section="court"))
    make_event(restored, kind="restored", effective_at=datetime(2026, 2, 1, tzinfo=UTC))
    client.force_login(representation.account)

    page = client.post(f"/my/{representation.pk}/report/").content.decode()

    assert page.count("<article>") == 4
    assert "不对外公示" in page
    assert "已停止公示" in page
    assert "已修复" in page
    assert page.count("来源文件") == 4
    titles = [zh for _, zh, _ in SECTIONS]
    assert sorted(titles, key=page.rindex) == titles


def test_art_13_2_a_person_gets_the_own_report_through_the_same_gate(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.SIGNING_KEYS = str(tmp_path / "keys.json")
    person = NaturalPerson.objects.create(
        subject=Subject.objects.create(kind="natural_person"), name="虚构甲"
    )
    make_record(subject=person.subject, display_from=None, display_to=None)
    held = Representation.objects.create(
        account=Account.objects.create(username="person"),
        subject=person.subject,
        verification="counter",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    client.force_login(held.account)

    page = client.post(f"/my/{held.pk}/report/").content.decode()
    paper = client.post(f"/my/{held.pk}/report.pdf")

    assert "虚构甲" in page
    assert page.count("<article>") == 1
    assert paper.content.startswith(b"%PDF-")
    assert QueryLogEntry.objects.filter(subject_id=person.subject_id).count() == 2
    assert client.get("/search/?q=虚构甲").content.decode().count('class="results"') == 0
