"""Loads the city: departments' files through intake, then accounts, former names and later events."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import connection, transaction

from anxin.access.models import Representation
from anxin.authorities.models import Account, Unit
from anxin.authorities.services import assign_role
from anxin.city.accounts import ACCOUNTS, DemoAccount
from anxin.city.files import write_city
from anxin.city.organizations import FictionalOrganization
from anxin.intake.orders import Order
from anxin.intake.services import take_in
from anxin.records.models import RecordEvent
from anxin.subjects.folding import bigrams, fold_name
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import FormerName, Organization, Subject

# Of the penalties, every n-th was withdrawn, annulled, or is disputed.
EVENTS = (("withdrawn", 40, 0), ("annulled", 60, 1), ("objected", 50, 2))
LATER = """
SELECT v.subject_id, v.record_id FROM records_recordversion v JOIN records_creditrecord r
  ON r.subject_id = v.subject_id AND r.id = v.record_id
JOIN catalog_catalogitem i ON i.id = r.item_id
WHERE i.code = 'administrative-penalty' AND v.number = 1 ORDER BY v.document_number, v.record_id
"""


@transaction.atomic
def load(*, seed: int, as_of: date, received_at: datetime, folder: Path, keys: KeyRing) -> int:
    """Load everything or nothing; returns the number of records, 0 where the city is there already.

    Units and catalog must be published before. Raises `Refusal` where intake refuses a file of ours.
    """
    organizations, files = write_city(folder, seed=seed, as_of=as_of)
    if Account.objects.filter(username=ACCOUNTS[0].username).exists():
        return 0
    accepted, counted = 0, 0
    for file in files:
        order = Order(
            path=file.path,
            item=file.item,
            unit=file.unit,
            channel="command",
            received_at=received_at,
            as_of=as_of,
            declared=file.rows,
        )
        accepted += take_in(order, keys).accepted
        if accepted >= 2 * counted:
            _refresh_statistics()
            counted = accepted
    accounts = {one.username: _account(one, organizations, received_at) for one in ACCOUNTS}
    _former_names(organizations, as_of)
    _events(accounts["officer"], received_at)
    return accepted


def _refresh_statistics() -> None:
    """Inside our one transaction nothing else does so, and without it the planner takes full tables for empty."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE subjects_organization, records_creditrecord, records_recordversion")


def _account(demo: DemoAccount, organizations: list[FictionalOrganization], at: datetime) -> Account:
    account = Account.objects.create_account(demo.username, demo.password, display_name=demo.display_name)
    if demo.role:
        unit = Unit.objects.get(code=demo.unit)
        assign_role(
            account=account, unit=unit, role=demo.role, begins=at.date(), ends=None, by_account_id=None
        )
    for position in demo.represents:
        organization = Organization.objects.get(uscc=organizations[position].uscc)
        Representation.objects.create(
            account=account,
            subject=Subject.objects.get(pk=organization.pk),
            verification=Representation.Verification.DEMONSTRATION,
            valid_from=at,
        )
    return account


def _former_names(organizations: list[FictionalOrganization], as_of: date) -> None:
    renamed = {one.uscc: one.former_name for one in organizations if one.former_name}
    rows = [
        FormerName(
            organization=organization,
            name=renamed[organization.uscc],
            name_folded=fold_name(renamed[organization.uscc]),
            bigrams=bigrams(fold_name(renamed[organization.uscc])),
            valid_to=as_of - timedelta(days=400),
        )
        for organization in Organization.objects.filter(uscc__in=renamed)
    ]
    FormerName.objects.bulk_create(rows)


def _events(officer: Account, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LATER)
        penalties = cursor.fetchall()
    RecordEvent.objects.bulk_create(
        RecordEvent(
            subject_id=subject_id,
            record_id=record_id,
            kind=kind,
            effective_at=at,
            by_account_id=officer.pk,
            reason="演示 / demonstration",
            clause="anshan-2022-9/41/1" if kind == "objected" else "anshan-2022-9/8/1",
        )
        for kind, every, first in EVENTS
        for subject_id, record_id in penalties[first::every]
    )
