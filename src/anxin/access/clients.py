"""Clients of the interface: drafted by the system administrator, approved by somebody else, ended at once (Art. 45)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from anxin.access.models import ApiClient, ClientRight
from anxin.access.use_items import use_items_of
from anxin.audit.services import record_event
from anxin.authorities.models import Account, RoleAssignment, Unit
from anxin.authorities.queries import key_digest, roles_of
from anxin.kernel.corresponding_day import add_years
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out

CLAUSE = "anshan-2022-9/45/1/2"
BATCH, CHANGES = "batch", "changes"
CALLS = (
    (BATCH, Bilingual("批量查询", "batch queries")),
    (CHANGES, Bilingual("变更通知", "news of changes")),
)
DRAFTER, APPROVER = RoleAssignment.Role.SYSTEM_ADMINISTRATOR, RoleAssignment.Role.SECURITY_ADMINISTRATOR
USUAL_RATE, USUAL_BURST, USUAL_QUOTA = 20, 40, 100_000
MOST_RATE, MOST_BURST, MOST_QUOTA, LONGEST_NAME = 1_000, 10_000, 10_000_000, 80
USUAL_YEARS, LONGEST_YEARS = 1, 3
_SECRET_BYTES = 32


class NotTheirDuty(Refusal):
    """Clients are drafted by the system administrator and approved by the security administrator."""

    code: ClassVar[str] = "E-CLIENT-DUTY"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("这不是您的职责。", "This is not among your duties.")
    remedy = Bilingual(
        "接口客户端由系统管理员登记，由安全管理员批准。",
        "The system administrator drafts clients; the security administrator approves them.",
    )


class ClientSamePerson(Refusal):
    """Whoever drafted it may not approve it."""

    code: ClassVar[str] = "E-CLIENT-SAME-PERSON"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("登记的人不能自己批准。", "Whoever drafted it cannot approve it.")
    remedy = Bilingual("请由另一位有职责的人批准。", "Have another person with that duty approve it.")


class HasClient(Refusal):
    """The unit's client was not ended yet."""

    code: ClassVar[str] = "E-CLIENT-EXISTS"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("这个单位已经有一个接口客户端。", "The unit has a client already.")
    remedy = Bilingual(
        "请先终止原有的客户端，或者为它登记权限。", "End that one first, or draft rights for it."
    )


class ClientOver(Refusal):
    """The client or right was approved or ended already, or there is none."""

    code: ClassVar[str] = "E-CLIENT-OVER"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("这一项已经办过了。", "This was done already.")
    remedy = Bilingual("请看清单上的现状。", "See its present state in the list.")


class ClientIllFormed(Refusal):
    """A client has a name, a share and an end, each within its bounds."""

    code: ClassVar[str] = "E-CLIENT-FORM"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "名称、调用次数、批量额度或者截止日期没有填，或者不在范围内。",
        "The name, the share, the quota or the last day is missing or out of bounds.",
    )
    remedy = Bilingual(
        "名称最多80字；每秒1到1000次，一次最多10000次；每天1到一千万个代码；截止日期在今天以后、三年以内。",
        "A name of 80 characters at most; 1 to 1,000 calls a second, 10,000 at once at most; 1 to 10,000,000 codes a day; "
        "a last day within three years.",
    )


class ScopeNotTheirs(Refusal):
    """A right is an item by which this unit may read, or one of the two kinds of call, and there is at least one."""

    code: ClassVar[str] = "E-CLIENT-SCOPE"
    clause: ClassVar[str | None] = "anshan-2022-9/20/2"
    message = Bilingual(
        "没有选权限，或者所选事项不在政务应用清单内本单位的事项之中。",
        "No right was chosen, or one that is no item of the use list for this unit.",
    )
    remedy = Bilingual("只能选清单内本单位现行的事项。", "Choose among the items in force for this unit.")


class ClientChanged(Refusal):
    """What would take effect is not what the approving person saw."""

    code: ClassVar[str] = "E-CLIENT-CHANGED"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("待批准的权限刚刚变了。", "The rights that wait have just changed.")
    remedy = Bilingual("请看过现在的权限，再批准。", "Look at them as they are now, then approve.")


