"""Items with persons and organizations on file, and releases of earlier days."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from anxin.access.models import StatisticsCell, StatisticsRelease, StatisticsThreshold
from anxin.catalog.models import CatalogItemVersion
from anxin.records.models import RecordVersion
from tests.factories import make_item_version, make_person, make_record, make_submission

LEAST, BEGIN = 8, date(2022, 8, 14)
_entries = count(900_000_000)


def make_threshold(least: int = LEAST, valid_from: date = BEGIN) -> StatisticsThreshold:
    return StatisticsThreshold.objects.create(valid_from=valid_from, least=least, pack="test")


def make_item(code: str = "", **changes: Any) -> CatalogItemVersion:
    """A public item about organizations and persons."""
    return make_item_version(code=code, **{"subject_kinds": ["natural_person", "legal_person"], **changes})


def file_persons(item: CatalogItemVersion, number: int) -> list[RecordVersion]:
    """As many persons, each with a record in force of the item."""
    submission = make_submission(item_version=item).pk
    return [
        make_record(
            subject=make_person().subject, item_version=item, display_from=None, display_to=None,
            submission_id=submission,
        )
        for _ in range(number)
    ]  # fmt: skip


def release_of(
    day: date, told: dict[CatalogItemVersion, int | None], least: int = LEAST
) -> StatisticsRelease:
    """An earlier release that told these numbers of persons; a number told before keeps its first day."""
    release = StatisticsRelease.objects.create(released_on=day, least=least, entry_id=next(_entries))
    for item, number in told.items():
        before = StatisticsCell.objects.filter(
            item=item.item, number=number, subject_kind="natural_person"
        ).first()
        since = None if number is None else before.since if before else day
        StatisticsCell.objects.create(
            release=release,
            least=least,
            item=item.item,
            subject_kind="natural_person",
            number=number,
            since=since,
        )
    return release
