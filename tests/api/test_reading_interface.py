"""A unit's system reads one subject, or many, by an item of the use list; each reading is logged first; changes are told."""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from anxin.access.batch import answering
from anxin.access.batch.answering import answer_batch
from anxin.access.models import Batch, BatchPart, ClientRight, Delivery, UseListItem
from anxin.audit.models import EventLogEntry, QueryLogEntry
from anxin.cli import secret_files
from anxin.records.models import RecordVersion
from tests.api.clients import System, administrator, make_system
from tests.factories import (
    fictional_uscc,
    make_event,
    make_item_version,
    make_organization,
    make_record,
    make_unit,
)

pytestmark = pytest.mark.django_db(transaction=True)
CASE = "虚案〔2026〕1号"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.DATA_FOLDER = tmp_path / "files"
    settings.KEY_RING = secret_files.environment(tmp_path / "private")["ANXIN_KEY_RING"]


class City:
    """A unit with its system, an item of the use list, and an organization with one record under it."""

    def __init__(self) -> None:
        self.unit = make_unit()
        self.item = make_item_version(code="penalty", fields=("title", "secret"))
        self.other = make_item_version(code="other")
        self.use = UseListItem.objects.create(
            code="permit-review",
            number=1,
            name_zh="审查",
            name_en="Review",
            basis="anshan-2022-9/20/1",
            units=[self.unit.code],
            purposes=[["审查申请", "review"]],
            subject_kinds=["legal_person"],
            fields=["penalty.title"],
            valid_from=date(2026, 1, 1),
            pack="test",
        )
        self.organization = make_organization()
        self.record = self.add(self.organization)
        make_record(organization=self.organization, item_version=self.other)
        self.system = make_system("permit-review", "batch", "changes", unit=self.unit).sign_in()

    def add(self, organization: Any) -> RecordVersion:
        fields = {"title": "虚罚字1号", "secret": "不在清单"}
        return make_record(organization=organization, item_version=self.item, public_fields=fields)

    def read(self, code: str = "", **more: Any) -> Any:
        body = {
            "item": "permit-review",
            "case": CASE,
            "subject": {"code": code or self.organization.uscc},
            **more,
        }
        return self.system.call("POST", "/api/readings", json.dumps(body).encode())

    def batch(self, *codes: str, **more: Any) -> Any:
        body = {"item": "permit-review", "case": CASE, "identifiers": codes, **more}
        return self.system.call("POST", "/api/batches", json.dumps(body).encode())

    def answered(self, answer: Any) -> list[dict[str, Any]]:
        assert answer.status_code == 202, answer.content.decode()
        done = answer_batch(number=answer.json()["batch"], at=timezone.now())
        assert done.state == "ready"
        given = self.system.call("GET", answer["Location"] + "/result")
        assert given.status_code == 200
        content = b"".join(given.streaming_content)
        assert hashlib.sha256(content).hexdigest() == given["X-Content-SHA256"]
        return sorted((json.loads(line) for line in content.splitlines()), key=lambda one: int(one["row"]))

    def changes(self, cursor: str = "") -> Any:
        return self.system.call("GET", f"/api/changes?cursor={cursor}")


@pytest.fixture
def city() -> City:
    return City()


def test_art_13_1_3_the_answer_holds_the_items_fields_and_its_log_row_says_by_what(city: City) -> None:
    answer = city.read()

    assert answer.status_code == 200, answer.content.decode()
    told = answer.json()
    assert [one["fields"] for one in told["records"]] == [{"title": "虚罚字1号"}]
    assert "不在清单" not in answer.content.decode()
    assert (told["disputed"], told["subject"]["code"]) == (False, city.organization.uscc)
    entry = QueryLogEntry.objects.get(pk=told["entry"])
    assert (entry.route, entry.system, entry.client_id) == ("ex_officio", "api", city.system.client.client_id)
    assert (entry.use_item, entry.case_reference, entry.fields) == ("permit-review", CASE, ["penalty.title"])
    make_event(city.record, kind="objected", effective_at=timezone.now() - timedelta(minutes=1))
    assert city.read().json()["disputed"] is True


