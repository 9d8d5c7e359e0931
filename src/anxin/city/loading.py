"""Loads the city: departments' files through intake, then accounts, former names and later events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from anxin.access.models import Representation
from anxin.access.representations import verify_representation
from anxin.authorities.models import Account, Unit
from anxin.authorities.services import assign_role
from anxin.city.accounts import ACCOUNTS, DemoAccount
from anxin.city.doubts import decide_some, write_conflicting, write_doubtful
from anxin.city.files import write_city
from anxin.city.organizations import FictionalOrganization
from anxin.city.persons import make_persons
from anxin.intake.orders import Order
from anxin.intake.services import store_file
from anxin.records.events import Basis, RecordKey
from anxin.records.services import annul_record, mark_objected, withdraw_record
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import Organization, PersonalIdentifier, Subject
from anxin.subjects.services import record_former_name

# Of the penalties that their units still hold for effective, every n-th was withdrawn, annulled, or is disputed.
EVENTS = (
    (withdraw_record, "anshan-2022-9/11/1", 120, 0),
    (annul_record, "anshan-2022-9/11/1", 120, 40),
    (mark_objected, "anshan-2022-9/41/4", 50, 2),
)
LATER = """
SELECT v.subject_id, v.record_id, v.document_number FROM records_recordversion v JOIN records_creditrecord r
  ON r.subject_id = v.subject_id AND r.id = v.record_id
JOIN catalog_catalogitem i ON i.id = r.item_id
WHERE i.code = 'administrative-penalty' AND v.number = 1
  AND NOT EXISTS (SELECT FROM records_recordevent e WHERE e.record_id = v.record_id AND e.subject_id = v.subject_id)
ORDER BY v.document_number, v.record_id
"""


@transaction.atomic
def load(*, seed: int, as_of: date, received_at: datetime, folder: Path, keys: KeyRing) -> int:
    """Load everything or nothing; returns the number of records, 0 where the city is there already.

    Units and catalog must be published before. Raises `Refusal` where intake refuses a file of ours.
    """
    organizations, files = write_city(folder, seed=seed, as_of=as_of)
    files.append(write_doubtful(folder, organizations, seed=seed, as_of=as_of))
    files.append(write_conflicting(folder, seed=seed, as_of=as_of))
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
        accepted += store_file(order, keys).accepted
        if accepted >= 2 * counted:
            _refresh_statistics()
            counted = accepted
    accounts = {one.username: _account(one, organizations, received_at, keys) for one in ACCOUNTS}
    _former_names(organizations, as_of, received_at)
    decide_some(officer=accounts["officer"], at=received_at, keys=keys)
    _events(accounts["officer"], received_at)
    return accepted


def _refresh_statistics() -> None:
    """Inside our one transaction nothing else does so, and without it the planner takes full tables for empty."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE subjects_organization, records_creditrecord, records_recordversion")


def _account(
    demo: DemoAccount, organizations: list[FictionalOrganization], at: datetime, keys: KeyRing
) -> Account:
    account = Account.objects.create_account(demo.username, demo.password, display_name=demo.display_name)
    if demo.role:
        unit = Unit.objects.get(code=demo.unit)
        assign_role(
            account=account,
            unit=unit,
            role=demo.role,
            begins=timezone.localdate(at),
            ends=None,
            by_account_id=None,
        )
    for subject in _represented(demo, organizations, keys):
        verify_representation(
            account=account,
            subject=subject,
            verification=Representation.Verification.DEMONSTRATION,
            by=None,
            at=at,
        )
    return account


def _represented(
    demo: DemoAccount, organizations: list[FictionalOrganization], keys: KeyRing
) -> Iterator[Subject]:
    codes = [organizations[position].uscc for position in demo.represents]
    for code in codes:
        yield Subject.objects.get(pk=Organization.objects.get(uscc=code).pk)
    if demo.is_person is not None:
        number = make_persons()[demo.is_person].resident_id
        found = PersonalIdentifier.objects.get(
            kind=PersonalIdentifier.Kind.RESIDENT_ID_NUMBER, digest__in=keys.digests(number).values()
        )
        yield Subject.objects.get(pk=found.person_id)


def _former_names(organizations: list[FictionalOrganization], as_of: date, at: datetime) -> None:
    renamed = {one.uscc: one.former_name for one in organizations if one.former_name}
    for organization in Organization.objects.filter(uscc__in=renamed).order_by("uscc"):
        record_former_name(
            organization=organization,
            name=renamed[organization.uscc or ""],
            ended_on=as_of - timedelta(days=400),
            by=None,
            at=at,
        )


def _events(officer: Account, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LATER)
        penalties = cursor.fetchall()
    for act, clause, every, first in EVENTS:
        for subject_id, record_id, number in penalties[first::every]:
            basis = Basis(
                clause=clause,
                reason="演示 / demonstration",
                document_number=f"{number}-1",
                document_issuer="演示机关",
                document_date=timezone.localdate(at),
            )
            act(record=RecordKey(subject_id, record_id), basis=basis, by=officer, at=at)
