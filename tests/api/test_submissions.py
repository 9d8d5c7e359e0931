"""A unit's own system hands in rows: statuses, receipts, and nobody else's business."""

from __future__ import annotations

import errno
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from anxin.audit.models import EventLogEntry
from anxin.authorities.models import ProviderKey, Unit
from anxin.authorities.services import issue_provider_key
from anxin.cli import secret_files
from anxin.intake.models import Submission
from anxin.intake.receiving import process_submission
from anxin.intake.refusals import WrongEncoding
from anxin.records.models import RecordVersion
from tests.intake.submission_files import register

pytestmark = pytest.mark.django_db(transaction=True)


class Provider:
    """A unit's system with its key."""

    def __init__(self, unit: str) -> None:
        self.key = issue_provider_key(
            unit=Unit.objects.get(code=unit),
            by_account_id=None,
            at=timezone.now(),
            valid_for=timedelta(days=1),
        )

    def headers(self, key: str = "k1") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", "Idempotency-Key": key}

    def post(self, content: bytes, *, key: str = "k1", kind: str = "text/csv", **query: Any) -> Any:
        particulars = {"item": "registration", "mapping": "org-register", **query}
        if "declared_rows" not in particulars:
            particulars["declared_rows"] = content.count(b"\n") - 1
        address = "/api/submissions?" + "&".join(f"{name}={value}" for name, value in particulars.items())
        return Client().generic("POST", address, content, kind, headers=self.headers(key))

    def get(self, address: str, **headers: str) -> Any:
        return Client().get(address, headers={**self.headers(), **headers})


@pytest.fixture
def provider(settings: Any, tmp_path: Path) -> Provider:
    settings.DATA_FOLDER = tmp_path / "files"
    settings.KEY_RING = secret_files.environment(tmp_path / "private")["ANXIN_KEY_RING"]
    call_command("load_pack", verbosity=0)
    return Provider("market-regulator")


def test_a_file_gets_a_receipt_and_the_same_again_gets_the_same(provider: Provider) -> None:
    content = register(4, bad=1)
    first = provider.post(content, sha256=hashlib.sha256(content).hexdigest())
    assert first.status_code == 201, first.content.decode()
    receipt = first.json()
    assert receipt["counts"]["accepted"] == 3
    assert receipt["sha256"] == hashlib.sha256(content).hexdigest()
    assert first["Location"] == receipt["address"]

    again = provider.post(content, sha256=hashlib.sha256(content).hexdigest())
    other_key = provider.post(content, key="k2")
    assert (again.status_code, other_key.status_code) == (200, 200)
    assert again.content == other_key.content == first.content
    assert RecordVersion.objects.count() == 3


def test_standing_and_returned_rows_are_the_units_own(provider: Provider) -> None:
    number = provider.post(register(4, bad=2)).json()["submission"]
    standing = provider.get(f"/api/submissions/{number}").json()
    assert (standing["state"], standing["counts"]["returned"]) == ("closed", 2)
    assert standing["reasons_by_field"][0]["remedy"]
    returned = provider.get(f"/api/submissions/{number}/returned").json()
    assert [one["row"] for one in returned["reasons"]] == [4, 5]
    assert EventLogEntry.objects.filter(act="hand_out_returned").count() == 1
    book = provider.get(
        f"/api/submissions/{number}/returned",
        Accept="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    assert book.content.startswith(b"PK")
    events = EventLogEntry.objects.filter(act="hand_out_returned")
    assert [one.details for one in events] == [{"submission": number, "unit": "market-regulator"}] * 2

    stranger = Provider("urban-management") if Unit.objects.filter(code="urban-management") else None
    stranger = stranger or Provider(Unit.objects.exclude(code="market-regulator").first().code)  # type: ignore[union-attr]
    answers = [
        stranger.get(f"/api/submissions/{one}{end}") for one in (number, 999_999) for end in ("", "/returned")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    refused = stranger.post(register(2))
    assert (refused.status_code, refused.json()["code"]) == (403, "E-UNIT")


@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer wrong", "Basic abc", "Bearer \u00e9"])
def test_without_a_valid_key_nothing_is_read(provider: Provider, sent: str) -> None:
    answer = Client().post(
        "/api/submissions", data=b"x", content_type="text/csv", headers={"Authorization": sent}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "E-API-KEY")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_or_expired_key_fails_at_once(provider: Provider) -> None:
    ProviderKey.objects.update(revoked_at=timezone.now())
    assert provider.post(register(1)).status_code == 401
    ProviderKey.objects.update(revoked_at=None, expires_at=timezone.now())
    assert provider.post(register(1)).status_code == 401


def test_a_key_with_another_payload_is_refused(provider: Provider) -> None:
    assert provider.post(register(2)).status_code == 201
    answer = provider.post(register(3))
    assert (answer.status_code, answer.json()["code"]) == (422, "E-KEY-REUSED")


def test_unknown_and_ill_formed_particulars_are_named_with_their_paths(provider: Provider) -> None:
    answer = provider.post(register(1), declared_rows="many", sha256="x", color="red", mapping="none")
    assert answer.status_code == 422
    assert {one["path"] for one in answer.json()["errors"]} == {"declared_rows", "sha256", "color", "mapping"}
    body = {"item": 5, "declared_rows": "1", "rows": [{"企业名称": [1]}, 7], "more": 1}
    answer = Client().post(
        "/api/submissions", json.dumps(body), content_type="application/json", headers=provider.headers()
    )
    assert answer.status_code == 422
    assert {"/more", "/item", "/rows/0/企业名称", "/rows/1"} <= {
        one["path"] for one in answer.json()["errors"]
    }
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b'{"item":"a","item":"b"}',
        b"[" * 100_000,
        b'{"declared_rows": NaN}',
        b"\xff\xfe",
        b"{",
        b'{"rows":[{"a":"1","a":"2"}]}',
    ],
)
def test_json_that_means_more_than_one_thing_is_refused(provider: Provider, body: bytes) -> None:
    answer = Client().post(
        "/api/submissions", body, content_type="application/json", headers=provider.headers()
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "E-JSON")