@dataclass(frozen=True, slots=True)
class DraftedClient:
    """The client as drafted, with its secret, which is told this once."""

    client: ApiClient
    secret: str


@transaction.atomic
def draft_client(
    *,
    unit: Unit,
    name: str,
    scopes: Sequence[str],
    by: Account,
    at: datetime,
    rate: int = USUAL_RATE,
    burst: int = USUAL_BURST,
    quota: int = USUAL_QUOTA,
    ends_at: datetime | None = None,
) -> DraftedClient:
    """A client for a unit's system that may do nothing until it is approved, and nothing from `ends_at` on.

    Raises as `check_client` does.
    """
    ends_at = ends_at or end_of(usual_last_day(at))
    share = {"rate": rate, "burst": burst, "quota": quota}
    check_client(unit=unit, name=name, scopes=scopes, by=by, at=at, ends_at=ends_at, **share)
    number, secret = f"{unit.code[:40]}-{secrets.token_hex(4)}", secrets.token_urlsafe(_SECRET_BYTES)
    account = Account(username=f"client-{number}"[:64], display_name=name, kind=Account.Kind.JOB)
    account.set_unusable_password()
    account.save()
    client = ApiClient.objects.create(
        client_id=number,
        unit=unit,
        account=account,
        name=name,
        secret_digest=key_digest(secret),
        **share,
        ends_at=ends_at,
        drafted_by=by,
        drafted_at=at,
    )
    for scope in sorted(set(scopes)):
        ClientRight.objects.create(client=client, scope=scope, drafted_by=by, drafted_at=at)
    _receipt("draft_client", client, by, scopes=sorted(set(scopes)))
    return DraftedClient(client, secret)


def check_client(
    *,
    unit: Unit,
    name: str,
    scopes: Sequence[str],
    by: Account,
    at: datetime,
    rate: int,
    burst: int,
    quota: int,
    ends_at: datetime,
) -> None:
    """Raise what `draft_client` would: `NotTheirDuty`, `HasClient`, `ClientIllFormed`, `ScopeNotTheirs`."""
    _check_duty(by, DRAFTER)
    # Of two at the same moment the database's constraint lets one through.
    if ApiClient.objects.filter(unit=unit, revoked_at__isnull=True).exists():
        raise HasClient
    named = 0 < len(name.strip()) <= LONGEST_NAME
    shared = 1 <= rate <= MOST_RATE and 1 <= burst <= MOST_BURST and 1 <= quota <= MOST_QUOTA
    longest = end_of(add_years(timezone.localdate(at), LONGEST_YEARS))
    if not (named and shared and at < ends_at <= longest):
        raise ClientIllFormed
    _check_scopes(unit, scopes, at)


def usual_last_day(at: datetime) -> date:
    """The last day of a client for which nobody says another."""
    return add_years(timezone.localdate(at), USUAL_YEARS)


def end_of(day: date) -> datetime:
    """The moment at which a day is over."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def possible_scopes(unit: Unit, at: datetime) -> list[tuple[str, Bilingual]]:
    """What a client of this unit may be given a right to: code and name, the unit's items first."""
    items = use_items_of([unit.code], timezone.localdate(at))
    return [*((item.code, item.name) for item in items), *CALLS]


@transaction.atomic
def draft_right(*, client: ApiClient, scope: str, by: Account, at: datetime) -> ClientRight:
    """One more right, of no effect until it is approved. Raises `NotTheirDuty`, `ClientOver`, `ScopeNotTheirs`."""
    _check_duty(by, DRAFTER)
    held = _held(client)
    _check_scopes(held.unit, [scope], at)
    if held.rights.filter(scope=scope, revoked_at__isnull=True).exists():
        raise ClientOver
    right = ClientRight.objects.create(client=held, scope=scope, drafted_by=by, drafted_at=at)
    _receipt("draft_client_right", held, by, scope=scope)
    return right


