"""J7, the part about organizations: an agency asks for five thousand companies, and every one of them can see it (Art. 18(2), 45)."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from anxin.access.batch.answering import answer_batch
from anxin.access.batch.ordering import STATED_BY_ROWS
from anxin.access.clients import approve_client, draft_client, end_of, revoke_right
from anxin.access.models import ApiClient, Batch, ClientRight, Representation, UseListItem
from anxin.audit.models import QueryLogEntry
from anxin.authorities.models import Unit
from anxin.cli import secret_files
from anxin.subjects.models import Organization, Subject
from tests.api.clients import System, administrator, make_system
from tests.factories import (
    fictional_uscc,
    make_event,
    make_item_version,
    make_organization,
    make_record,
    make_unit,
)
from tests.portal.readings import represent

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
KNOWN, UNKNOWN, WRONG, REPEATED, WITHOUT_BASIS, DISPUTED = 1_200, 3_750, 20, 15, 14, 5
ITEM = "contract-review"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.DATA_FOLDER = tmp_path / "files"
    settings.KEY_RING = secret_files.environment(tmp_path / "private")["ANXIN_KEY_RING"]


def make_use_item(unit: str) -> UseListItem:
    return UseListItem.objects.create(
        code=ITEM, number=1, name_zh="合同审查", name_en="Review of contracts", basis="anshan-2022-9/20/1", units=[unit],
        purposes=[["审查合同对方", "review of a party to a contract"]], subject_kinds=["legal_person"],
        fields=["penalty.title"], valid_from=date(2026, 1, 1), pack="test",
    )  # fmt: skip


def make_companies(number: int) -> list[str]:
    """So many, fast; their codes."""
    subjects = Subject.objects.bulk_create([Subject(kind="legal_person") for _ in range(number)])
    codes = [fictional_uscc(500_000 + place) for place in range(number)]
    values = {
        "kind": "legal_person",
        "name": "虚构批量有限公司",
        "name_folded": "虚构批量有限公司",
        "bigrams": ["虚构"],
        "registered": True,
    }
    Organization.objects.bulk_create(
        [Organization(subject=one, uscc=code, **values) for one, code in zip(subjects, codes, strict=True)]
    )
    return codes


def agencys_file(codes: list[str]) -> bytes:
    """Five thousand rows under a header, each with the contract it is asked for by."""
    rows = [(code, f"虚合〔2026〕{place}号", "") for place, code in enumerate(codes)]
    rows += [(fictional_uscc(600_000 + place), f"虚询〔2026〕{place}号", "") for place in range(UNKNOWN)]
    rows += [(f"{codes[0][:-1]}?{place}", "虚合", "") for place in range(WRONG)]
    rows += [(code, "虚合再次", "") for code in codes[:REPEATED]]
    rows += [(fictional_uscc(700_000 + place), "", "") for place in range(WITHOUT_BASIS)]
    rows += [(fictional_uscc(700_999), "虚合", "指纹模板A")]
    lines = ["统一社会信用代码,依据,指纹", *(",".join(row) for row in rows)]
    return "\n".join(lines).encode("gb18030")


@dataclass
class Town:
    """Companies, one of which is watched by its representative; the first have records, some of them disputed."""

    unit: Unit
    watched: Representation
    codes: list[str]


def make_town() -> Town:
    unit = make_unit(name_zh="虚构征信机构")
    make_use_item(unit.code)
    item = make_item_version(code="penalty", fields=("title", "secret"))
    watched = represent(make_organization().subject, "representative")
    codes = [Organization.objects.get().uscc or "", *make_companies(KNOWN - 1)]
    for place, code in enumerate(codes[: 2 * DISPUTED]):
        record = make_record(
            organization=Organization.objects.get(uscc=code),
            item_version=item,
            public_fields={"title": f"虚罚字{place}号", "secret": "不在清单"},
        )
        if place < DISPUTED:
            make_event(record, kind="objected", effective_at=timezone.now() - timedelta(minutes=1))
    return Town(unit, watched, codes)


def let_in(unit: Unit) -> System:
    """Two administrators let it in: with rights, with a quota, until a day."""
    now = timezone.now()
    drafted = draft_client(
        unit=unit, name="虚构征信系统", scopes=[ITEM, "batch"], by=administrator("system_administrator"), at=now,
        quota=5_000, ends_at=end_of(timezone.localdate() + timedelta(days=30)),
    )  # fmt: skip
    system = System(drafted.client, drafted.secret)
    assert system.ask().status_code == 401
    approve_client(client=drafted.client, by=administrator("security_administrator"), at=now)
    return system.sign_in()


def order_and_wait(system: System, body: bytes) -> dict[str, Any]:
    """Order, see it wait, order again by mistake, and see it done."""
    key = {"Idempotency-Key": "j7"}
    ordered = system.call("POST", f"/api/batches?item={ITEM}", body, "text/csv", **key)
    assert ordered.status_code == 202, ordered.content.decode()
    page = ordered["Location"]
    assert system.call("GET", page).json()["state"] == "received"
    assert system.call("POST", f"/api/batches?item={ITEM}", body, "text/csv", **key)["Location"] == page
    answer_batch(number=ordered.json()["batch"], at=timezone.now())
    done: dict[str, Any] = system.call("GET", page).json()
    return done


def check_answer(system: System, done: dict[str, Any]) -> None:
    """Every row has its outcome, and the counts add up."""
    refused = WRONG + WITHOUT_BASIS + 1
    assert (done["state"], done["asked"]) == ("ready", 5_000)
    assert (done["duplicates"], done["refused"]) == (REPEATED, refused)
    assert done["asked"] == done["accepted"] + done["refused"] + done["duplicates"]
    given = system.call("GET", done["address"] + "/result")
    lines = [json.loads(line) for line in b"".join(given.streaming_content).splitlines()]
    assert sorted(one["row"] for one in lines) == list(range(2, 5_002))
    assert Counter(one["outcome"] for one in lines) == {
        "found": KNOWN, "unknown": UNKNOWN, "refused": refused, "duplicate": REPEATED,
    }  # fmt: skip
    reasons = Counter(one["reason"] for one in lines if one["outcome"] == "refused")
    assert (reasons["E-ROW-BASIS"], reasons["E-PROHIBITED"]) == (WITHOUT_BASIS, 1)
    assert {one["as_of"] for one in lines} == {lines[0]["as_of"]}
    assert sum(one["disputed"] for one in lines) == DISPUTED
    assert {name for one in lines for record in one["records"] for name in record["fields"]} == {"title"}


def check_log(client: Client, watched: Representation, done: dict[str, Any]) -> None:
    """As many log rows as accepted rows, each with its basis; and a company sees its own."""
    logged = QueryLogEntry.objects.filter(batch_id=done["batch"])
    assert logged.count() == done["accepted"] == KNOWN + UNKNOWN
    assert logged.values("subject_id", "asked").distinct().count() == logged.count()
    assert not logged.filter(case_reference__in=["", STATED_BY_ROWS]).exists()
    client.force_login(watched.account)
    seen = client.get(f"/my/{watched.pk}/readings/").content.decode().partition("<tbody>")[2]
    assert "虚构征信机构" in seen
    assert "虚合〔2026〕0号" in seen
    assert not re.search(r"虚合〔2026〕[1-9]|虚询", seen)


def test_j7_an_agency_asks_for_five_thousand_companies(client: Client) -> None:
    town = make_town()
    system = let_in(town.unit)
    done = order_and_wait(system, agencys_file(town.codes))
    check_answer(system, done)
    check_log(client, town.watched, done)

    # What is left of the quota is told; more is refused whole.
    left = 5_000 - done["accepted"]
    body = "\n".join(town.codes[: left + 1]).encode()
    more = system.call("POST", f"/api/batches?item={ITEM}&case=x", body, "text/csv")
    assert (more.status_code, more.json()["code"]) == (422, "E-BATCH-QUOTA")
    assert f"{left} codes" in more.json()["detail"]
    assert Batch.objects.count() == 1
    # Its last day goes by.
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE access_apiclient DISABLE TRIGGER USER")
        now = timezone.now()
        ApiClient.objects.update(drafted_at=now - timedelta(days=2), ends_at=now)
        cursor.execute("ALTER TABLE access_apiclient ENABLE TRIGGER USER")
    over = system.call("GET", done["address"])
    assert (over.status_code, over.json()["code"]) == (401, "E-TOKEN")
    assert system.ask().status_code == 401


def test_art_45_the_database_holds_a_client_to_its_quota_and_gives_back_what_was_cancelled() -> None:
    unit = make_unit()
    make_use_item(unit.code)
    system = make_system(ITEM, "batch", unit=unit, quota=3).sign_in()

    def order(*codes: int) -> Any:
        identifiers = [fictional_uscc(code) for code in codes]
        body = {"item": ITEM, "case": "虚案1号", "identifiers": identifiers}
        return system.call("POST", "/api/batches", json.dumps(body).encode())

    first = order(1, 2)
    assert (first.status_code, order(3, 4).json()["code"], order(5).status_code) == (
        202,
        "E-BATCH-QUOTA",
        202,
    )
    full = order(6)
    assert "0 codes" in full.json()["detail"]
    assert system.call("DELETE", first["Location"]).status_code == 200
    assert order(7, 8).status_code == 202
    stored = Batch.objects.order_by("-id").values()[0]
    stored.pop("id")
    for changes, constraint in (
        ({}, "identifiers a day"),
        ({"accepted": 0, "asked": 0, "received_at": timezone.now() - timedelta(days=1)}, "received now"),
        ({"accepted": 0, "asked": 0, "unit_id": make_unit().pk}, "no right"),
        ({"accepted": 0, "asked": 0, "use_item": "another"}, "no right"),
    ):
        with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
            Batch.objects.create(**{**stored, **changes, "idempotency_key": None})
    right = ClientRight.objects.get(scope="batch")
    revoke_right(right=right, by=administrator("security_administrator"), at=timezone.now())
    with pytest.raises(DatabaseError, match="no right"), transaction.atomic():
        Batch.objects.create(**{**stored, "accepted": 0, "asked": 0})
    assert Batch.objects.create(**{**stored, "accepted": 0, "asked": 0, "client_id": None}).pk
