"""What an officer may choose from at the desk: the items of the use list of the officer's own units, with their purposes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from anxin.access.ex_officio import Matter
from anxin.access.use_items import use_items_of
from anxin.authorities.models import Account, Unit
from anxin.authorities.queries import units_of
from anxin.kernel.text import Bilingual

ROLES = ("officer", "credit_officer")


@dataclass(frozen=True, slots=True)
class Choice:
    """One purpose of one item at one unit; `value` is what the form sends."""

    unit: Unit
    item: str
    purpose: int
    name: Bilingual
    told: Bilingual
    subject_kinds: tuple[str, ...]
    unverified: bool

    @property
    def value(self) -> str:
        return f"{self.unit.code}/{self.item}/{self.purpose}"

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en")
        return f"{self.name.en}: {self.told.en}" if english else f"{self.name.zh}：{self.told.zh}"


def choices_of(account: Account, on: date, *, persons: bool) -> list[Choice]:
    """Every choice about persons, or every one about organizations."""
    found = []
    for unit in units_of(account, ROLES, on):
        for item in use_items_of([unit.code], on):
            if any((kind == "natural_person") == persons for kind in item.subject_kinds):
                found += [
                    Choice(unit, item.code, place, item.name, told, item.subject_kinds, item.unverified)
                    for place, told in enumerate(item.purposes)
                ]
    return found


def chosen_matter(account: Account, value: str, case_reference: str, on: date) -> tuple[str, Matter]:
    """Unit and matter of what the form sent. A unit that is not the account's is none, and what is no choice is no item."""
    unit, item, purpose = ([*value.split("/"), "", ""])[:3]
    own = unit in {one.code for one in units_of(account, ROLES, on)}
    place = int(purpose) if purpose.isdecimal() and len(purpose) < 3 else -1
    return unit if own else "", Matter(item=item, case_reference=case_reference, purpose=place)
