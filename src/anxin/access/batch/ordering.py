"""Ordering and cancelling a batch: purpose and basis first, then the identifiers (Art. 13(1)(3), 18(2), 20(2))."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app as jobs

from anxin.access.batch.answering import TASK
from anxin.access.batch.client_limits import client_limits
from anxin.access.batch.identifiers import CLAUSE, Identifiers
from anxin.access.batch.parts import store_parts
from anxin.access.ex_officio import CLAUSE as EX_OFFICIO
from anxin.access.ex_officio import LONGEST_CASE, CaseMissing, NotOnUseList
from anxin.access.models import ApiClient, Batch
from anxin.access.use_items import use_item_in_force
from anxin.audit.services import System, record_event
from anxin.authorities.models import Account, Unit
from anxin.catalog.models import CatalogItemVersion
from anxin.catalog.queries import definitions_in_force
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out

LARGE, LARGE_QUEUE, SMALL_QUEUE = 20_000, "large", "small"
LONGEST_AGREEMENT = LONGEST_PURPOSE = 120
# In place of an order's own case, where each row has its own.
STATED_BY_ROWS = "各行自载 / each row its own"
PURPOSE_OF_AGREEMENT = "批量查询协议 / agreement on batch queries"


class BatchBasisMissing(Refusal):
    """A batch rests on an item of the use list or on an agreement, and says which of the two."""

    code: ClassVar[str] = "E-BATCH-BASIS"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "请写明依据：政务应用清单的一项，或者批量查询协议的编号，二者选一。",
        "State the basis: an item of the use list, or the number of an agreement on batch queries; one of the two.",
    )
    remedy = Bilingual(
        "按协议查询只给出依法公开、仍在展示期内的信息。",
        "By an agreement you get only what the law makes public, while it is displayed.",
    )


class FieldNotInItem(Refusal):
    """A field was asked for that the basis does not give; which one is not repeated, and nothing is read of the others."""

    code: ClassVar[str] = "E-BATCH-FIELD"
    clause: ClassVar[str | None] = "anshan-2022-9/20/2"
    message = Bilingual(
        "要求的字段不在这个依据允许的字段之内，整批没有接收。",
        "A field was asked for that this basis does not allow; the whole batch was refused.",
    )
    remedy = Bilingual(
        "只写清单事项（或者协议）内的字段，或者不写字段，取全部允许的字段。",
        "Name only fields of the item (or the agreement), or none to get all that are allowed.",
    )


class TooLateToCancel(Refusal):
    """Its identifiers stand in the log already, or it is over."""

    code: ClassVar[str] = "E-BATCH-LATE"
    clause: ClassVar[str | None] = "anshan-2022-9/45/2"
    message = Bilingual(
        "这一批已经写入查询日志或者已经结束，不能取消。",
        "The batch stands in the query log already, or is over.",
    )
    remedy = Bilingual("查询日志不能撤回。", "What the log holds cannot be taken back.")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOrder:
    """Who asks, for which unit, by what basis. `purpose`: one of the use item's, by position.

    `case_reference`: empty where each row states its own. `fields`: fewer than the basis allows; empty for all of them.
    """

    account_id: int
    unit: str
    system: System
    case_reference: str
    use_item: str = ""
    agreement: str = ""
    purpose: int = 0
    client: int | None = None
    fields: tuple[str, ...] = ()


@carries_out("anshan-2022-9/18/2")
def order_batch(
    *, order: BatchOrder, identifiers: Identifiers, at: datetime, key: str = "", digest: bytes | None = None
) -> Batch:
    """Keep what is asked and have a job answer it. Raises what `check_order` raises, `QuotaExceeded`, `RightGone`.

    `check_order` says the same before any identifier is read. `key` and `digest` are those of `order_batch_once`.
    """
    basis, case = check_order(order, at), order.case_reference.strip()
    if not case and "reference" not in identifiers.accepted.columns:
        raise CaseMissing
    with client_limits(), transaction.atomic():
        batch = Batch.objects.create(
            client=None if order.client is None else ApiClient.objects.get(pk=order.client),
            by=Account.objects.get(pk=order.account_id),
            unit=Unit.objects.get(code=order.unit),
            system=order.system,
            use_item=order.use_item,
            agreement=order.agreement.strip(),
            purpose=basis.purpose,
            clause=basis.clause,
            case_reference=case or STATED_BY_ROWS,
            fields=list(basis.fields),
            received_at=at,
            idempotency_key=key or None,
            order_digest=digest,
            asked=identifiers.asked,
            accepted=identifiers.accepted.height,
            refused=identifiers.refused.height - identifiers.duplicates,
            duplicates=identifiers.duplicates,
            reasons=identifiers.reasons,
        )
        store_parts(batch, identifiers)
        record_event(
            act="order_batch",
            by_account_id=order.account_id,
            clause=CLAUSE,
            details={"batch": batch.pk, "unit": order.unit, "asked": batch.asked, "use_item": order.use_item},
        )
        queue = LARGE_QUEUE if batch.asked > LARGE else SMALL_QUEUE
        jobs.configure_task(TASK, allow_unknown=True, queue=queue).defer(number=batch.pk)
    return batch


@transaction.atomic
def cancel_batch(*, batch: Batch, by_account_id: int, at: datetime) -> Batch:
    """End a batch that nothing was logged of yet. Raises `TooLateToCancel`."""
    held = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if held.state != Batch.State.RECEIVED:
        raise TooLateToCancel
    held.state, held.ended_at = Batch.State.CANCELLED, at
    held.save(update_fields=["state", "ended_at"])
    record_event(act="cancel_batch", by_account_id=by_account_id, clause=CLAUSE, details={"batch": held.pk})
    return held


@dataclass(frozen=True, slots=True)
class Basis:
    """What the log will say of each row, and which fields come out."""

    purpose: str
    clause: str
    fields: tuple[str, ...]


def check_order(order: BatchOrder, at: datetime) -> Basis:
    """The basis of an order. Raises `BatchBasisMissing`, `CaseMissing`, `NotOnUseList`, `FieldNotInItem`.

    An order without a case is refused later, if its rows state none either.
    """
    basis = _basis(order, at)
    for field in order.fields:
        if field not in basis.fields and field.partition(".")[0] not in basis.fields:
            raise FieldNotInItem
    return replace(basis, fields=tuple(dict.fromkeys(order.fields)) or basis.fields)


def _basis(order: BatchOrder, at: datetime) -> Basis:
    agreement = order.agreement.strip()
    if bool(order.use_item) == bool(agreement) or len(agreement) > LONGEST_AGREEMENT:
        raise BatchBasisMissing
    if len(order.case_reference.strip()) > LONGEST_CASE:
        raise CaseMissing
    on = timezone.localdate(at)
    if agreement:
        return Basis(PURPOSE_OF_AGREEMENT, CLAUSE, _public_fields(on))
    item = use_item_in_force(order.use_item, order.unit, on)
    if item is None or not 0 <= order.purpose < len(item.purposes):
        raise NotOnUseList
    purpose = item.purposes[order.purpose]
    return Basis(f"{purpose.zh} / {purpose.en}"[:200], EX_OFFICIO, item.fields)


def _public_fields(on: date) -> tuple[str, ...]:
    """Every field that the catalog makes public."""
    return tuple(
        f"{item.code}.{field.name}"
        for item in definitions_in_force(on)
        if item.disclosure_class == CatalogItemVersion.DisclosureClass.PUBLIC
        for field in item.fields
        if field.visibility == "public"
    )
