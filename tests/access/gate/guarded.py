"""Guarded data in the tests' database, committed once, and connections of the real logins to it.

Every guarded value holds MARK, so that a leak by any way, an error message among them, is seen.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString, cast
from urllib.parse import urlsplit

import psycopg
from django.db import connection

from anxin.cli.logins import make_logins
from anxin.intake.models import QueuedRow
from tests.factories import (
    make_event,
    make_item_version,
    make_organization,
    make_person,
    make_record,
    make_submission,
)

MARK = "秘而不宣"
FIELDS = ("facts", "remark")
COLUMNS = (
    "route, system, reader_account_id, subject_id, purpose, clause, case_reference, reader_unit_code, fields"
)
VALUES = "'desk_lookup', 'desk', 1, %s, 'a permit', 'anshan-2022-9/13/1/3', 'case 1', '', %s"
LOG = f"INSERT INTO audit_querylogentry ({COLUMNS}) VALUES ({VALUES}) RETURNING id"


@dataclass(frozen=True)
class Guarded:
    """Numbers of guarded things, and addresses by login."""

    subject: int
    other_subject: int
    person: int
    record: int
    item: str
    addresses: dict[str, str]
    administrator: str

    def connect(self, login: str = "anxin_web") -> psycopg.Connection[Any]:
        """A connection of a real login, as the product opens it."""
        return psycopg.connect(self.addresses[login], autocommit=True)

    def log(
        self, subject: int | None = None, fields: list[str] | None = None, login: str = "anxin_web"
    ) -> int:
        """A committed entry, written by a connection of its own."""
        with self.connect(login) as own:
            return int(run(own, LOG, [subject or self.subject, fields or ["*"]])[0][0])


def run(own: psycopg.Connection[Any], statement: str, values: Any = None) -> list[tuple[Any, ...]]:
    """Rows of one statement, none where it gives none."""
    cursor = own.execute(cast(LiteralString, statement), values)
    return cursor.fetchall() if cursor.description else []


@contextmanager
def guarded_data(folder: Path) -> Iterator[Guarded]:
    """Commit one of everything that is guarded."""
    address = (
        urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    )
    version = make_item_version(code="guarded-item", fields=FIELDS)
    organization = make_organization(name=f"{MARK}有限公司", sole_proprietor=True)
    values = {name: f"{MARK}{name}" for name in FIELDS}
    shown = make_record(
        organization=organization, item_version=version, display_from=None, display_to=None,
        public_fields={"facts": values["facts"]}, restricted_fields={"remark": values["remark"]},
        document_number=f"{MARK}号",
    )  # fmt: skip
    make_event(shown, kind="objected", effective_at=datetime(2026, 1, 1, tzinfo=UTC), reason=f"{MARK}理由")
    other = make_record(
        item_version=version, display_from=None, display_to=None, public_fields={"facts": f"{MARK}他人"}
    )
    person = make_person(name=f"{MARK}某")
    QueuedRow.objects.create(
        submission=make_submission(item_version=version), row_number=2, reason="Q-NAME",
        subject_name=f"{MARK}某", values=MARK.encode(), key_name="key-1",
    )  # fmt: skip
    yield Guarded(
        subject=organization.pk,
        other_subject=other.subject_id,
        person=person.pk,
        record=shown.record_id,
        item="guarded-item",
        addresses=make_logins(address, folder),
        administrator=address,
    )
