"""Entries of the log and people around them, for tests of the subject's own pages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from anxin.access.models import Representation
from anxin.audit.services import Reading, Route, System, log_query
from anxin.authorities.models import Account, RoleAssignment, Unit
from anxin.subjects.models import Subject

CLAUSE = "anshan-2022-9/13/1/3"


def read_by(account: Account, subject: Subject | None, unit: Unit | None = None, **changes: Any) -> int:
    """A committed entry: an officer's look-up unless told otherwise."""
    values: dict[str, Any] = {
        "route": Route.DESK_LOOKUP,
        "system": System.DESK,
        "reader_account_id": account.pk,
        "reader_unit_code": unit.code if unit else "",
        "subject_id": subject.pk if subject else None,
        "purpose": "核对许可条件",
        "clause": CLAUSE,
        "case_reference": "虚案〔2026〕1号",
        "fields": ["*"],
    }
    return log_query(Reading(**{**values, **changes}))


def represent(subject: Subject, name: str) -> Representation:
    """An account that was verified to act for the subject."""
    return Representation.objects.create(
        account=Account.objects.create(username=name, display_name=name),
        subject=subject,
        verification="counter",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    )


def officer_at(unit: Unit, role: str, name: str) -> Account:
    """An account with a role."""
    account = Account.objects.create(username=name, display_name=f"姓名-{name}")
    RoleAssignment.objects.create(
        account=account, unit=unit, role=role, territory="210300", period=(date(2020, 1, 1), None)
    )
    return account
