"""The natural persons of the city. Nobody is called so, and their numbers stand under a division that is nobody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from anxin.city.codes import fictional_resident_id
from anxin.city.organizations import FIRST, SECOND

NUMBER = 500
# The last ones are under age: they stand in volunteering records alone.
MINORS = 10
BORN_FROM, BORN_WITHIN_DAYS = date(1955, 3, 1), 17_500
MINORS_BORN_FROM = date(2009, 3, 1)
WITH_PASSPORT_EVERY = 20
SURNAMES = "杏演虚构样"


@dataclass(frozen=True, slots=True)
class FictionalPerson:
    """One person; `passport` is empty for most."""

    name: str
    resident_id: str
    passport: str
    minor: bool


def make_persons() -> list[FictionalPerson]:
    """500 persons with different numbers and names."""
    return [_person(number) for number in range(NUMBER)]


def is_minor(person: FictionalPerson) -> bool:
    """Under 18 on the city's own day."""
    return person.minor


def _person(number: int) -> FictionalPerson:
    minor = number >= NUMBER - MINORS
    born = MINORS_BORN_FROM + timedelta(days=number) if minor else _day(number)
    name = SURNAMES[number // 100] + FIRST[number // 10 % 10] + SECOND[number % 10]
    passport = f"E0{number:07d}" if number % WITH_PASSPORT_EVERY == 0 else ""
    return FictionalPerson(name, fictional_resident_id(born, number), passport, minor)


def _day(number: int) -> date:
    return BORN_FROM + timedelta(days=number * 6_007 % BORN_WITHIN_DAYS)