def test_every_refusal_of_a_reading_has_its_status_code_and_clause_and_reads_nothing(city: City) -> None:
    cases: list[tuple[Any, int, str]] = [
        (city.read(item="other-item"), 403, "E-SCOPE"),
        (city.read(fictional_uscc(999_999)), 404, "E-NOTHING-TO-READ"),
        (city.read(case=""), 422, "E-INPUT"),
        (city.read(purpose=7), 403, "E-USE-LIST"),
        (city.read(more=1), 422, "E-INPUT"),
        (city.system.call("POST", "/api/readings", b"{", "application/json"), 422, "E-INPUT"),
        (city.system.call("POST", "/api/readings", b'{"a":1,"a":2}'), 422, "E-INPUT"),
        (city.system.call("POST", "/api/readings", b"x", "text/csv"), 415, "E-TYPE"),
        (city.system.call("POST", "/api/readings", b"x" * 20_000), 413, "E-SIZE"),
        (System(city.system.client, "", "nobody").call("POST", "/api/readings", b"{}"), 401, "E-TOKEN"),
    ]
    UseListItem.objects.update(valid_to=date(2026, 6, 1))
    cases.append((city.read(), 403, "E-USE-LIST"))
    for answer, status, code in cases:
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["Cache-Control"] == "no-store"
    assert cases[0][0]["WWW-Authenticate"].endswith('error="insufficient_scope", scope="other-item"')
    assert QueryLogEntry.objects.count() == 0


