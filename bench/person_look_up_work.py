"""What the bench of person look-ups needs in the database: one fictional person with a shielded record, an officer's session."""

from __future__ import annotations

import csv
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ITEM, SENDER = "professional-qualification", "human-resources"
NAME, CASE = "杏小一", "虚办〔2026〕1号"
LEARNED = datetime(2026, 11, 24, 2, tzinfo=UTC)
UNIT, MATTER = "human-resources", "human-resources/qualification-review/0"
# What one officer asks: a record that is shielded, a name of nobody, and an item of another unit.
KINDS = {
    "shielded": (MATTER, NAME),
    "none": (MATTER, "杏小二"),
    "not allowed": ("education/qualification-review/0", NAME),
}


def prepare(folder: str, environment: dict[str, str]) -> dict[str, Any]:
    """Store the person and sign an officer in; returns the session and what each kind of request sends."""
    os.environ.update(environment)
    from bench.product import prepare_django

    prepare_django()
    from anxin.city.codes import fictional_resident_id

    number = fictional_resident_id(date(1980, 1, 1), 1)
    _store(Path(folder), number)
    return {
        "seconds": 0.0,
        "session": _session(UNIT),
        "forms": {
            kind: {"matter": matter, "case_reference": CASE, "number": number, "name": name}
            for kind, (matter, name) in KINDS.items()
        },
    }


def _store(folder: Path, number: str) -> None:
    from django.conf import settings

    from anxin.authorities.models import Account
    from anxin.catalog.queries import item_definition
    from anxin.intake.orders import Order
    from anxin.intake.services import take_in
    from anxin.records.events import Basis, RecordKey
    from anxin.records.models import CreditRecord
    from anxin.records.services import shield_record
    from anxin.subjects.keys import load_key_ring

    values = {
        "subject_name": NAME, "person_id_kind": "身份证", "person_id_number": number, "qualification": "虚构资格",
        "document_number": "虚资1", "decided_on": "2024-05-06",
    }  # fmt: skip
    fields = item_definition(ITEM, LEARNED.date()).fields
    path = folder / "person.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [[field.label.zh for field in fields], [values.get(field.name, "") for field in fields]]
        )
    order = Order(
        path=path, item=ITEM, unit=SENDER, channel="command", received_at=LEARNED, as_of=LEARNED.date()
    )
    take_in(order, load_key_ring(settings.KEY_RING))
    path.unlink()
    record = CreditRecord.objects.get()
    by = Account.objects.create_account("shields", "a long password", display_name="演示")
    basis = Basis(
        clause="anshan-2022-9/40/1",
        reason="虚构",
        document_number="虚1",
        document_issuer="虚构",
        document_date=LEARNED.date(),
    )
    shield_record(record=RecordKey(record.subject_id, record.id), basis=basis, by=by, at=LEARNED)


def _session(unit: str) -> str:
    from django.test import Client

    from anxin.authorities.models import Account, RoleAssignment, Unit

    account = Account.objects.create_account(f"officer-{unit}", "a long password", display_name="演示")
    RoleAssignment.objects.create(
        account=account,
        unit=Unit.objects.get(code=unit),
        role="officer",
        territory="210300",
        period=(date(2020, 1, 1), None),
    )
    client = Client()
    client.force_login(account)
    return client.cookies["sessionid"].value
