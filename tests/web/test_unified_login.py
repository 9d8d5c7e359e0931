"""The unified log-in against a stand-in over HTTP: who comes back rightly is the person itself; everything else is one refusal."""

from __future__ import annotations

import json
import logging
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from joserfc.jwk import ECKey

from anxin.access.models import Representation, UnifiedIdentity
from anxin.authorities.models import Account
from anxin.city.codes import fictional_resident_id
from anxin.cli import secret_files
from anxin.subjects.keys import load_key_ring
from anxin.subjects.models import NaturalPerson, PersonalIdentifier
from tests.access.routes.stand_in import CLIENT, SECRET, StandIn, stand_in_running
from tests.factories import make_person

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
NUMBER, NAME = fictional_resident_id(date(1980, 1, 1), 1), "虚构甲"


@pytest.fixture
def province(settings: Any, tmp_path: Path) -> Iterator[StandIn]:
    settings.KEY_RING = secret_files.environment(tmp_path / "private")["ANXIN_KEY_RING"]
    settings.PUBLIC_ADDRESS = "http://testserver"
    person = make_person(name=NAME)
    PersonalIdentifier.objects.create(
        person=person,
        kind="resident_id_number",
        digest=load_key_ring(settings.KEY_RING).digest(NUMBER),
        encrypted=b"x",
        key_name="k",
    )
    with stand_in_running() as stand_in:
        stand_in.person = {"id_number": NUMBER, "name": NAME}
        about = {"issuer": stand_in.issuer, "client_id": CLIENT, "client_secret": SECRET}
        file = tmp_path / "provider.json"
        file.write_text(json.dumps(about), encoding="utf-8")
        settings.UNIFIED_LOGIN = str(file)
        yield stand_in


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def sent_back(client: Client) -> str:
    """Out to the stand-in and back: the address the browser is sent to, with the code."""
    out = client.get("/sign-in/unified/")
    assert out.status_code == 302
    try:
        urllib.request.build_opener(_Stay).open(out["Location"], timeout=5)
    except urllib.error.HTTPError as answer:
        return str(answer.headers["Location"]).removeprefix("http://testserver")
    raise AssertionError("the stand-in sends the browser back")


def signed_in(client: Client) -> bool:
    return client.get("/my/").status_code == 200


def test_art_13_1_2_the_person_itself_signs_in_and_represents_itself(
    client: Client, province: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert "/sign-in/unified/" in client.get("/sign-in/").content.decode()

    first = client.get(sent_back(client))

    assert (first.status_code, first["Location"]) == (302, "/my/")
    assert signed_in(client)
    held = Representation.objects.get()
    assert (held.verification, held.subject_id) == ("unified_login", NaturalPerson.objects.get().pk)
    assert not held.account.has_usable_password()
    assert "本人" in client.get("/my/").content.decode()
    again = Client()
    assert again.get(sent_back(again)).status_code == 302
    assert (Account.objects.count(), UnifiedIdentity.objects.count(), Representation.objects.count()) == (
        1,
        1,
        1,
    )
    assert NUMBER not in caplog.text + everything_stored()
    assert "citizen-1" not in everything_stored()


def everything_stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        texts = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            texts.append(cursor.fetchone()[0] or "")
    return "\n".join(texts)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"iss": "http://127.0.0.1:1"},
        {"id_number": None},
        {"id_number": fictional_resident_id(date(1981, 2, 2), 2)},
        {"name": "虚构乙"},
        {"sub": ""},
    ],
)
def test_a_token_that_is_not_right_opens_nothing(
    client: Client, province: StandIn, claims: dict[str, Any]
) -> None:
    province.claims = claims

    refused = client.get(sent_back(client))

    assert refused.status_code == 403
    assert "E-UNIFIED-LOGIN" in refused.content.decode()
    assert NUMBER not in refused.content.decode()
    assert not signed_in(client)
    assert not Account.objects.exists()


def test_a_token_signed_by_another_key_opens_nothing(client: Client, province: StandIn) -> None:
    province.signing = ECKey.generate_key("P-256", {"kid": "one"})

    assert client.get(sent_back(client)).status_code == 403
    assert not Account.objects.exists()


def test_a_return_is_good_once_for_the_browser_that_began_it(client: Client, province: StandIn) -> None:
    back, thief = sent_back(client), Client()
    sent_back(thief)

    assert thief.get(back).status_code == 403
    assert client.get(back.replace("state=", "state=x")).status_code == 403
    assert client.get(back).status_code == 403
    fresh = sent_back(client)
    assert client.get(fresh).status_code == 302
    assert client.get(fresh).status_code == 403
    assert province.refused == []
    # A code that was used already, under a state that is fresh: the provider refuses it, and so do we.
    state = sent_back(client).partition("state=")[2].partition("&")[0]
    code = fresh.partition("code=")[2].partition("&")[0]
    assert client.get("/sign-in/unified/return/", {"state": state, "code": code}).status_code == 403
    assert province.refused == [code]


def test_a_provider_that_describes_another_one_or_leads_elsewhere_is_not_followed(
    client: Client, province: StandIn
) -> None:
    for described in ({"issuer": "http://127.0.0.1:1"}, {"token_endpoint": "http://elsewhere.example/token"}):
        province.described = described
        assert client.get("/sign-in/unified/").status_code == 403


def test_a_closed_account_stays_closed_and_an_ended_representation_is_verified_anew(
    client: Client, province: StandIn
) -> None:
    client.get(sent_back(client))
    Account.objects.update(is_active=False)

    other = Client()
    assert other.get(sent_back(other)).status_code == 403
    assert not signed_in(other)


def test_without_a_provider_there_is_no_unified_log_in(client: Client, settings: Any) -> None:
    settings.UNIFIED_LOGIN = ""

    assert client.get("/sign-in/unified/").status_code == 404
    assert "/sign-in/unified/" not in client.get("/sign-in/").content.decode()