def test_rows_as_json_and_a_form_with_a_file_take_the_same_way(provider: Provider) -> None:
    lines = [line.split(",") for line in register(3, bad=1).decode().splitlines()]
    rows = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    body = {"item": "registration", "mapping": "org-register", "declared_rows": 3, "rows": rows}
    sent = Client().post(
        "/api/submissions", json.dumps(body), content_type="application/json", headers=provider.headers()
    )
    assert sent.status_code == 201, sent.content.decode()
    assert sent.json()["counts"]["returned"] == 1

    form = {
        "item": "registration",
        "mapping": "org-register",
        "declared_rows": "3",
        "file": SimpleUploadedFile("register.csv", register(3, first=930_000, bad=1)),
    }
    again = Client().post("/api/submissions", form, headers=provider.headers("k2"))
    assert again.status_code == 201, again.content.decode()
    assert again.json()["counts"] == sent.json()["counts"]


def test_a_refused_file_is_422_and_its_key_may_be_used_for_the_mended_one(provider: Provider) -> None:
    for _ in range(2):
        answer = provider.post(register(2), declared_rows=7)
        assert (answer.status_code, answer.json()["code"]) == (422, "E-TOTAL")
    mended = provider.post(register(3))
    assert (mended.status_code, mended.json()["counts"]["accepted"]) == (201, 3)
    assert provider.post(register(3)).status_code == 200
    assert [one.state for one in Submission.objects.order_by("pk")] == ["refused", "refused", "closed"]


def test_a_declared_charset_and_digest_are_held_to(provider: Provider) -> None:
    content = register(2)
    foreign = content.decode().encode("gb18030")
    first_byte = next(n for n, byte in enumerate(foreign) if byte > 127)

    wrong = provider.post(foreign, kind="text/csv; charset=UTF-8")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "E-ENC")
    assert f"第 {first_byte} 字节" in wrong.json()["detail"]
    unknown = provider.post(content, kind="text/csv; charset=iso-8859-1")
    assert (unknown.status_code, unknown.json()["code"]) == (415, "E-TYPE")
    other = provider.post(content, sha256="0" * 64)
    assert (other.status_code, other.json()["code"]) == (422, "E-HASH")
    assert (
        provider.post(foreign, key="k2", kind="text/csv; charset=gb18030").json()["counts"]["accepted"] == 2
    )
    assert (
        provider.post(content, key="k3", kind="text/csv; charset=utf-8").json()["counts"]["duplicates"] == 2
    )


def test_a_large_file_is_held_to_its_charset_when_its_turn_comes(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anxin.intake.receiving.SMALL_LINES", 1)
    foreign = register(2).decode().encode("gb18030")
    number = provider.post(foreign, kind="text/csv; charset=utf-8").json()["submission"]
    with pytest.raises(WrongEncoding):
        process_submission(number=number, keys=None, at=timezone.now())
    assert provider.get(f"/api/submissions/{number}").json()["refused"]["code"] == "E-ENC"


def test_too_large_is_413_another_type_415_a_full_disk_507(
    provider: Provider, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert provider.post(register(1), kind="image/png").status_code == 415
    with monkeypatch.context() as full:

        def no_space(handle: int) -> None:
            raise OSError(errno.ENOSPC, "no space")

        full.setattr("anxin.intake.files.os.fsync", no_space)
        answer = provider.post(register(1))
        assert (answer.status_code, answer.json()["code"]) == (507, "E-FULL")
    settings.LARGEST_SUBMISSION = 50
    assert provider.post(register(1)).status_code == 413
    assert not Submission.objects.exists()
    assert list((settings.DATA_FOLDER / "incoming").iterdir()) == []


def test_a_large_file_gets_its_receipt_first(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anxin.intake.receiving.SMALL_LINES", 1)
    first = provider.post(register(3))
    assert (first.status_code, first.json()["state"]) == (201, "received")
    again = provider.post(register(3))
    assert (again.status_code, again.content) == (200, first.content)


def test_f4_fifty_calls_with_one_key_have_one_effect(provider: Provider) -> None:
    content = register(3)

    def call(number: int) -> int:
        try:
            return int(provider.post(content).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(call, range(50)))
    assert statuses.count(201) == 1
    assert set(statuses) <= {200, 201, 409}
    assert provider.post(content).status_code == 200
    assert RecordVersion.objects.count() == 3
