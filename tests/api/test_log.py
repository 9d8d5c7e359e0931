"""Checkpoint and proof for everybody, read with the public site's own role; nothing personal is in them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client

from anxin.audit.sealing import seal
from anxin.audit.sealing_loop import publish_keys
from anxin.audit.tree.checkpoints import parse_checkpoint
from anxin.audit.tree.hashing import SHA256, SM3
from anxin.audit.tree.notes import is_signed, parse_note
from anxin.audit.tree.proofs import verify_inclusion
from tests.audit.sealed import keys_of_the_log, sealing_connection, write_events, write_readings

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])


@pytest.fixture
def site() -> Iterator[Client]:
    """What the site's role sees; in tests the site borrows the application's connection."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE anxin_site")
        yield Client()
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("entry", ["q17", "e3"])
def test_invariant_6_anyone_can_check_that_an_entry_is_under_the_signed_checkpoint(entry: str) -> None:
    keys, now = keys_of_the_log(), datetime.now(UTC)
    events, readings = write_events(20), write_readings(300)
    number = {"q17": readings[16], "e3": events[2]}[entry]
    with sealing_connection() as sealer:
        publish_keys(sealer, keys)
        seal(sealer, keys, at=now)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE anxin_site")
        note = parse_note(Client().get("/api/log/checkpoint").content.decode())
        answer = Client().get(f"/api/log/proof?entry={entry[0]}{number}")
        page = Client().get("/integrity/")
        cursor.execute("RESET ROLE")
    assert answer.status_code == page.status_code == 200
    assert is_signed(note, keys.public(), moment=int(now.timestamp()))
    said, given = parse_checkpoint(note.text), answer.json()
    assert str(keys.public()[0]) in page.content.decode()
    for algorithm, root in ((SHA256, said.root), (SM3, said.sm3_root)):
        assert root is not None
        verify_inclusion(
            index=given["index"],
            size=said.size,
            leaf_hash=algorithm.leaf(base64.b64decode(given["commitment"])),
            proof=[base64.b64decode(one) for one in given[f"proof_{algorithm.name}"]],
            root=root,
            algorithm=algorithm,
        )


def test_what_is_not_sealed_or_no_entry_is_said_with_a_code(site: Client) -> None:
    assert site.get("/api/log/checkpoint").json()["code"] == "E-LOG-EMPTY"
    assert site.get("/integrity/").status_code == 200
    for entry, status, code in (
        ("q1", 404, "E-LOG-NOT-SEALED"),
        ("x1", 422, "E-LOG-ENTRY"),
        ("q0", 422, "E-LOG-ENTRY"),
        ("q٣", 422, "E-LOG-ENTRY"),
        ("", 422, "E-LOG-ENTRY"),
    ):
        answer = site.get("/api/log/proof", {"entry": entry})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
