"""The law page leads from a clause to the page, rule and test that carry it out, and shows nothing else of the program."""

from __future__ import annotations

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db(databases=["default", "site"])


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def test_each_of_55_articles_says_live_not_software_or_not_yet(client: Client) -> None:
    shown = page(client, "/law/")

    assert len(re.findall(r'<h2 id="article-\d+"', shown)) == 55
    rows = shown.count('<th scope="row"')
    assert rows == sum(shown.count(f">{word}</span>") for word in ("已落实", "不由软件办理", "尚未落实"))


def test_a_live_clause_leads_to_its_page_its_rule_and_its_test(client: Client) -> None:
    shown = page(client, "/law/13/") + page(client, "/law/10/")

    assert 'href="/catalog/"' in shown
    assert "/law/places/anxin.law.display:display_window/" in shown
    assert "/law/places/tests.law.test_display:" in shown


def test_every_place_that_the_page_names_can_be_opened(client: Client) -> None:
    places = sorted(set(re.findall(r'href="(/law/places/[^"]+)"', page(client, "/law/"))))
    assert len(places) > 20
    for place in places:
        text = page(client, place)
        assert "carries_out(" in text, place
        assert 'href="/law/' in text, place


@pytest.mark.parametrize(
    "name", ["anxin.config.settings:_secret", "anxin.access.services:IssuedReport", "..", "os:system"]
)
def test_what_carries_no_clause_out_is_not_shown(client: Client, name: str) -> None:
    assert client.get(f"/law/places/{name}/").status_code == 404
