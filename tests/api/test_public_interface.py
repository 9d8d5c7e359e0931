"""The public interface shows what the page shows, and describes itself truly."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from anxin.api.urls import urlpatterns
from tests.api.schemas import faults
from tests.factories import make_event, make_organization, make_record

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
    assert answers[0]["Cache-Control"] == "no-store"
    assert client.get("/api/search", {"q": hidden.name}).json()["total"] == 0


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/api/organizations/91210399MA0000000X?page=0", "E-PAGE"),
        ("/api/organizations/91210399MA0000000X?page=501", "E-PAGE"),
        ("/api/search?q=铸造&page=１", "E-PAGE"),
        ("/api/search?q=铸", "E-SEARCH-TEXT"),
        ("/api/search", "E-SEARCH-TEXT"),
        ("/api/search?q=" + "铸" * 101, "E-SEARCH-TEXT"),
        ("/api/search?q=铸造%00", "E-SEARCH-TEXT"),
    ],
)
def test_a_parameter_outside_its_limits_is_refused_with_a_code(
    client: Client, address: str, code: str
) -> None:
    answer = client.get(address)

    assert answer.status_code == 422
    assert answer.json()["code"] == code


def test_the_description_names_exactly_the_paths_that_exist(client: Client) -> None:
    described = set(client.get("/api/openapi.json").json()["paths"])

    assert described == {
        "/api/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(route.pattern)) for route in urlpatterns
    }


def test_every_answer_has_the_status_type_and_shape_that_the_description_promises(client: Client) -> None:
    organization = make_organization()
    make_event(
        make_record(organization=organization),
        kind="objected",
        effective_at=make_record(organization=organization).recorded_at,
    )
    description = client.get("/api/openapi.json").json()
    for path, query in [
        ("/api/organizations/{uscc}", ""),
        ("/api/organizations/{uscc}", "?page=x"),
        ("/api/search", f"?q={organization.name}"),
        ("/api/search", "?q=x"),
        ("/api/keys", ""),
        ("/api/openapi.json", ""),
    ]:
        answer = client.get(path.replace("{uscc}", organization.uscc) + query)
        promised = description["paths"][path]["get"]["responses"][str(answer.status_code)]["content"]
        assert faults(answer.json(), promised[answer["Content-Type"]]["schema"], description) == [], path


def test_an_answer_of_another_shape_is_noticed(client: Client) -> None:
    description = client.get("/api/openapi.json").json()
    reference = {"$ref": "#/components/schemas/Found"}

    assert faults({"total": "1", "organizations": [{"uscc": "x"}], "more": 1}, reference, description)


def test_other_methods_than_reading_are_refused(client: Client) -> None:
    assert {client.post(f"/api/{path}").status_code for path in ("search", "keys", "openapi.json")} == {405}


def test_published_keys_are_public_only(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_KEYS = str(tmp_path / "keys.json")

    keys = client.get("/api/keys").json()["keys"]
    assert keys
    assert all("d" not in key and key["kty"] == "OKP" for key in keys)
