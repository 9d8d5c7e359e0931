"""What a reader outside the subject gets: the records that its log row names, with labels, and nothing else (Art. 13)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from anxin.catalog.definitions import ItemDefinition
from anxin.catalog.queries import definitions_in_force
from anxin.kernel.text import Bilingual
from anxin.records.queries import read_records
from anxin.subjects.queries import read_organization, read_person


@dataclass(frozen=True, slots=True)
class ReadField:
    """One field with its label; `value` as stored: a text, a list of texts, or a number."""

    name: str
    label: Bilingual
    value: Any


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """One record as far as the reading goes. `disputed`: an objection to it is open (Art. 41(4))."""

    record_id: int
    item: str
    name: Bilingual
    unit: Bilingual
    fields: tuple[ReadField, ...]
    disputed: bool


@dataclass(frozen=True, slots=True)
class ReadFile:
    """An answer. `entry`: the number of the log row it rests on; `code`: empty for a person."""

    entry: int
    as_of: datetime
    subject_id: int
    name: str
    code: str
    records: tuple[ReadRecord, ...]


def read_file(*, entry: int, at: datetime) -> ReadFile | None:
    """What the committed log row `entry` opens, through the gate; None where its subject is nobody."""
    organization = read_organization(log_entry_id=entry)
    person = None if organization is not None else read_person(log_entry_id=entry)
    held = organization or person
    if held is None:
        return None
    records = read_records(log_entry_id=entry)
    items = {record["item"] for record in records}
    labels = _labels(item for item in definitions_in_force(timezone.localdate(at)) if item.code in items)
    return ReadFile(
        entry=entry,
        as_of=at,
        subject_id=held.pk,
        name=held.name,
        code="" if organization is None else organization.uscc or organization.local_code,
        records=tuple(_record(one, labels) for one in records),
    )


def read_nobody(*, entry: int, at: datetime) -> None:
    """Ask the gate all that `read_file` asks, for a log row about nobody."""
    read_organization(log_entry_id=entry)
    read_person(log_entry_id=entry)
    _labels(definitions_in_force(timezone.localdate(at)))
    read_records(log_entry_id=entry)


def field_names(fields: Sequence[str], on: date) -> list[Bilingual]:
    """What `item` and `item.field` are called; a code that the catalog no longer has stands for itself."""
    items = {item.code: item for item in definitions_in_force(on)}
    return [_name(field, items) for field in fields]


def _name(field: str, items: dict[str, ItemDefinition]) -> Bilingual:
    code, _, name = field.partition(".")
    item = items.get(code)
    if item is None:
        return Bilingual(field, field)
    labels = [one.label for one in item.fields if one.name == name]
    if not labels:
        return item.name
    return Bilingual(f"{item.name.zh}：{labels[0].zh}", f"{item.name.en}: {labels[0].en}")


def _labels(items: Iterable[ItemDefinition]) -> dict[str, dict[str, Bilingual]]:
    """Labels of the fields that may be shown, by item and in their published order."""
    return {
        item.code: {
            field.name: field.label
            for field in item.fields
            if field.visibility != "never" and field.type != "personal_number"
        }
        for item in items
    }


def _record(record: dict[str, Any], labels: dict[str, dict[str, Bilingual]]) -> ReadRecord:
    shown = labels.get(record["item"], {})
    return ReadRecord(
        record_id=record["record_id"],
        item=record["item"],
        name=Bilingual(record["name_zh"], record["name_en"]),
        unit=Bilingual(record["unit_zh"] or "", record["unit_en"] or ""),
        fields=tuple(
            ReadField(name, label, record["fields"][name])
            for name, label in shown.items()
            if record["fields"].get(name) not in (None, "", [])
        ),
        disputed=_disputed([event["kind"] for event in record["events"]]),
    )


def _disputed(kinds: list[str]) -> bool:
    return kinds.count("objected") > kinds.count("objection_closed")
