"""From an identity of the unified log-in to an account that represents the person itself (Art. 13(1)(2)).

The number is looked for by its keyed hash and kept nowhere.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from anxin.access.models import Representation, UnifiedIdentity
from anxin.access.representations import verify_representation
from anxin.access.unified_login import LoginRefused
from anxin.audit.services import record_event
from anxin.authorities.models import Account
from anxin.kernel.identifiers import normalize
from anxin.law.carries_out import carries_out
from anxin.subjects.models import NaturalPerson

CLAUSE = "anshan-2022-9/13/1/2"


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """`mark`: keyed hash of the provider and its name for the person; `person`: found by the number, None where nobody is on file."""

    mark: bytes = field(repr=False)
    person: NaturalPerson | None
    name: str = field(repr=False)


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
    person = known.person
    if person is None or normalize(person.name).text != normalize(known.name).text:
        raise LoginRefused
    held = (
        UnifiedIdentity.objects.select_related("account")
        .filter(Q(mark=known.mark) | Q(person_id=person.pk))
        .first()
    )
    if held is not None and (
        bytes(held.mark) != known.mark or held.person_id != person.pk or not held.account.is_active
    ):
        raise LoginRefused
    account = held.account if held is not None else _new_account(known, person)
    open_now = Representation.objects.filter(account=account, subject_id=person.pk, valid_to__isnull=True)
    if not open_now.exists():
        verify_representation(
            account=account,
            subject=person.subject,
            verification=Representation.Verification.UNIFIED_LOGIN,
            by=None,
            at=at,
        )
    return account


def _new_account(known: KnownPerson, person: NaturalPerson) -> Account:
    account = Account(username=f"person-{secrets.token_hex(8)}", display_name=person.name[:80])
    account.set_unusable_password()
    account.save()
    UnifiedIdentity.objects.create(mark=known.mark, account=account, person=person)
    record_event(
        act="open_account",
        by_account_id=None,
        subject_id=person.pk,
        clause=CLAUSE,
        details={"account": account.pk},
    )
    return account
