"""The public look-up shows organizations, and of them only what is on display at this moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from anxin.subjects.folding import bigrams
from anxin.subjects.models import FormerName
from tests.factories import make_event, make_organization, make_record

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_two_characters_of_a_name_find_an_organization(client: Client) -> None:
    organization = make_organization(name="虚构鞍钢铸造有限公司")
    assert organization.uscc in page(client, "/search/?q=铸造")
    assert organization.uscc not in page(client, "/search/?q=造铸")
    assert organization.uscc not in page(client, "/search/?q=铸")


def test_a_former_name_and_the_code_find_an_organization(client: Client) -> None:
    organization = make_organization(name="虚构新名有限公司")
    FormerName.objects.create(
        organization=organization,
        name="虚构旧称厂",
        name_folded="虚构旧称厂",
        bigrams=bigrams("虚构旧称厂"),
        valid_to="2025-01-01",
    )
    found = page(client, "/search/?q=旧称")
    assert organization.uscc in found
    assert "虚构旧称厂" in found
    assert "虚构新名有限公司" in page(client, f"/search/?q={organization.uscc.lower()}")


def without_what_was_typed(text: str) -> str:
    """A page without its form values (search text, form token), which differ from call to call."""
    return re.sub(r'value="[^"]*"', "", text)


def test_a_sole_proprietor_is_neither_found_nor_shown_and_looks_like_nothing(client: Client) -> None:
    hidden = make_organization(name="虚构个体面馆", sole_proprietor=True)
    found, nothing = page(client, "/search/?q=面馆"), page(client, "/search/?q=无此")
    assert without_what_was_typed(found) == without_what_was_typed(nothing)
    shown = page(client, f"/organizations/{hidden.uscc}/", 404)
    unknown = page(client, "/organizations/91210399MAZZZZZZ00/", 404)
    assert without_what_was_typed(shown) == without_what_was_typed(unknown)


def test_a_record_is_shown_with_its_source_and_gone_when_annulled(client: Client) -> None:
    organization = make_organization()
    version = make_record(organization=organization, public_fields={"title": "第七号事项"})
    address = f"/organizations/{organization.uscc}/"
    shown = page(client, address)
    assert "第七号事项" in shown
    assert "2998年12月31日" in shown or "2999年1月1日" in shown
    make_event(version, kind="annulled", effective_at=datetime(2026, 1, 2, tzinfo=UTC))
    assert "第七号事项" not in page(client, address)


def test_an_objection_marks_the_record(client: Client) -> None:
    organization = make_organization()
    version = make_record(organization=organization)
    address = f"/organizations/{organization.uscc}/"
    assert "异议处理中" not in page(client, address)
    make_event(version, kind="objected", effective_at=datetime(2026, 1, 2, tzinfo=UTC))
    assert "异议处理中" in page(client, address)


def test_a_record_whose_display_ended_is_not_shown(client: Client) -> None:
    organization = make_organization()
    make_record(
        organization=organization,
        display_to=datetime(2026, 1, 2, tzinfo=UTC),
        public_fields={"title": "过期事项"},
    )
    assert "过期事项" not in page(client, f"/organizations/{organization.uscc}/")


def test_records_page_by_twenty_with_one_statement(client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    organization = make_organization()
    for _number in range(21):
        make_record(organization=organization)
    address = f"/organizations/{organization.uscc}/"
    with django_assert_num_queries(1, using="site"):
        first = page(client, address)
    assert first.count("<details>") == 20
    assert page(client, address + "?page=2").count("<details>") == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search/",
        "/search/?q=%00&page=-1",
        "/catalog/",
        "/law/",
        "/verify/",
        "/rights/",
        "/sign-in/",
        "/healthz",
    ],
)
def test_public_pages_open(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


def test_an_unknown_report_number_is_not_genuine(client: Client) -> None:
    assert "没有出具过" in page(client, "/verify/20261124120000ABCDEFGH")
