"""An officer orders a batch with a file of codes and takes its answer; each code stands in the log first (Art. 18(2), 20(2))."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from anxin.access.batch.answering import answer_batch, forget_cancelled
from anxin.access.batch.files import remove_answer
from anxin.access.models import Batch, BatchPart
from anxin.audit.models import EventLogEntry, QueryLogEntry
from anxin.authorities.models import Account
from anxin.kernel.identifiers.resident_id import check_character
from anxin.web.desk.batches import BY_AGREEMENT
from anxin.web.desk.use_choices import choices_of
from tests.factories import fictional_uscc
from tests.web.desk_city import CODE, client_of, make_desk, penalty, take_in_rows

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
PAGE, UNIT, CASE = "/desk/batches/", "market-regulator", "虚案〔2026〕7号"
MISSING = fictional_uscc(999_998)
PERSON = "21039919900101001" + check_character("21039919900101001")
ROWS = (CODE, MISSING, "不是代码", CODE, PERSON, "")


@pytest.fixture
def officer(settings: Any, tmp_path: Path) -> Client:
    settings.DATA_FOLDER = tmp_path / "files"
    make_desk(settings, tmp_path)
    take_in_rows(settings, tmp_path, penalty(1))
    return client_of("officer", "officer", UNIT)


def matter() -> str:
    account = Account.objects.get(username="officer")
    return choices_of(account, timezone.localdate(), persons=False)[0].value


def order(client: Client, rows: tuple[str, ...] = ROWS, **changes: str) -> Any:
    content = "\r\n".join(["统一社会信用代码,备注", *(f"{row},x" for row in rows)]).encode()
    fields = {"matter": changes.pop("matter", "") or matter(), "agreement": "", "case_reference": CASE}
    file = SimpleUploadedFile("codes.csv", content)
    return client.post(PAGE, {**fields, **changes, "file": file})


def given(answer: Any) -> str:
    assert answer.status_code == 200
    content: Iterator[bytes] = answer.streaming_content
    return b"".join(content).decode("utf-8-sig")


def test_art_18_2_the_walk_from_the_file_to_the_answer(officer: Client) -> None:
    assert PAGE in officer.get("/desk/").content.decode()
    page = order(officer)["Location"]
    waiting = officer.get(page).content.decode()
    assert "取消这一批" in waiting
    assert "HX-Refresh" not in officer.get(f"{page}progress")
    assert officer.get(f"{page}result.csv").status_code == 404
    assert not QueryLogEntry.objects.filter(route="batch").exists()

    answer_batch(number=Batch.objects.get().pk, at=timezone.now())

    assert officer.get(f"{page}progress")["HX-Refresh"] == "true"
    html = officer.get(page).content.decode()
    made = Batch.objects.get()
    assert (made.asked, made.accepted, made.refused, made.duplicates, made.found) == (6, 2, 3, 1, 1)
    assert {one["reason"]: one["first"] for one in made.reasons}["E-DUPLICATE"] == [5]
    assert sorted(row for one in made.reasons for row in one["first"]) == [4, 5, 6, 7]
    assert "与前面的行重复" in html
    logged = QueryLogEntry.objects.filter(route="batch")
    assert {(one.asked, one.case_reference, one.system) for one in logged} == {
        ("", CASE, "desk"),
        (MISSING, CASE, "desk"),
    }
    lines = [json.loads(line) for line in given(officer.get(f"{page}result.ndjson")).splitlines()]
    assert sorted((one["row"], one["outcome"]) for one in lines)[0] == (2, "found")
    table = list(csv.DictReader(io.StringIO(given(officer.get(f"{page}result.csv")))))
    assert {one["code"] for one in table} == {CODE, MISSING, ""}
    refused = given(officer.get(f"{page}result.refused"))
    assert [line.split(",")[0] for line in refused.splitlines()[1:]] == ["4", "5", "6", "7"]
    assert PERSON not in refused + html + given(officer.get(f"{page}result.ndjson"))
    assert EventLogEntry.objects.filter(act="hand_out_batch").count() == 4

    remove_answer(made.stored_as)
    assert "结果已过保存期" in officer.get(page).content.decode()
    assert officer.get(f"{page}result.csv").status_code == 404


def test_by_an_agreement_its_number_is_needed_and_only_then_allowed(officer: Client) -> None:
    agreement = f"{UNIT}/{BY_AGREEMENT}"
    assert "E-BATCH-BASIS" in order(officer, matter=agreement).content.decode()
    assert "E-BATCH-BASIS" in order(officer, agreement="虚协1号").content.decode()
    assert order(officer, matter=agreement, agreement="虚协1号").status_code == 302

    made = Batch.objects.get()

    assert (made.use_item, made.agreement, made.client_id) == ("", "虚协1号", None)
    assert made.fields
    assert all("." in field for field in made.fields)


def test_what_cannot_be_ordered_comes_back_as_typed_and_keeps_nothing(officer: Client) -> None:
    foreign = f"credit-office/{BY_AGREEMENT}"
    cases = [
        (order(officer, case_reference=" "), 422, "E-CASE"),
        (order(officer, matter=foreign, agreement="虚协1号"), 422, "E-USE-LIST"),
        (order(officer, matter="no/such/0"), 422, "E-USE-LIST"),
        (order(officer, rows=()), 422, "E-BATCH-EMPTY"),
        (officer.post(PAGE, {"matter": matter(), "case_reference": CASE}), 422, "E-BATCH-EMPTY"),
        (order(officer, case_reference="号" * 121), 422, "E-CASE"),
    ]
    for answer, status, words in cases:
        assert (answer.status_code, words in answer.content.decode()) == (status, True), words
    assert CASE in cases[1][0].content.decode()
    assert not Batch.objects.exists()


def test_a_batch_is_cancelled_until_it_is_logged(officer: Client) -> None:
    page = order(officer)["Location"]
    assert officer.get(f"{page}cancel/").status_code == 405
    assert officer.post(f"{page}cancel/")["Location"] == page
    assert "已取消" in officer.get(page).content.decode()
    assert answer_batch(number=Batch.objects.get().pk, at=timezone.now()).state == "cancelled"
    assert not QueryLogEntry.objects.filter(route="batch").exists()
    assert (forget_cancelled(), BatchPart.objects.count()) == (1, 0)

    later = order(officer)["Location"]
    answer_batch(number=Batch.objects.latest("pk").pk, at=timezone.now())
    late = officer.post(f"{later}cancel/")
    assert (late.status_code, "E-BATCH-LATE" in late.content.decode()) == (422, True)


def test_a_form_pressed_twice_orders_one_batch_and_another_file_in_it_is_refused(officer: Client) -> None:
    tokens = [
        re.findall(r'name="token" value="([0-9a-f]{32})"', officer.get(PAGE).content.decode())[0]
        for _ in "12"
    ]
    first, again = order(officer, token=tokens[0]), order(officer, token=tokens[0])
    assert (first.status_code, again.status_code, first["Location"]) == (302, 302, again["Location"])
    other = order(officer, rows=(CODE,), token=tokens[0])
    assert (other.status_code, "E-KEY-REUSED" in other.content.decode()) == (422, True)
    assert tokens[0] not in other.content.decode()
    assert Batch.objects.count() == 1
    assert order(officer, token=tokens[1])["Location"] != first["Location"]
    order(officer)
    order(officer)
    colleague = client_of("colleague", "officer", UNIT)
    assert order(colleague, token=tokens[0])["Location"] != first["Location"]
    assert Batch.objects.count() == 5


def test_only_who_ordered_it_finds_it(officer: Client) -> None:
    page = order(officer)["Location"]
    answer_batch(number=Batch.objects.get().pk, at=timezone.now())
    colleague = client_of("colleague", "officer", UNIT)
    clerk = client_of("clerk", "clerk", UNIT)

    for address in (page, f"{page}progress", f"{page}result.csv"):
        assert (colleague.get(address).status_code, clerk.get(address).status_code) == (404, 403)
    assert (colleague.post(f"{page}cancel/").status_code, clerk.get(PAGE).status_code) == (404, 403)
    assert CASE not in colleague.get(PAGE).content.decode()
    assert officer.get(f"{page}result.xml").status_code == 404
