"""The same order sent twice is one batch: a form pressed twice, or a call repeated because its answer was lost (Art. 18(2))."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import polars as pl
from django.db import IntegrityError

from anxin.access.batch.identifiers import CLAUSE, Identifiers
from anxin.access.batch.ordering import BatchOrder, order_batch
from anxin.access.constraints import broken
from anxin.access.models import Batch
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual

ONCE = "batch_once_for_a_key"


class BatchKeyUsed(Refusal):
    """The key stands for a batch of other particulars or identifiers."""

    code: ClassVar[str] = "E-KEY-REUSED"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("这个幂等键已经用于另一批查询。", "This idempotency key was used for another batch.")
    remedy = Bilingual("请为新的一批换一个键。", "Use a new key for a new batch.")


@dataclass(frozen=True, slots=True)
class Ordered:
    """The batch that stands for an order, and whether it stood already."""

    batch: Batch
    replayed: bool


def order_batch_once(*, order: BatchOrder, identifiers: Identifiers, key: str, at: datetime) -> Ordered:
    """As `order_batch`, but where `key` (empty for none) stands for the very same order already, the batch made then.

    Raises `BatchKeyUsed` and what `order_batch` raises. A cancelled or failed batch keeps its key.
    """
    if not key:
        return Ordered(order_batch(order=order, identifiers=identifiers, at=at), replayed=False)
    digest = _digest(order, identifiers)
    found = _with_key(order, key, digest)
    if found is not None:
        return Ordered(found, replayed=True)
    try:
        made = order_batch(order=order, identifiers=identifiers, at=at, key=key, digest=digest)
    except IntegrityError as error:
        # Of two at the same moment the database lets one through, and the other finds it.
        if broken(error) != ONCE:
            raise
        found = _with_key(order, key, digest)
        if found is None:
            raise
        return Ordered(found, replayed=True)
    return Ordered(made, replayed=False)


def _with_key(order: BatchOrder, key: str, digest: bytes) -> Batch | None:
    found = Batch.objects.filter(by_id=order.account_id, idempotency_key=key).first()
    if found is not None and bytes(found.order_digest or b"") != digest:
        raise BatchKeyUsed
    return found


def _digest(order: BatchOrder, identifiers: Identifiers) -> bytes:
    """Of what is kept: no refused text goes into it, which could be a person's number."""
    particulars = (
        order.unit,
        order.use_item,
        order.agreement,
        order.case_reference,
        str(order.purpose),
        *order.fields,
    )
    digest = hashlib.sha256("\0".join(particulars).encode())
    for frame in (identifiers.accepted, identifiers.refused):
        for column in frame.iter_columns():
            digest.update(b"\n" + "\0".join(column.cast(pl.String).fill_null("").to_list()).encode())
    return digest.digest()
