"""From YAML to the parts of a pack. Faults are collected by the documents themselves."""

from __future__ import annotations

from datetime import date

from anxin.kernel.citations import Citation, CitationMalformed
from anxin.kernel.text import Bilingual
from anxin.law.documents import (
    Located,
    allow_keys,
    bilingual,
    choice,
    entries,
    optional,
    optional_bilingual,
    require,
    texts,
)
from anxin.law.pack import (
    Article,
    Clause,
    DatedValue,
    Division,
    Instrument,
    Jurisdiction,
    Parameter,
    Place,
)

INSTRUMENT_KINDS = frozenset(
    {
        "law",
        "administrative_regulation",
        "local_regulation",
        "provincial_regulation",
        "department_rule",
        "local_rule",
        "normative_document",
        "central_document",
        "judicial_interpretation",
        "national_catalog",
        "provincial_catalog",
        "standard",
    }
)
UNITS = frozenset({"working-day", "day", "month", "year", "fen", "count", "age"})
_INSTRUMENT_KEYS = {
    "id",
    "kind",
    "title",
    "number",
    "issuer",
    "dated_on",
    "valid_from",
    "valid_to",
    "source",
    "checked_on",
    "unverified",
    "note",
}
_CLAUSE_KEYS = {"at", "what", "who", "parameters", "sources", "valid_from", "unverified", "software"}
_PARAMETER_KEYS = {"name", "label", "unit", "clause", "values", "source", "checked_on", "unverified"}


def place_of(node: Located) -> Place:
    """The file and line of a node."""
    return Place(node.file, node.line)


def flag(node: Located, key: str) -> bool:
    """A boolean that is false where absent."""
    return optional(node, key, bool) or False


def read_citation(node: Located, text: str) -> Citation:
    """A citation; a malformed one is a fault, and a harmless citation stands in for it."""
    try:
        return Citation.parse(text)
    except CitationMalformed as refusal:
        node.fault(refusal.message.format(text=text), refusal.remedy)
        return Citation("unknown")


def read_instrument(node: Located) -> Instrument:
    """One entry of `instruments.yaml`. Neither checked nor marked unverified is a fault."""
    allow_keys(node, _INSTRUMENT_KEYS)
    checked_on, unverified = _verification(node)
    return Instrument(
        id=require(node, "id", str),
        kind=choice(node, "kind", INSTRUMENT_KINDS),
        title=bilingual(node, "title"),
        number=optional(node, "number", str) or "",
        issuer=bilingual(node, "issuer"),
        dated_on=optional(node, "dated_on", date),
        valid_from=optional(node, "valid_from", date),
        valid_to=optional(node, "valid_to", date),
        source=bilingual(node, "source"),
        checked_on=checked_on,
        unverified=unverified,
        note=optional_bilingual(node, "note"),
        place=place_of(node),
    )


def _verification(node: Located) -> tuple[date | None, bool]:
    checked_on, unverified = optional(node, "checked_on", date), flag(node, "unverified")
    if checked_on is None and not unverified:
        node.fault(
            Bilingual("既无 checked_on，也未标 unverified", "neither checked_on nor unverified is given"),
            Bilingual(
                "写明核对日期，或标 unverified: true",
                "give the day somebody read the source, or unverified: true",
            ),
        )
    return checked_on, unverified


def read_article(root: Located) -> Article:
    """One file of `clauses/`: `instrument`, `article`, `chapter`, `heading`, and the list `clauses`."""
    allow_keys(root, {"instrument", "article", "chapter", "heading", "clauses"})
    instrument = require(root, "instrument", str)
    number = require(root, "article", int)
    clauses = [_read_clause(node, f"{instrument}/{number}") for node in entries(root, "clauses")]
    return Article(
        instrument=instrument,
        number=number,
        heading=bilingual(root, "heading"),
        chapter=optional(root, "chapter", int) or 0,
        clauses=tuple(sorted(clauses, key=lambda clause: clause.citation)),
    )


def _read_clause(node: Located, article: str) -> Clause:
    allow_keys(node, _CLAUSE_KEYS)
    by_code, why = _read_software(node)
    return Clause(
        citation=read_citation(node, f"{article}/{require(node, 'at', str)}"),
        what=bilingual(node, "what"),
        who=texts(node, "who", needed=True),
        parameters=texts(node, "parameters"),
        sources=texts(node, "sources"),
        valid_from=optional(node, "valid_from", date),
        unverified=flag(node, "unverified"),
        by_code=by_code,
        why=why,
        place=place_of(node),
    )


def _read_software(node: Located) -> tuple[bool, Bilingual | None]:
    child = node.mapping.get("software")
    if child is None or child.value == "by_code":
        return True, None
    if choice(child, "status", {"by_code", "not_software"}) == "by_code":
        return True, None
    return False, bilingual(child, "why")


def read_parameter(node: Located) -> Parameter:
    """One entry of `parameters.yaml`. Values must be in the order of their days."""
    allow_keys(node, _PARAMETER_KEYS)
    checked_on, unverified = _verification(node)
    values = tuple(_read_value(value) for value in entries(node, "values"))
    days = [value.valid_from for value in values]
    if days != sorted(set(days)):
        node.fault(
            Bilingual("各值的起始日未按先后排列", "the values are not in the order of their days"),
            Bilingual("按起始日排序，每日只留一个值", "sort them, one value a day"),
        )
    return Parameter(
        name=require(node, "name", str),
        label=bilingual(node, "label"),
        unit=choice(node, "unit", UNITS),
        clause=read_citation(node, require(node, "clause", str)),
        values=values,
        source=bilingual(node, "source"),
        checked_on=checked_on,
        unverified=unverified,
        place=place_of(node),
    )


def _read_value(node: Located) -> DatedValue:
    allow_keys(node, {"from", "value"})
    return DatedValue(require(node, "from", date), require(node, "value", int))


def read_jurisdiction(node: Located) -> Jurisdiction:
    """The section `jurisdiction` of `pack.yaml`."""
    allow_keys(node, {"code", "name", "divisions"})
    divisions = []
    for entry in entries(node, "divisions", needed=False):
        allow_keys(entry, {"code", "name", "local"})
        divisions.append(
            Division(require(entry, "code", str), bilingual(entry, "name"), flag(entry, "local"))
        )
    return Jurisdiction(require(node, "code", str), bilingual(node, "name"), tuple(divisions))
