"""Publishing the government use list and telling what is in force: an item is never edited, a changed one gets a new version (Art. 20)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from anxin.access.models import UseListItem
from anxin.access.use_list import UseItem
from anxin.audit.services import record_event
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.prepared import prepared_rows

CLAUSE = "anshan-2022-9/20/1"
# Which version is in force is asked at each reading; what it says never changes but for its end, so it is read once in a process.
_IN_FORCE = """
SELECT id, valid_to FROM access_uselistitem
WHERE code = %(code)s AND units @> ARRAY[%(unit)s::varchar]
  AND valid_from <= %(on)s AND (valid_to IS NULL OR valid_to > %(on)s)
"""
_KNOWN: dict[tuple[int, date | None], UseItem] = {}


@carries_out("anshan-2022-9/20/1")
@transaction.atomic
def publish_use_list(
    *, items: Sequence[UseItem], pack: str, by_account_id: int | None, on: date
) -> list[str]:
    """Publish what differs from the versions in force, end what is gone; returns the codes concerned. Twice is nothing."""
    in_force = {row.code: row for row in UseListItem.objects.filter(valid_to__isnull=True)}
    concerned = []
    for item in items:
        before = in_force.pop(item.code, None)
        if before is None and UseListItem.objects.filter(code=item.code, valid_to=item.valid_to).exists():
            continue
        if before is None or _content(use_item(before)) != _content(item):
            _publish(item, before, pack, on)
            concerned.append(item.code)
    for gone in in_force.values():
        _end(gone, on)
        concerned.append(gone.code)
    if concerned:
        record_event(
            act="publish_use_list",
            by_account_id=by_account_id,
            clause=CLAUSE,
            pack=pack,
            details={"items": concerned},
        )
    return concerned


def use_items_of(units: Collection[str], on: date) -> list[UseItem]:
    """The items in force on a day by which one of these units may read, by code."""
    return [use_item(row) for row in _in_force(on).filter(units__overlap=list(units)).order_by("code")]


def use_items_in_force(on: date) -> list[UseItem]:
    """The whole list on a day, by code."""
    return [use_item(row) for row in _in_force(on).order_by("code")]


def use_item_in_force(code: str, unit: str, on: date) -> UseItem | None:
    """The item in force on a day by which this unit may read; None where it has none of that code."""
    dated = prepared_rows(_IN_FORCE, {"code": code, "unit": unit, "on": on})
    if not dated:
        return None
    number, valid_to = dated[0]
    if (number, valid_to) not in _KNOWN:
        _KNOWN[number, valid_to] = use_item(UseListItem.objects.get(pk=number))
    return _KNOWN[number, valid_to]


def use_item(row: UseListItem) -> UseItem:
    """A stored version as plain data."""
    return UseItem(
        code=row.code,
        name=Bilingual(row.name_zh, row.name_en),
        basis=row.basis,
        units=tuple(row.units),
        purposes=tuple(Bilingual(zh, en) for zh, en in row.purposes),
        subject_kinds=tuple(row.subject_kinds),
        fields=tuple(row.fields),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        unverified=row.unverified,
    )


def _in_force(on: date) -> QuerySet[UseListItem]:
    return UseListItem.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)


def _content(item: UseItem) -> tuple[object, ...]:
    """All but the first day, which a later version has of its own."""
    return (
        *(item.name, item.basis, item.units, item.purposes, item.subject_kinds, item.fields),
        *(item.valid_to, item.unverified),
    )


def _publish(item: UseItem, before: UseListItem | None, pack: str, on: date) -> None:
    begins = item.valid_from if before is None else max(_end(before, on), item.valid_from)
    UseListItem.objects.create(
        code=item.code,
        number=UseListItem.objects.filter(code=item.code).count() + 1,
        name_zh=item.name.zh,
        name_en=item.name.en,
        basis=item.basis,
        units=list(item.units),
        purposes=[[one.zh, one.en] for one in item.purposes],
        subject_kinds=list(item.subject_kinds),
        fields=list(item.fields),
        valid_from=begins,
        valid_to=item.valid_to,
        unverified=item.unverified,
        pack=pack,
    )


def _end(row: UseListItem, on: date) -> date:
    """The day on which it ends: `on`, or the day after it began where that is later."""
    row.valid_to = max(on, row.valid_from + timedelta(days=1))
    row.save(update_fields=["valid_to"])
    return row.valid_to
