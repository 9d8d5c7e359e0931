"""Writes the departments' files of the city, and files with dirt in them for the tour."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import cycle, filterfalse
from pathlib import Path

from anxin.authorities.pack import read_units
from anxin.catalog.definitions import ItemDefinition
from anxin.catalog.pack import PACKS, read_catalog
from anxin.city.organizations import FictionalOrganization, make_organizations
from anxin.city.persons import FictionalPerson, is_minor, make_persons
from anxin.city.rows import Party, Sender, make_row, sender_of

# Rows per item; with 2,000 registrations they are 20,000.
ROWS = {
    "administrative-penalty": 5_000,
    "administrative-permit": 5_000,
    "inspection": 2_070,
    "commitment": 1_200,
    "contract-performance": 800,
    "honor": 600,
    "abnormal-operation": 400,
    "supervisory-measure": 200,
    "court-enforcement": 150,
    "serious-listing": 40,
    "city-regulation-breach": 200,
    "professional-qualification": 300,
    "practitioner-file": 240,
    "volunteering": 260,
}
SMALL_ITEMS = (
    *("reward", "grant", "confirmation", "compulsion", "ruling", "compliance", "evaluation-result"),
    *("taxpayer-grade", "intellectual-property", "self-declared", "levy"),
)
ROWS_OF_SMALL_ITEM = 140
# Of the permits and penalties, every n-th is a natural person's.
PERSON_EVERY = 40
VOLUNTEERING = "volunteering"
TOUR_ROWS, TOUR_BAD_ROWS = 10_000, 312
PENALTY = "administrative-penalty"


@dataclass(frozen=True, slots=True)
class CityFile:
    """A file on disk, with the item it reports and the unit it is from."""

    path: Path
    item: str
    unit: str
    rows: int


def write_city(folder: Path, *, seed: int, as_of: date) -> tuple[list[FictionalOrganization], list[CityFile]]:
    """Write `folder/units/*.csv` (registrations first) and `folder/tour/*.csv`; the same seed gives the same bytes."""
    draw = random.Random(seed)
    organizations = make_organizations(draw)
    persons = cycle(make_persons())
    items = {
        item.code: item for item in read_catalog([PACKS / pack / "catalog" for pack in ("china", "anshan")])
    }
    senders = {
        unit.code: sender_of(unit.code, unit.name.zh, position)
        for position, unit in enumerate(read_units(PACKS / "anshan" / "units"))
    }
    (folder / "units").mkdir(parents=True, exist_ok=True)
    (folder / "tour").mkdir(exist_ok=True)
    files = [_registrations(folder, items["registration"], organizations)]
    wanted = {**ROWS, **dict.fromkeys(SMALL_ITEMS, ROWS_OF_SMALL_ITEM)}
    for code, number in wanted.items():
        parties = _parties(items[code], number, organizations, persons, draw)
        files += _item_files(folder, items[code], parties, senders, as_of, draw)
    _tour_files(folder, items[PENALTY], organizations, senders["market-regulator"], as_of, draw)
    return organizations, files


def _registrations(
    folder: Path, item: ItemDefinition, organizations: list[FictionalOrganization]
) -> CityFile:
    rows = []
    for one in organizations:
        values = {
            "name": one.name,
            "uscc": one.uscc,
            "registered_on": one.registered_on.isoformat(),
            "organization_type": one.kind,
            "status": "存续",
        }
        rows.append([values.get(field.name, "") for field in item.fields])
    path = folder / "units" / "registration.market-regulator.csv"
    write_file(path, item, rows)
    return CityFile(path, item.code, "market-regulator", len(rows))


def _parties(
    item: ItemDefinition,
    number: int,
    organizations: list[FictionalOrganization],
    persons: Iterator[FictionalPerson],
    draw: random.Random,
) -> list[Party]:
    """Whom the rows of an item are about. Persons come in turn, so that each has several records."""
    alone = item.subject_kinds == ("natural_person",)
    every = 1 if alone else PERSON_EVERY if "natural_person" in item.subject_kinds else number + 1
    people = persons if item.code == VOLUNTEERING else filterfalse(is_minor, persons)
    # In a smaller item no organization comes twice: some have one fact a year.
    some = draw.sample if number <= len(organizations) else draw.choices
    drawn = some(organizations, k=number)
    return [next(people) if position % every == every - 1 else drawn[position] for position in range(number)]


def _item_files(
    folder: Path,
    item: ItemDefinition,
    parties: list[Party],
    senders: dict[str, Sender],
    as_of: date,
    draw: random.Random,
) -> list[CityFile]:
    """One file per unit that reports the item, rows dealt out in turn."""
    units = item.source_units
    rows: dict[str, list[list[str]]] = {unit: [] for unit in units}
    for position, party in enumerate(parties):
        unit = units[position % len(units)]
        rows[unit].append(make_row(item, party, senders[unit], position + 1, as_of=as_of, draw=draw))
    files = []
    for unit in units:
        path = folder / "units" / f"{item.code}.{unit}.csv"
        write_file(path, item, rows[unit])
        files.append(CityFile(path, item.code, unit, len(rows[unit])))
    return files


def _tour_files(
    folder: Path,
    item: ItemDefinition,
    organizations: list[FictionalOrganization],
    sender: Sender,
    as_of: date,
    draw: random.Random,
) -> None:
    """10,000 penalties of which 312 go back, and the first rows of them in the older encoding."""
    rows = [
        make_row(item, draw.choice(organizations), sender, 500_000 + n, as_of=as_of, draw=draw)
        for n in range(TOUR_ROWS)
    ]
    names = [field.name for field in item.fields]
    for turn, position in enumerate(sorted(draw.sample(range(TOUR_ROWS), TOUR_BAD_ROWS))):
        _spoil(rows[position], names, turn)
    write_file(folder / "tour" / "penalties-10000.csv", item, rows)
    write_file(folder / "tour" / "penalties-small-gb18030.csv", item, rows[:40], encoding="gb18030")


def _spoil(row: list[str], names: list[str], turn: int) -> None:
    """One fault of four kinds in turn; some rows get a second one."""
    faults = (
        ("decided_on", "2026-02-30"),
        ("uscc", "91210399"),
        ("document_number", ""),
        ("content", "演\u200b示"),
    )
    for name, value in faults[turn % 4 : turn % 4 + (2 if turn % 6 == 0 else 1)]:
        row[names.index(name)] = value


def write_file(path: Path, item: ItemDefinition, rows: list[list[str]], encoding: str = "utf-8") -> None:
    """A CSV under the labels of the item's fields."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.label.zh for field in item.fields])
        writer.writerows(rows)
