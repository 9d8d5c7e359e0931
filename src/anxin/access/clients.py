"""Clients of the interface: drafted by the system administrator, approved by somebody else, ended at once (Art. 45)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Prefetch

from anxin.access.models import ApiClient, ClientRight
from anxin.audit.services import record_event
from anxin.authorities.models import Account, RoleAssignment, Unit
from anxin.authorities.queries import key_digest, roles_of
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out

CLAUSE = "anshan-2022-9/45/1/2"
BATCH, CHANGES = "batch", "changes"
DRAFTER, APPROVER = RoleAssignment.Role.SYSTEM_ADMINISTRATOR, RoleAssignment.Role.SECURITY_ADMINISTRATOR
USUAL_RATE, USUAL_BURST = 20, 40
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


class SamePerson(Refusal):
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
) -> DraftedClient:
    """A client for a unit's system that may do nothing until it is approved. Raises `NotTheirDuty`, `HasClient`."""
    _check_duty(by, DRAFTER)
    # Of two at the same moment the database's constraint lets one through.
    if ApiClient.objects.filter(unit=unit, revoked_at__isnull=True).exists():
        raise HasClient
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
        rate=rate,
        burst=burst,
        drafted_by=by,
        drafted_at=at,
    )
    for scope in sorted(set(scopes)):
        ClientRight.objects.create(client=client, scope=scope, drafted_by=by, drafted_at=at)
    _receipt("draft_client", client, by, scopes=sorted(set(scopes)))
    return DraftedClient(client, secret)


@transaction.atomic
def draft_right(*, client: ApiClient, scope: str, by: Account, at: datetime) -> ClientRight:
    """One more right for a client, of no effect until it is approved. Raises `NotTheirDuty`, `ClientOver`."""
    _check_duty(by, DRAFTER)
    held = _held(client)
    if held.rights.filter(scope=scope, revoked_at__isnull=True).exists():
        raise ClientOver
    right = ClientRight.objects.create(client=held, scope=scope, drafted_by=by, drafted_at=at)
    _receipt("draft_client_right", held, by, scope=scope)
    return right


@carries_out("anshan-2022-9/45/1/2")
@transaction.atomic
def approve_client(*, client: ApiClient, by: Account, at: datetime) -> ApiClient:
    """Let a client, and every right that was drafted for it, take effect.

    Raises `NotTheirDuty`, `SamePerson`, `ClientOver`.
    """
    _check_duty(by, APPROVER)
    held = _held(client)
    waiting = list(held.rights.filter(approved_at__isnull=True, revoked_at__isnull=True))
    if held.approved_at is not None and not waiting:
        raise ClientOver
    drafters = {one.drafted_by_id for one in waiting}
    if held.approved_at is None:
        drafters.add(held.drafted_by_id)
    if by.pk in drafters:
        raise SamePerson
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
    """The client of that number."""
    return ApiClient.objects.filter(pk=number).first()


def _held(client: ApiClient) -> ApiClient:
    held = ApiClient.objects.select_for_update(no_key=True).get(pk=client.pk)
    if held.revoked_at is not None:
        raise ClientOver
    return held


def _check_duty(by: Account, *roles: str) -> None:
    if not roles_of(by) & set(roles):
        raise NotTheirDuty


def _receipt(act: str, client: ApiClient, by: Account, **details: Any) -> None:
    record_event(act=act, by_account_id=by.pk, clause=CLAUSE, details={"client": client.client_id, **details})
