"""What a rule pack holds once it is read: frozen values, nothing computed from a clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import ClassVar

from anxin.kernel.citations import Citation
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual


class BeforePackInForce(Refusal):
    """A day before the regulation took effect: no rule of the pack may decide about it."""

    code: ClassVar[str] = "E-PACK-NOT-IN-FORCE"
    clause: ClassVar[str | None] = "anshan-2022-9/55/1"
    message: ClassVar[Bilingual] = Bilingual(
        "规则包“{pack}”自{effective_on}起施行，不能用于{on}。",
        "The pack “{pack}” is in force from {effective_on} and cannot decide about {on}.",
    )
    remedy: ClassVar[Bilingual] = Bilingual(
        "核对日期；此前的事项按当时的规定办理。",
        "Check the date; earlier matters follow the rules of their time.",
    )


class UnknownClause(Refusal):
    """A citation that names no clause of the pack."""

    code: ClassVar[str] = "E-CLAUSE-UNKNOWN"
    message: ClassVar[Bilingual] = Bilingual(
        "规则包中没有条款“{citation}”。", "The pack has no clause “{citation}”."
    )
    remedy: ClassVar[Bilingual] = Bilingual("该条的条款有：{known}", "Clauses of that article: {known}")


class UnknownParameter(Refusal):
    """A parameter that the pack does not define, or not for that day."""

    code: ClassVar[str] = "E-PARAMETER-UNKNOWN"
    message: ClassVar[Bilingual] = Bilingual(
        "规则包中没有{on}适用的参数“{name}”。", "The pack has no value of “{name}” for {on}."
    )
    remedy: ClassVar[Bilingual] = Bilingual("在规则包中补充该参数。", "Add the parameter to the pack.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the pack something is written."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, regulation, order or document that clauses belong to.

    `kind`: see `INSTRUMENT_KINDS`. In force from `valid_from` to the day before `valid_to`; None means open or unknown.
    `checked_on`: when somebody read the source; `unverified`: nobody has read the official text.
    """

    id: str
    kind: str
    title: Bilingual
    number: str
    issuer: Bilingual
    dated_on: date | None
    valid_from: date | None
    valid_to: date | None
    source: Bilingual
    checked_on: date | None
    unverified: bool
    note: Bilingual | None
    place: Place

    def in_force(self, on: date) -> bool:
        """Whether the instrument applies on the day; an unknown start counts as in force."""
        began = self.valid_from is None or self.valid_from <= on
        return began and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause in our own words. `who`: slugs of the pack's roles; `parameters`: names of its parameters.

    `by_code` tells whether software carries the clause out sooner or later; otherwise `why` says why it does not.
    """

    citation: Citation
    what: Bilingual
    who: tuple[str, ...]
    parameters: tuple[str, ...]
    sources: tuple[str, ...]
    valid_from: date | None
    unverified: bool
    by_code: bool
    why: Bilingual | None
    place: Place


@dataclass(frozen=True, slots=True)
class Article:
    """An article: its number, our own heading, its chapter, and its clauses in order."""

    instrument: str
    number: int
    heading: Bilingual
    chapter: int
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value from a day on, until the next one begins."""

    valid_from: date
    value: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the law with its unit, clause and dates.

    `unit`: `working-day`, `day`, `month`, `year`, `fen`, `count` or `age`.
    """

    name: str
    label: Bilingual
    unit: str
    clause: Citation
    values: tuple[DatedValue, ...]
    source: Bilingual
    checked_on: date | None
    unverified: bool
    place: Place

    def on(self, day: date) -> int:
        """The value that applies on the day. Refuses where none does."""
        found = [dated.value for dated in self.values if dated.valid_from <= day]
        if not found:
            raise UnknownParameter(name=self.name, on=day.isoformat())
        return found[-1]


@dataclass(frozen=True, slots=True)
class Division:
    """A county-level area. `local`: our own extension code, where the national list has none."""

    code: str
    name: Bilingual
    local: bool


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """The territory a pack is for: six-digit division code, and its county-level areas (Art. 2, 5)."""

    code: str
    name: Bilingual
    divisions: tuple[Division, ...]

    def division(self, code: str) -> Division | None:
        """The county-level area with that code."""
        return next((one for one in self.divisions if one.code == code), None)


@dataclass(frozen=True)
class Pack:
    """A jurisdiction's law with everything it extends. `hash`: SHA-256 over all files of the folders."""

    name: str
    version: str
    title: Bilingual
    regulation: str
    effective_on: date
    unverified: bool
    extends: tuple[str, ...]
    jurisdiction: Jurisdiction
    chapters: tuple[Bilingual, ...]
    roles: dict[str, Bilingual]
    instruments: dict[str, Instrument]
    articles: tuple[Article, ...]
    parameters: dict[str, Parameter]
    hash: str
    folders: tuple[str, ...] = field(repr=False)

    @cached_property
    def clauses(self) -> dict[str, Clause]:
        """Every clause by its citation, in the order of the law."""
        return {str(clause.citation): clause for article in self.articles for clause in article.clauses}

    def articles_of(self, instrument: str) -> tuple[Article, ...]:
        """The articles of one instrument, in order."""
        return tuple(article for article in self.articles if article.instrument == instrument)

    def covers(self, citation: str) -> bool:
        """Whether the citation names a clause, an article or paragraph that has clauses, or a whole instrument."""
        wanted = Citation.parse(citation)
        if not wanted.article:
            return wanted.instrument in self.instruments
        return any(wanted.covers(clause.citation) for clause in self.clauses.values())

    def clause(self, citation: str) -> Clause:
        """The clause at a citation. Refuses where there is none, and names the article's clauses."""
        if citation not in self.clauses:
            article = "/".join(citation.split("/")[:2])
            known = [one for one in self.clauses if one == article or one.startswith(f"{article}/")]
            raise UnknownClause(citation=citation, known=", ".join(known) or "-")
        return self.clauses[citation]

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name. Refuses where the pack has none."""
        if name not in self.parameters:
            raise UnknownParameter(name=name, on="-")
        return self.parameters[name]

    def require_in_force(self, on: date) -> None:
        """Refuse a day before the pack's effective date (Art. 55)."""
        if on < self.effective_on:
            raise BeforePackInForce(
                pack=self.name, effective_on=self.effective_on.isoformat(), on=on.isoformat()
            )
