"""Reading with a subject's authorization: given, used, withdrawn (Art. 13(1)(2)).

The database counts each use in the transaction that writes the log row, so that no reading is without its use and no use beyond
what was allowed, whoever asks at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from anxin.access.constraints import broken
from anxin.access.models import AccessGrant, Representation
from anxin.access.reading_files import ReadFile, read_file
from anxin.access.services import NotRepresented
from anxin.audit.models import QueryLogEntry
from anxin.audit.promises import refuse_unwitnessed_reading
from anxin.audit.services import Reading, Route, System, log_query, record_event
from anxin.authorities.models import Account, RoleAssignment, Unit
from anxin.authorities.queries import units_of
from anxin.catalog.queries import definitions_in_force
from anxin.kernel.corresponding_day import add_years
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.subjects.models import Subject

CLAUSE = "anshan-2022-9/13/1/2"
CONSTRAINT = "art_13_1_2_reading_within_a_grant"
LONGEST_YEARS = 1
CITY = ZoneInfo("Asia/Shanghai")
MOST_USES = 1000
UNIT_ROLES = (RoleAssignment.Role.OFFICER, RoleAssignment.Role.CREDIT_OFFICER)


class GrantIncomplete(Refusal):
    """A grant names one grantee, fields, a purpose, how often and until when."""

    code: ClassVar[str] = "E-GRANT"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "授权必须写明一个被授权方、查询内容、用途、次数（1 至 1000）和截止时间（一年以内）。",
        "An authorization names one grantee, what may be read, the purpose, how often (1 to 1000) and until when (within a year).",
    )
    remedy = Bilingual("请补充或者改正后再提交。", "Complete or correct it and send it again.")


class GrantNotOpen(Refusal):
    """Withdrawn, ended, used up, for somebody else, for other fields, or never given: one answer."""

    code: ClassVar[str] = "E-NOT-AUTHORIZED"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "没有可以使用的授权：可能已被撤回、已到期或者次数已用完。",
        "There is no authorization to use: it may be withdrawn, ended or used up.",
    )
    remedy = Bilingual("请向信息主体申请新的授权。", "Ask the subject for a new authorization.")


@dataclass(frozen=True, slots=True)
class Grantee:
    """Who may read: exactly one of the three."""

    account: Account | None = None
    unit: Unit | None = None
    client_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is allowed. `fields`: catalog items, or `item.field`."""

    fields: Sequence[str]
    purpose: str
    uses: int
    ends_at: datetime


@carries_out("anshan-2022-9/13/1/2")
@transaction.atomic
def grant_access(
    *, representation: Representation, grantee: Grantee, terms: Terms, by: Account, at: datetime
) -> AccessGrant:
    """Let somebody read of the represented subject. Raises `NotRepresented`, `GrantIncomplete`."""
    ended = representation.valid_to is not None and representation.valid_to <= at
    if representation.account_id != by.pk or representation.valid_from > at or ended:
        raise NotRepresented
    _check(grantee, terms, representation.subject.kind, by, at)
    grant = AccessGrant.objects.create(
        subject_id=representation.subject_id,
        granted_by=by,
        grantee_account=grantee.account,
        grantee_unit=grantee.unit,
        grantee_client=grantee.client_id,
        fields=sorted(set(terms.fields)),
        purpose=terms.purpose.strip(),
        uses=terms.uses,
        granted_at=at,
        ends_at=terms.ends_at,
    )
    _receipt("grant_access", grant, by)
    return grant


@transaction.atomic
def withdraw_grant(*, grant: AccessGrant, by: Account, at: datetime) -> AccessGrant:
    """From now on nobody reads with it. Doing it twice is nothing. Raises `NotRepresented`."""
    held = AccessGrant.objects.select_for_update(no_key=True, of=("self",)).get(pk=grant.pk)
    open_now = Q(valid_to__isnull=True) | Q(valid_to__gt=at)
    if not Representation.objects.filter(
        open_now, account=by, subject_id=held.subject_id, valid_from__lte=at
    ).exists():
        raise NotRepresented
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by = at, by
        held.save(update_fields=["withdrawn_at", "withdrawn_by"])
        _receipt("withdraw_grant", held, by)
    return held


