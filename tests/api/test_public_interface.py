"""The public interface shows what the page shows, and describes itself truly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from anxin.api.urls import urlpatterns
from tests.factories import make_organization, make_record

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])


def test_an_organization_is_answered_with_its_displayed_records(client: Client) -> None:
    organization = make_organization()
    make_record(organization=organization)

    answer = client.get(f"/api/organizations/{organization.uscc}")

    assert answer.status_code == 200
    assert answer.json()["record_count"] == 1


def test_art_14_sole_proprietors_and_unknown_codes_give_the_same_problem(client: Client) -> None:
    hidden = make_organization(sole_proprietor=True)
    answers = [client.get(f"/api/organizations/{code}") for code in (hidden.uscc, "91210399MA0000000X", "x")]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0]["Content-Type"] == "application/problem+json"
    assert client.get("/api/search", {"q": hidden.name}).json()["total"] == 0


def test_the_description_names_exactly_the_paths_that_exist(client: Client) -> None:
    described = set(client.get("/api/openapi.json").json()["paths"])

    assert described == {
        "/api/" + str(route.pattern).replace("<str:uscc>", "{uscc}") for route in urlpatterns
    }


def test_published_keys_are_public_only(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_KEYS = str(tmp_path / "keys.json")

    keys = client.get("/api/keys").json()["keys"]
    assert keys
    assert all("d" not in key and key["kty"] == "OKP" for key in keys)
