"""From an identity of the unified log-in to an account that represents the person itself (Art. 13(1)(2)).

The number is looked for by its keyed hash and kept nowhere; both readings, whose it is and the name on file, are logged before.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from anxin.access.models import Representation, UnifiedIdentity
from anxin.access.representations import verify_representation
from anxin.access.unified_login import LoginRefused
from anxin.audit.services import Reading, Route, System, log_query, record_event
from anxin.authorities.models import Account
from anxin.kernel.identifiers import normalize
from anxin.law.carries_out import carries_out
from anxin.subjects.models import Subject
from anxin.subjects.queries import read_person, subject_of_number

CLAUSE = "anshan-2022-9/13/1/2"
PURPOSE = "统一身份登录 / unified log-in"
# What a search for a number gives away: whose it is.
FOUND_BY = ("identifier",)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """`mark`: keyed hash of the provider and its name for the person; `subject_id`: who bears number and name, None where nobody."""

    mark: bytes = field(repr=False)
    subject_id: int | None
    name: str = field(repr=False)


def find_person(*, mark: bytes, digests: tuple[bytes, ...], name: str) -> KnownPerson:
    """Who on file bears the number and the present name that the log-in vouches for. Raises `LogNotCommitted`."""
    search = _log(Route.SEARCH_HIT, None, FOUND_BY)
    subject_id = subject_of_number(log_entry_id=search, digests=digests)
    if subject_id is None:
        return KnownPerson(mark, None, name)
    person = read_person(log_entry_id=_log(Route.OWN_REPORT, subject_id, ("person.name",)))
    same = person is not None and normalize(person.name).text == normalize(name).text
    return KnownPerson(mark, subject_id if same else None, name)


def _log(route: Route, subject_id: int | None, fields: Sequence[str]) -> int:
    """Nobody is signed in yet."""
    return log_query(
        Reading(
            route=route,
            system=System.PORTAL,
            reader_account_id=0,
            subject_id=subject_id,
            purpose=PURPOSE,
            clause=CLAUSE,
            fields=fields,
        )
    )


@carries_out("anshan-2022-9/13/1/2")
def open_account(*, known: KnownPerson, at: datetime) -> Account:
    """The account of that person, made at the first log-in, with its representation. Raises `LoginRefused`.

    Nobody of that number on file, another name, an account that was closed, or two first log-ins at once: one refusal.
    """
    try:
        with transaction.atomic():
            return _open_account(known, at)
    except IntegrityError:
        raise LoginRefused from None


def _open_account(known: KnownPerson, at: datetime) -> Account:
    subject_id = known.subject_id
    if subject_id is None:
        raise LoginRefused
    held = (
        UnifiedIdentity.objects.select_related("account")
        .filter(Q(mark=known.mark) | Q(person_id=subject_id))
        .first()
    )
    if held is not None and (
        bytes(held.mark) != known.mark or held.person_id != subject_id or not held.account.is_active
    ):
        raise LoginRefused
    account = held.account if held is not None else _new_account(known, subject_id)
    open_now = Representation.objects.filter(account=account, subject_id=subject_id, valid_to__isnull=True)
    if not open_now.exists():
        verify_representation(
            account=account,
            subject=Subject.objects.get(pk=subject_id),
            verification=Representation.Verification.UNIFIED_LOGIN,
            by=None,
            at=at,
        )
    return account


def _new_account(known: KnownPerson, subject_id: int) -> Account:
    account = Account(username=f"person-{secrets.token_hex(8)}", display_name=known.name[:80])
    account.set_unusable_password()
    account.save()
    UnifiedIdentity.objects.create(mark=known.mark, account=account, person_id=subject_id)
    record_event(
        act="open_account",
        by_account_id=None,
        subject_id=subject_id,
        clause=CLAUSE,
        details={"account": account.pk},
    )
    return account
