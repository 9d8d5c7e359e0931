"""Rows of the city that leave a doubt, and what its officer already made of some of them."""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from anxin.authorities.models import Account
from anxin.authorities.pack import read_units
from anxin.catalog.pack import PACKS, read_catalog
from anxin.city.files import PENALTY, CityFile
from anxin.city.organizations import FictionalOrganization
from anxin.city.rows import make_row, sender_of
from anxin.intake.decisions import Choice, Outcome, decide_row
from anxin.intake.models import QueuedRow
from anxin.intake.undoing import undo_decision
from anxin.subjects.keys import KeyRing

UNIT = "market-regulator"
FIRST_NUMBER = 700_000
# Organizations (by position in the city's list) under another name, and those with two rows about one decision.
RENAMED = (0, 1, 2, 4, 5, 6)
TOLD_TWICE = (10, 11)


def write_doubtful(
    folder: Path, organizations: list[FictionalOrganization], *, seed: int, as_of: date
) -> CityFile:
    """A file of penalties: some name a known organization otherwise, some tell one decision in two ways."""
    draw = random.Random(seed + FIRST_NUMBER)
    item = next(one for one in read_catalog([PACKS / "china" / "catalog"]) if one.code == PENALTY)
    units = enumerate(read_units(PACKS / "anshan" / "units"))
    sender = next(sender_of(u.code, u.name.zh, at) for at, u in units if u.code == UNIT)
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
    path = folder / "units" / "doubtful-penalties.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.label.zh for field in item.fields])
        writer.writerows(rows)
    return CityFile(path, PENALTY, UNIT, len(rows))


def decide_some(*, officer: Account, at: datetime, keys: KeyRing) -> None:
    """One row returned, one stored under a new name, one decided and taken back; the others wait."""
    rows = list(QueuedRow.objects.filter(reason="Q-NAME").order_by("pk")[:3])
    since = at.date().replace(day=1)
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
