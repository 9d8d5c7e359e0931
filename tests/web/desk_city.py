"""A small desk: a loaded pack, a doubtful row, and clients of officers."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.test import Client

from anxin.authorities.models import Account, RoleAssignment, Unit
from anxin.catalog.pack import PACKS, read_catalog
from anxin.cli import secret_files
from anxin.intake.orders import Order, Outcome
from anxin.intake.services import take_in
from anxin.subjects.keys import load_key_ring
from tests.factories import fictional_uscc

ITEMS = {one.code: one for one in read_catalog([PACKS / "china" / "catalog"])}
PENALTY = "administrative-penalty"
CODE = fictional_uscc(1)
OLD, NEW = "虚构第1有限公司", "虚构第一新名有限公司"


def make_desk(settings: Any, folder: Path) -> None:
    """The pack and a key ring that the pages use."""
    call_command("load_pack", verbosity=0)
    settings.KEY_RING = secret_files.environment(folder / "private")["ANXIN_KEY_RING"]


def client_of(name: str, role: str, unit: str) -> Client:
    """A signed-in client of an account with one role."""
    account = Account.objects.create_account(name, "a long password", display_name=f"测试{name}")
    RoleAssignment.objects.create(
        account=account,
        unit=Unit.objects.get(code=unit),
        role=role,
        territory="210300",
        period=(date(2020, 1, 1), None),
    )
    client = Client()
    client.force_login(account)
    return client


def penalty(number: int = 1, **changes: str) -> dict[str, str]:
    """A penalty of the first fictional organization."""
    values = {
        "subject_name": OLD,
        "subject_class": "法人及非法人组织",
        "uscc": CODE,
        "document_number": f"虚罚字〔2026〕{number}号",
        "breach_type": "虚构违法行为",
        "facts": "虚构事实",
        "basis": "虚构依据",
        "penalty_kinds": "罚款",
        "content": "罚款",
        "fine": "2",
        "decided_on": "2026/05/06",
        "penalty_valid_to": "2099/12/31",
        "authority_name": "虚构机关",
        "authority_code": fictional_uscc(77),
        "source_name": "虚构机关",
        "source_code": fictional_uscc(77),
    }
    return {**values, **changes}


def take_in_rows(
    settings: Any, folder: Path, *rows: dict[str, str], item: str = PENALTY, unit: str = "market-regulator"
) -> Outcome:
    """Take a file of a unit in."""
    fields = ITEMS[item].fields
    path = folder / f"{len(list(folder.iterdir()))}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.label.zh for field in fields])
        writer.writerows([[row.get(field.name, "") for field in fields] for row in rows])
    order = Order(
        path=path,
        item=item,
        unit=unit,
        channel="command",
        received_at=datetime(2026, 11, 24, 2, tzinfo=UTC),
        as_of=date(2026, 11, 24),
    )
    return take_in(order, load_key_ring(settings.KEY_RING))
