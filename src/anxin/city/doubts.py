"""Rows of the city that leave a doubt, and what its officer already made of some of them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from django.utils import timezone

from anxin.authorities.models import Account
from anxin.authorities.pack import read_units
from anxin.catalog.definitions import ItemDefinition
from anxin.catalog.pack import PACKS, read_catalog
from anxin.city.codes import fictional_resident_id
from anxin.city.files import PENALTY, CityFile, write_file
from anxin.city.organizations import FictionalOrganization
from anxin.city.persons import FictionalPerson, make_persons
from anxin.city.rows import Sender, make_row, sender_of
from anxin.intake.decisions import Choice, Outcome, decide_row
from anxin.intake.models import QueuedRow
from anxin.intake.undoing import undo_decision
from anxin.subjects.keys import KeyRing

UNIT = "market-regulator"
QUALIFICATION, QUALIFIES = "professional-qualification", "human-resources"
FIRST_NUMBER = 700_000
# Organizations (by position in the city's list) under another name, and those with two rows about one decision.
RENAMED = (0, 1, 2, 4, 5, 6)
TOLD_TWICE = (10, 11)
# Persons (by position in the city's list): whose passport a row names beside whose other number.
PASSPORT_OF, BESIDE = 20, 21
STRANGER_BORN = date(1991, 5, 17)
STRANGER_SEQUENCE = 777


def write_doubtful(
    folder: Path, organizations: list[FictionalOrganization], *, seed: int, as_of: date
) -> CityFile:
    """A file of penalties: some name a known organization otherwise, some tell one decision in two ways."""
    draw = random.Random(seed + FIRST_NUMBER)
    item, sender = _item(PENALTY), _sender(UNIT)
    names = [field.name for field in item.fields]
    rows = []
    for number, position in enumerate((*RENAMED, *TOLD_TWICE), start=FIRST_NUMBER):
        organization = organizations[position]
        if position in RENAMED:
            organization = replace(organization, name=organization.name.replace("有限公司", "集团有限公司"))
        rows.append(make_row(item, organization, sender, number, as_of=as_of, draw=draw))
        if position in TOLD_TWICE:
            again = list(rows[-1])
            again[names.index("facts")] = "演示用另一种事实"
            rows.append(again)
    return _written(folder / "units" / "doubtful-penalties.csv", item, UNIT, rows)


def write_conflicting(folder: Path, *, seed: int, as_of: date) -> CityFile:
    """A file of qualifications whose documents point at different persons: two on file, and one on file beside nobody."""
    draw = random.Random(seed + FIRST_NUMBER + 1)
    item, sender = _item(QUALIFICATION), _sender(QUALIFIES)
    persons = make_persons()
    stranger = FictionalPerson(
        "演新来",
        fictional_resident_id(STRANGER_BORN, STRANGER_SEQUENCE),
        persons[PASSPORT_OF].passport,
        False,
    )
    parties = (replace(persons[BESIDE], passport=persons[PASSPORT_OF].passport), stranger)
    rows = [
        make_row(item, party, sender, number, as_of=as_of, draw=draw)
        for number, party in enumerate(parties, start=FIRST_NUMBER)
    ]
    return _written(folder / "units" / "conflicting-qualifications.csv", item, QUALIFIES, rows)


def _item(code: str) -> ItemDefinition:
    return next(one for one in read_catalog([PACKS / "china" / "catalog"]) if one.code == code)


def _sender(unit: str) -> Sender:
    units = enumerate(read_units(PACKS / "anshan" / "units"))
    return next(sender_of(one.code, one.name.zh, position) for position, one in units if one.code == unit)


def _written(path: Path, item: ItemDefinition, unit: str, rows: list[list[str]]) -> CityFile:
    write_file(path, item, rows)
    return CityFile(path, item.code, unit, len(rows))


def decide_some(*, officer: Account, at: datetime, keys: KeyRing) -> None:
    """One row returned, one stored under a new name, one decided and taken back; the others wait."""
    rows = list(QueuedRow.objects.filter(reason="Q-NAME").order_by("pk")[:3])
    since = timezone.localdate(at).replace(day=1)
    choices = (
        Choice(Outcome.RETURNED, "演示：代码与名称不是同一家 / demonstration: code and name do not match"),
        Choice(Outcome.NEW_NAME, "演示：登记机关已办理更名 / demonstration: renamed at the registry", since),
        Choice(Outcome.NAME_STAYS, "演示：文件里写错了名称 / demonstration: the file misspelled the name"),
    )
    for row, choice in zip(rows, choices, strict=True):
        decide_row(number=row.pk, choice=choice, by=officer, at=at, keys=keys)
    undo_decision(
        number=rows[2].pk, reason="演示：还要再核对 / demonstration: to be looked at again", by=officer, at=at
    )
