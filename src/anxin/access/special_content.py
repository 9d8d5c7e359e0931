"""What a special report holds of what was read: the picked items, within the period, and nothing that is sealed. Pure.

Minor and summary-procedure penalties are in it, restored records too, marked. Sealed by statute and left out: penalties of
persons for breaches of public security, convictions of juveniles, and whatever a person did under age.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from anxin.access.report_content import ReportContent, ReportRecord, ReportSection
from anxin.kernel.corresponding_day import add_years
from anxin.law.carries_out import carries_out
from anxin.law.prohibited import screen_value

# A listing is a state, not an event: one that began before the period and still stood in it belongs to it.
LISTINGS = ("serious_listing", "abnormal_operation")
ENDED = ("restored", "display_ended")


@dataclass(frozen=True, slots=True)
class PickedItem:
    """A catalog item that the subject picked."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Choice:
    """`first` and `last`: both within. `born_on` and `adult_from` (years) matter for natural persons only."""

    items: tuple[PickedItem, ...]
    first: date
    last: date
    is_person: bool = False
    born_on: date | None = None
    adult_from: int = 18


def narrowed(read: ReportContent, choice: Choice) -> ReportContent:
    """The same content with a section for each picked item, also where it is empty."""
    found: dict[str, list[ReportRecord]] = {item.code: [] for item in choice.items}
    for section in read["sections"]:
        for record in section["records"]:
            if record["item"] in found and _belongs(record, section["name"] in LISTINGS, choice):
                found[record["item"]].append(record)
    sections = [_section(item, found[item.code]) for item in choice.items]
    kept = read.copy()
    kept["sections"], kept["record_count"] = sections, sum(section["count"] for section in sections)
    return kept


def _section(item: PickedItem, records: list[ReportRecord]) -> ReportSection:
    return ReportSection(
        name=item.code, title_zh=item.name_zh, title_en=item.name_en, count=len(records), records=records
    )


def _belongs(record: ReportRecord, listing: bool, choice: Choice) -> bool:
    return _within(record, listing, choice) and not is_sealed(record, choice)


def _within(record: ReportRecord, listing: bool, choice: Choice) -> bool:
    """A record without any day is kept: leaving it out would say that there is nothing."""
    day = _day(record)
    if day is None:
        return True
    if listing and not set(ENDED) & set(record["marks"]):
        return day <= choice.last
    return choice.first <= day <= choice.last


@carries_out("public-security-penalty-law/136/1", "criminal-procedure-law/286/1")
def is_sealed(record: ReportRecord, choice: Choice) -> bool:
    """Whether the statute gives this record of a natural person to nobody. Intake refuses such rows; this looks again."""
    if not choice.is_person:
        return False
    day = _day(record)
    if choice.born_on is not None and day is not None and day <= add_years(choice.born_on, choice.adult_from):
        return True
    texts = [record["document_number"] or "", *_texts(record)]
    return any((category := screen_value(text, person=True)) and category.kind == "sealed" for text in texts)


def _texts(record: ReportRecord) -> Sequence[str]:
    return [field["value"] for field in record["fields"] if isinstance(field["value"], str)]


def _day(record: ReportRecord) -> date | None:
    found = record["decided_on"] or record["effective_on"]
    return None if found is None else date.fromisoformat(found[:10])