def test_art_18_2_a_batch_answers_each_row_and_logs_each_hit_and_each_miss(city: City) -> None:
    unknown, bad, person = fictional_uscc(999_998), city.organization.uscc[:-1] + "?", "210399199001010012"
    code = city.organization.uscc
    make_event(city.record, kind="objected", effective_at=timezone.now() - timedelta(minutes=1))
    answer = city.batch(code, unknown, bad, code.lower(), person, "")
    standing = answer.json()
    assert (standing["asked"], standing["accepted"], standing["refused"], standing["duplicates"]) == (
        6,
        2,
        3,
        1,
    )
    part = BatchPart.objects.get()
    assert part.codes == [code, unknown]
    assert person not in json.dumps([part.codes, part.reasons])
    assert QueryLogEntry.objects.count() == 0

    rows = city.answered(answer)
    assert [(one["row"], one["outcome"], one.get("reason")) for one in rows] == [
        (1, "found", None),
        (2, "unknown", None),
        (3, "refused", rows[2]["reason"]),
        (4, "duplicate", "E-DUPLICATE"),
        (5, "refused", rows[4]["reason"]),
        (6, "refused", "E-EMPTY"),
    ]
    found = rows[0]
    assert [one["fields"] for one in found["records"]] == [{"title": "虚罚字1号"}]
    assert (found["disputed"], found["records"][0]["disputed"]) == (True, True)
    assert all(datetime.fromisoformat(one["as_of"]) for one in rows)
    logged = list(QueryLogEntry.objects.order_by("id"))
    assert [(one.route, one.subject_id, one.asked) for one in sorted(logged, key=lambda one: one.asked)] == [
        ("batch", city.organization.pk, ""),
        ("batch", None, unknown),
    ]
    assert len({bytes(one.salt) for one in logged}) == 2
    assert {(one.use_item, one.case_reference, one.client_id) for one in logged} == {
        ("permit-review", CASE, city.system.client.client_id)
    }
    assert BatchPart.objects.count() == 0
    table = city.system.call("GET", answer["Location"] + "/result", Accept="text/csv")
    lines = b"".join(table.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 7
    assert EventLogEntry.objects.filter(act="hand_out_batch").count() == 2


def test_a_file_of_identifiers_is_read_like_a_list_and_too_many_are_refused_whole(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/api/batches?item=permit-review&case={CASE}"
    body = f"名称,统一社会信用代码\n甲,{city.organization.uscc}\n乙,{fictional_uscc(999_997)}\n".encode(
        "gb18030"
    )
    rows = city.answered(city.system.call("POST", address, body, "text/csv"))
    assert [(one["row"], one["outcome"]) for one in rows] == [(2, "found"), (3, "unknown")]
    bare = city.system.call("POST", address, f"{city.organization.uscc}\n".encode(), "text/plain")
    assert [one["row"] for one in city.answered(bare)] == [1]
    monkeypatch.setattr("anxin.access.batch.identifiers.MOST", 1)
    many = city.system.call("POST", address, body, "text/csv")
    assert (many.status_code, many.json()["code"]) == (422, "E-BATCH-SIZE")
    for change, code in (
        ({"agreement": "协议1"}, "E-BATCH-BASIS"),
        ({"item": ""}, "E-BATCH-BASIS"),
        ({"case": ""}, "E-CASE"),
    ):
        answer = city.batch("x", **change)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_the_same_order_sent_again_by_its_key_is_the_same_batch_and_another_is_refused(city: City) -> None:
    def send(*codes: str, key: str = "k1", case: str = CASE) -> Any:
        body = {"item": "permit-review", "case": case, "identifiers": codes}
        return city.system.call("POST", "/api/batches", json.dumps(body).encode(), **{"Idempotency-Key": key})

    code = city.organization.uscc
    first, again = send(code, "?"), send(code, "?")
    assert (first.status_code, again.status_code) == (202, 200)
    assert (again.json(), again["Location"]) == (first.json(), first["Location"])
    for other in (send(code), send(code, "?", case="虚案〔2026〕2号")):
        assert (other.status_code, other.json()["code"]) == (422, "E-KEY-REUSED")
    assert [send(code, key=key).status_code for key in ("键", "x" * 101, "a b")] == [422, 422, 422]
    city.answered(first)
    assert send(code, "?").json()["state"] == "ready"
    assert Batch.objects.count() == QueryLogEntry.objects.count() == 1
    assert send(code, "?", key="k2").status_code == 202


def test_of_two_orders_with_one_key_at_the_same_moment_one_is_made(city: City) -> None:
    sent: list[int] = []

    def send() -> None:
        body = {"item": "permit-review", "case": CASE, "identifiers": [city.organization.uscc]}
        key = {"Idempotency-Key": "at-once"}
        sent.append(city.system.call("POST", "/api/batches", json.dumps(body).encode(), **key).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(sent), Batch.objects.count()) == ([200, 200, 200, 202], 1)


def test_a_batch_is_cancelled_before_it_is_logged_and_never_after(city: City) -> None:
    answer = city.batch(city.organization.uscc)
    early = city.system.call("GET", answer["Location"] + "/result")
    assert (early.status_code, early.json()["code"]) == (409, "E-BATCH-STATE")
    gone = city.system.call("DELETE", answer["Location"])
    assert (gone.status_code, gone.json()["state"]) == (200, "cancelled")
    assert answer_batch(number=answer.json()["batch"], at=timezone.now()).state == "cancelled"
    assert QueryLogEntry.objects.count() == 0
    other = city.batch(city.organization.uscc)
    city.answered(other)
    late = city.system.call("DELETE", other["Location"])
    assert (late.status_code, late.json()["code"]) == (409, "E-BATCH-LATE")
    stranger = make_system("batch").sign_in()
    assert {stranger.call("GET", other["Location"] + end).status_code for end in ("", "/result")} == {404}


def test_a_crash_between_log_and_answer_leaves_log_rows_and_the_job_goes_on(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = city.batch(city.organization.uscc).json()["batch"]

    def crash(*_: Any) -> None:
        raise OSError("crash")

    with monkeypatch.context() as patch:
        patch.setattr(answering, "_mark_ready", crash)
        with pytest.raises(OSError, match="crash"):
            answer_batch(number=number, at=timezone.now())
    assert Batch.objects.get().state == "logged"
    assert QueryLogEntry.objects.count() == 1
    assert Delivery.objects.count() == 0
    assert list((answering_folder()).iterdir()) == []
    assert answer_batch(number=number, at=timezone.now()).state == "ready"
    assert QueryLogEntry.objects.count() == 1
    refused = pytest.raises(DatabaseError, match="no committed query-log rows")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT read_batch(%s)", [number])


def test_parts_are_logged_by_several_sessions_and_each_once_whatever_failed_in_between(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anxin.access.batch.parts.PART", 1)
    # A field that no version of the catalog names.
    fields = {"title": "虚罚字2号", "unlisted": "不在目录"}
    make_record(organization=city.organization, item_version=city.item, public_fields=fields)
    codes = [city.organization.uscc, *(fictional_uscc(number) for number in (999_996, 999_997, 999_998))]
    answer = city.batch(*codes)
    number = answer.json()["batch"]
    Batch.objects.update(state="logged")
    with connection.cursor() as cursor:
        cursor.execute("SELECT log_batch(%s, 2)", [number])
    again = pytest.raises(DatabaseError, match="does not wait to be logged")
    with again, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT log_batch(%s, 2)", [number])
    refused = pytest.raises(DatabaseError, match="no committed query-log rows")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT read_batch(%s)", [number])
    rows = city.answered(answer)
    assert [(row["row"], row["code"], len(row["records"])) for row in rows] == [
        (place, code, 2 * (place == 1)) for place, code in enumerate(codes, 1)
    ]
    assert [sorted(one["fields"]) for one in rows[0]["records"]] == [["title"], ["title"]]
    logged = QueryLogEntry.objects.filter(batch_id=number)
    assert sorted(logged.values_list("asked", flat=True)) == sorted(["", *codes[1:]])
    # Each part is a transaction of its own.
    assert logged.values("transaction_id").distinct().count() == len(codes)


def answering_folder() -> Any:
    from django.conf import settings

    return settings.DATA_FOLDER / "batches"


def test_the_gate_gives_no_batch_whose_log_rows_are_of_the_same_transaction(city: City) -> None:
    number = city.batch(city.organization.uscc).json()["batch"]
    refused = pytest.raises(DatabaseError, match="no committed query-log rows")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE access_batch SET state = 'logged' WHERE id = %s", [number])
        cursor.execute("SELECT log_batch(%s, 0)", [number])
        cursor.execute("SELECT read_batch(%s)", [number])
    assert QueryLogEntry.objects.count() == 0


def test_the_feed_tells_what_changed_in_what_was_given_in_order_and_nothing_else(city: City) -> None:
    stranger = make_organization()
    unread = city.add(stranger)
    unlinked_before = city.add(city.organization)
    now = timezone.now()
    make_event(unlinked_before, kind="link_undone", effective_at=now)
    assert city.changes().json()["changes"] == []
    city.read()
    other = make_organization()
    batched = city.add(other)
    city.answered(city.batch(other.uscc))
    start = city.changes().json()
    assert start["changes"] == []
    assert QueryLogEntry.objects.filter(subject_id=None, purpose__startswith="变更通知").count() >= 2

    make_event(city.record, kind="objected", effective_at=now)
    make_event(unread, kind="objected", effective_at=now)
    make_event(unlinked_before, kind="link_restored", effective_at=now)
    make_event(batched, kind="restored", effective_at=now)
    late = city.add(city.organization)
    make_event(late, kind="objected", effective_at=now)
    logged = QueryLogEntry.objects.count()
    page = city.changes(start["next"]).json()
    assert [(one["kind"], one["record"], one["code"]) for one in page["changes"]] == [
        ("objected", city.record.record_id, city.organization.uscc),
        ("restored", batched.record_id, other.uscc),
    ]
    entries = QueryLogEntry.objects.order_by("id")[logged:]
    assert {one.subject_id for one in entries} == {city.organization.pk, other.pk}
    assert city.changes(page["next"]).json()["changes"] == []
    assert city.changes("x").json()["code"] == "E-CURSOR"
    assert make_system("changes").sign_in().call("GET", "/api/changes").json()["changes"] == []


def test_the_feed_waits_for_older_transactions_and_so_never_skips_one(city: City) -> None:
    city.read()
    start = city.changes().json()["next"]
    from django.db import connections

    slow = connections.create_connection("default")
    try:
        slow.set_autocommit(False)
        with slow.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        make_event(city.record, kind="objected", effective_at=timezone.now())
        assert city.changes(start).json()["changes"] == []
        slow.rollback()
    finally:
        slow.close()
    assert [one["kind"] for one in city.changes(start).json()["changes"]] == ["objected"]


def test_a_right_taken_away_stops_the_next_call(city: City) -> None:
    from anxin.access.clients import revoke_right

    right = ClientRight.objects.get(scope="permit-review")
    revoke_right(right=right, by=administrator("security_administrator"), at=timezone.now())
    assert city.read().status_code == 403
    assert city.batch(city.organization.uscc).status_code == 403