@carries_out("anshan-2022-9/45/1/2")
@transaction.atomic
def approve_client(
    *, client: ApiClient, by: Account, at: datetime, seen: Collection[str] | None = None
) -> ApiClient:
    """Let a client, and every right that was drafted for it, take effect. `seen`: the scopes that its page showed as waiting.

    Raises `NotTheirDuty`, `ClientSamePerson`, `ClientOver`, `ClientChanged`.
    """
    _check_duty(by, APPROVER)
    held = _held(client)
    waiting = list(held.rights.filter(approved_at__isnull=True, revoked_at__isnull=True))
    if held.ends_at <= at or (held.approved_at is not None and not waiting):
        raise ClientOver
    _check_second_person(held, waiting, by)
    if seen is not None and sorted(seen) != sorted(one.scope for one in waiting):
        raise ClientChanged
    if held.approved_at is None:
        held.approved_by, held.approved_at = by, at
        held.save(update_fields=["approved_by", "approved_at"])
    for right in waiting:
        right.approved_by, right.approved_at = by, at
        right.save(update_fields=["approved_by", "approved_at"])
    _receipt("approve_client", held, by, scopes=sorted(one.scope for one in waiting))
    return held


@transaction.atomic
def revoke_client(*, client: ApiClient, by: Account, at: datetime) -> None:
    """End a client; its next call fails, whatever token it holds. Raises `NotTheirDuty`, `ClientOver`."""
    _check_duty(by, DRAFTER, APPROVER)
    held = _held(client)
    held.revoked_by, held.revoked_at = by, at
    held.save(update_fields=["revoked_by", "revoked_at"])
    _receipt("revoke_client", held, by)


@transaction.atomic
def revoke_right(*, right: ClientRight, by: Account, at: datetime) -> None:
    """End one right; the next call that needs it fails. Raises `NotTheirDuty`, `ClientOver`."""
    _check_duty(by, DRAFTER, APPROVER)
    held = ClientRight.objects.select_for_update(no_key=True).get(pk=right.pk)
    if held.revoked_at is not None:
        raise ClientOver
    held.revoked_by, held.revoked_at = by, at
    held.save(update_fields=["revoked_by", "revoked_at"])
    _receipt("revoke_client_right", held.client, by, scope=held.scope)


def listed_clients() -> list[ApiClient]:
    """Every client with its rights, those that stand first."""
    rights = Prefetch("rights", ClientRight.objects.order_by("scope", "id"))
    found = ApiClient.objects.select_related("unit", "drafted_by", "approved_by", "revoked_by")
    return list(found.prefetch_related(rights).order_by("revoked_at", "unit__name_zh", "id"))


def find_client(number: int) -> ApiClient | None:
    """The client of that number with its unit."""
    return (
        ApiClient.objects.select_related("unit", "drafted_by", "approved_by", "revoked_by")
        .filter(pk=number)
        .first()
    )


def rights_of(client: ApiClient) -> list[ClientRight]:
    """Every right it has or had, by scope."""
    people = client.rights.select_related("drafted_by", "approved_by", "revoked_by")
    return list(people.order_by("scope", "id"))


def _held(client: ApiClient) -> ApiClient:
    held = ApiClient.objects.select_for_update(no_key=True).get(pk=client.pk)
    if held.revoked_at is not None:
        raise ClientOver
    return held


def _check_scopes(unit: Unit, scopes: Sequence[str], at: datetime) -> None:
    if not scopes or not set(scopes) <= {code for code, _name in possible_scopes(unit, at)}:
        raise ScopeNotTheirs


def _check_second_person(client: ApiClient, waiting: Sequence[ClientRight], by: Account) -> None:
    """By person, not by account: one person may have held both duties, one after the other, under two accounts."""
    drafters = {one.drafted_by_id for one in waiting}
    if client.approved_at is None:
        drafters.add(client.drafted_by_id)
    if Account.objects.filter(pk__in=drafters, person_key=by.person_key).exists():
        raise ClientSamePerson


def _check_duty(by: Account, *roles: str) -> None:
    if not roles_of(by) & set(roles):
        raise NotTheirDuty


def _receipt(act: str, client: ApiClient, by: Account, **details: Any) -> None:
    record_event(act=act, by_account_id=by.pk, clause=CLAUSE, details={"client": client.client_id, **details})
