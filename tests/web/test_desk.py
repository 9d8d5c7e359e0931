"""A clerk hands in a file once, however often the button is pressed, and sees why rows came back."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from anxin.authorities.models import Account, RoleAssignment, Unit
from anxin.cli import secret_files
from anxin.intake.models import Submission
from tests.factories import fictional_uscc

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])

HEADER = "企业名称,统一社会信用代码,注册日期,所在省份,地区\n"


@pytest.fixture
def clerk(client: Client, settings: Any, tmp_path: Path) -> Client:
    settings.KEY_RING = secret_files.environment(tmp_path / "private")["ANXIN_KEY_RING"]
    call_command("load_pack", verbosity=0)
    account = Account.objects.create_account("clerk", "a long password", display_name="测试")
    RoleAssignment.objects.create(
        account=account,
        unit=Unit.objects.get(code="market-regulator"),
        role="clerk",
        territory="210300",
        period=(date(2020, 1, 1), None),
    )
    client.force_login(account)
    return client


def send(client: Client, text: str, **changes: str):  # type: ignore[no-untyped-def]
    form = {
        "unit": "market-regulator",
        "item": "registration",
        "mapping": "org-register",
        "token": "t1",
        "declared": "",
        **changes,
    }
    file = SimpleUploadedFile("测试.csv", text.encode())
    return client.post("/desk/intake/", {**form, "file": file})


def rows() -> str:
    return HEADER + "".join(
        f"虚构测试{number}有限公司,{code},2020-01-02,辽宁,鞍山\n"
        for number, code in enumerate([fictional_uscc(900_001), fictional_uscc(900_002), "9121039900000"])
    )


def test_the_receipt_counts_and_gives_reasons(clerk: Client) -> None:
    response = send(clerk, rows())
    assert response.status_code == 302, response.content.decode()
    submission = Submission.objects.get()
    assert (submission.read_rows, submission.accepted_rows, submission.returned_rows) == (3, 2, 1)
    shown = clerk.get(response["Location"]).content.decode()
    assert "E-USCC-OLD" in shown


def test_pressing_twice_has_one_effect(clerk: Client) -> None:
    first = send(clerk, rows())
    assert send(clerk, rows())["Location"] == first["Location"]
    assert send(clerk, rows(), token="t2")["Location"] == first["Location"] + "?again"
    assert Submission.objects.count() == 1


def test_a_refused_file_comes_back_with_the_reason_and_what_was_typed(clerk: Client) -> None:
    response = send(clerk, rows(), declared="7")
    assert response.status_code == 422
    shown = response.content.decode()
    assert 'value="7"' in shown
    assert 'role="alert"' in shown
    refused = Submission.objects.get()
    assert (refused.state, refused.refusal_code) == ("refused", "E-TOTAL")


def test_another_units_submission_looks_like_none(clerk: Client) -> None:
    send(clerk, rows())
    number = Submission.objects.get().pk
    RoleAssignment.objects.update(unit=Unit.objects.exclude(code="market-regulator").first())
    assert clerk.get(f"/desk/submissions/{number}/").status_code == 404
    assert send(clerk, rows(), token="t3").status_code == 422


def test_progress_names_the_step_the_rows_and_the_time(
    clerk: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.DATA_FOLDER = tmp_path / "files"
    monkeypatch.setattr("anxin.intake.receiving.SMALL_LINES", 1)
    page = send(clerk, rows())["Location"]
    steps = [
        ({"state": "received"}, "正在排队处理"),
        ({"state": "processing"}, "正在打开文件"),
        ({"progress_rows": 1_500, "expected_rows": 6_000}, "已检查 1,500 行，约 6,000 行（25%）"),
        ({"progress_rows": 6_000}, "关联主体并存储"),
    ]
    for change, words in steps:
        Submission.objects.update(**change)
        for address in (page, page + "progress"):
            shown = clerk.get(address).content.decode()
            assert words in shown
            assert "<progress" in shown
            assert re.search(r"已用 \d+ 秒", shown)
    assert 'value="1500"' not in shown
    Submission.objects.update(state="refused", refusal_code="E-COL", file_digest=b"", stored_as="")
    assert clerk.get(page + "progress")["HX-Refresh"] == "true"
    assert "<progress" not in clerk.get(page).content.decode()