@carries_out("anshan-2022-9/13/1/2")
def read_with_grant(
    *,
    grant_id: int,
    by: Account,
    at: datetime,
    system: System = System.PORTAL,
    client_id: str = "",
    case_reference: str = "",
) -> ReadFile:
    """One use: counted and logged together, then read. Raises `GrantNotOpen`, `ReadingOfPersonsStopped`."""
    grant = AccessGrant.objects.select_related("subject", "grantee_unit").filter(pk=grant_id).first()
    if grant is None or not _is_for(grant, by, client_id, at):
        raise GrantNotOpen
    if grant.subject.kind == Subject.Kind.NATURAL_PERSON:
        refuse_unwitnessed_reading(at=at)
    entry = _log(grant, by, system, client_id, case_reference)
    found = read_file(entry=entry, at=at)
    if found is None:
        raise GrantNotOpen
    return found


def grants_for(account: Account, at: datetime) -> QuerySet[AccessGrant]:
    """The grants that this account may use now, for itself or for a unit it works at."""
    units = [unit.pk for unit in units_of(account, UNIT_ROLES, timezone.localdate(at))]
    return AccessGrant.objects.filter(
        Q(grantee_account=account) | Q(grantee_unit_id__in=units),
        withdrawn_at__isnull=True,
        ends_at__gt=at,
        used__lt=F("uses"),
    ).order_by("-granted_at")


def grants_of(subject_id: int) -> QuerySet[AccessGrant]:
    """Every grant a subject gave, the latest first."""
    chosen = AccessGrant.objects.filter(subject_id=subject_id)
    return chosen.select_related("grantee_account", "grantee_unit").order_by("-granted_at", "-pk")


def uses_of(grant: AccessGrant) -> QuerySet[QueryLogEntry]:
    """Each use as it stands in the query log, the latest first."""
    return QueryLogEntry.objects.filter(
        subject_id=grant.subject_id, route=Route.AUTHORIZED, grant_id=grant.pk
    ).order_by("-at")


def _is_for(grant: AccessGrant, by: Account, client_id: str, at: datetime) -> bool:
    if grant.grantee_client:
        return grant.grantee_client == client_id
    if grant.grantee_unit_id is None:
        return grant.grantee_account_id == by.pk
    return grant.grantee_unit_id in {unit.pk for unit in units_of(by, UNIT_ROLES, timezone.localdate(at))}


def _log(grant: AccessGrant, by: Account, system: System, client_id: str, case_reference: str) -> int:
    reading = Reading(
        route=Route.AUTHORIZED,
        system=system,
        reader_account_id=by.pk,
        reader_unit_code="" if grant.grantee_unit is None else grant.grantee_unit.code,
        client_id=client_id,
        subject_id=grant.subject_id,
        purpose=grant.purpose,
        clause=CLAUSE,
        case_reference=case_reference,
        grant_id=grant.pk,
        fields=grant.fields,
    )
    try:
        return log_query(reading)
    except DatabaseError as error:
        if broken(error) == CONSTRAINT:
            raise GrantNotOpen from None
        raise


def _latest_end(at: datetime) -> datetime:
    """The end of the corresponding day of the next year."""
    day = at.astimezone(CITY).date()
    last = add_years(day, LONGEST_YEARS)
    return datetime.combine(last + timedelta(days=1), time(), CITY)


def _check(grantee: Grantee, terms: Terms, kind: str, by: Account, at: datetime) -> None:
    named = [one for one in (grantee.account, grantee.unit, grantee.client_id) if one]
    allowed = grantable_fields(kind, at)
    complete = (
        len(named) == 1
        and grantee.account != by
        and 0 < len(terms.purpose.strip()) <= 200
        and 0 < terms.uses <= MOST_USES
        and at < terms.ends_at <= _latest_end(at)
        and terms.fields
        and set(terms.fields) <= allowed
    )
    if not complete:
        raise GrantIncomplete


def grantable_fields(kind: str, at: datetime) -> set[str]:
    """`item` and `item.field` of everything that may be held of such a subject and shown to somebody."""
    found: set[str] = set()
    for item in definitions_in_force(timezone.localdate(at)):
        if kind in item.subject_kinds:
            shown = [
                one for one in item.fields if one.visibility != "never" and one.type != "personal_number"
            ]
            found |= {item.code, *(f"{item.code}.{one.name}" for one in shown)}
    return found


def _receipt(act: str, grant: AccessGrant, by: Account) -> None:
    record_event(
        act=act,
        by_account_id=by.pk,
        subject_id=grant.subject_id,
        clause=CLAUSE,
        details={"grant": grant.pk, "fields": list(grant.fields), "uses": grant.uses},
    )
