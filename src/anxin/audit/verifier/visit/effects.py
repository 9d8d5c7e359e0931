"""No effect without its chain: each adverse record on display, traced back to clause, document, source, and the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from anxin.audit.verifier.visit.entries import Act, Entries, by_submission
from anxin.audit.verifier.visit.findings import Finding, Wrong
from anxin.audit.verifier.visit.snapshot import Row, Snapshot, day, local_day, moment

ENDED = {"withdrawn", "annulled", "restored", "display_ended"}
# What takes a record from sight until its counterpart happens.
HIDDEN = {"shielded": "unshielded", "link_undone": "link_restored"}
PERSONS = {"natural_person"}


@dataclass(frozen=True, slots=True)
class Chain:
    """An effect and what it rests on. `acts`: of the log, by which the source came in and anything happened since.

    `covered`: whether the log that was exported reaches it; where it does not, its acts cannot be there yet.
    """

    effect: Row
    item: Row | None
    submission: Row | None
    events: list[Row]
    acts: list[Act]
    covered: bool

    @property
    def name(self) -> str:
        """Subject, record and version, by number."""
        return f"{self.effect['subject']}/{self.effect['record']}/{self.effect['version']}"


@dataclass(slots=True)
class Chains:
    """`all` in the order of the snapshot."""

    all: list[Chain] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def uncovered(self) -> int:
        """How many are younger than the log that was exported."""
        return sum(not chain.covered for chain in self.all)


def trace_effects(snapshot: Snapshot, entries: Entries, covered_until: int, erased: frozenset[str]) -> Chains:
    """Every effect's chain. `covered_until`: microseconds; `erased`: names of acts of which entries were erased by law."""
    found = Chains()
    items, submissions = snapshot.by_id("item"), snapshot.by_id("submission")
    events: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in snapshot.tables["record-event"]:
        events[row["subject"], row["record"]].append(row)
    taken_in, acts = by_submission(entries.acts), _by_record(entries)
    for effect in snapshot.tables["effect"]:
        key = (effect["subject"], effect["record"])
        arrival = taken_in.get(effect["submission"])
        chain = Chain(
            effect,
            items.get(effect["item_version"]),
            submissions.get(effect["submission"]),
            events.get(key, []),
            [*([arrival] if arrival else []), *acts.get(key[1], [])],
            _microseconds(moment(effect["recorded_at"])) <= covered_until,
        )
        found.all.append(chain)
        found.findings += [Finding(kind, chain.name) for kind in _faults(chain, snapshot, arrival, erased)]
    return found


def _by_record(entries: Entries) -> dict[int, list[Act]]:
    found: dict[int, list[Act]] = defaultdict(list)
    for act in entries.acts:
        if (record := act.details.get("record")) is not None:
            found[record].append(act)
    return found


def _microseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)


def _faults(chain: Chain, snapshot: Snapshot, arrival: Act | None, erased: frozenset[str]) -> Iterator[Wrong]:
    effect = chain.effect
    if effect["subject_kind"] in PERSONS or effect["sole_proprietor"] is not False:
        yield Wrong.EFFECT_OF_PERSON
    if not _has_clause(chain):
        yield Wrong.EFFECT_CLAUSE
    if effect["document_kind"] not in {"none", ""} and not effect["document_number"].strip():
        yield Wrong.EFFECT_DOCUMENT
    if not _has_date(effect):
        yield Wrong.EFFECT_DATE
    assert snapshot.taken_at is not None
    if not _is_within(effect, snapshot.taken_at):
        yield Wrong.EFFECT_END
    if _has_ended(chain.events, snapshot.taken_at):
        yield Wrong.EFFECT_ENDED
    source = chain.submission
    if source is None or not source["unit"] or effect["row_number"] < 1 or len(source["file_digest"]) != 64:
        yield Wrong.EFFECT_SOURCE
    if (
        chain.covered
        and not _is_in_log(chain, arrival)
        and not (arrival is None and "take_in_submission" in erased)
    ):
        yield Wrong.EFFECT_LOG


def _has_clause(chain: Chain) -> bool:
    """A version of the same catalog item that was in force when the record came, for everyone to see, with its basis."""
    item = chain.item
    if item is None or item["item"] != chain.effect["item"] or not item["adverse"] or not item["legal_basis"]:
        return False
    begins, ends = day(item["valid_from"]), day(item["valid_to"])
    came = local_day(moment(chain.effect["recorded_at"]))
    return (
        item["disclosure_class"] == "public"
        and begins is not None
        and begins <= came
        and (ends is None or came < ends)
    )


def _has_date(effect: Row) -> bool:
    """The day from which the document works, or for facts without a document the day they were stated."""
    begins = day(effect["effective_on"]) or day(effect["served_on"]) or day(effect["decided_on"])
    return (
        begins is not None
        and effect["display_from"] is not None
        and begins <= local_day(moment(effect["display_from"]))
    )


def _is_within(effect: Row, at: datetime) -> bool:
    begins, ends = effect["display_from"], effect["display_to"]
    return begins is not None and ends is not None and moment(begins) <= at < moment(ends)


def _has_ended(events: list[Row], at: datetime) -> bool:
    """Judged from what happened to the record, not from what the platform says is on display."""
    hidden: set[str] = set()
    for event in events:
        if moment(event["effective_at"]) > at:
            continue
        if event["kind"] in ENDED:
            return True
        if event["kind"] in HIDDEN:
            hidden.add(HIDDEN[event["kind"]])
        hidden.discard(event["kind"])
    return bool(hidden)


def _is_in_log(chain: Chain, arrival: Act | None) -> bool:
    """The submission was taken in by an act of the same counts; what a person changed since has an act of its own."""
    source, effect = chain.submission, chain.effect
    if arrival is None or source is None:
        return False
    said = (arrival.details.get("read"), arrival.details.get("accepted"))
    if said != (source["read_rows"], source["accepted_rows"]):
        return False
    # A file's later version comes from another file; a person's keeps the lineage of the one before.
    by_file = effect["version"] == 1 or effect["previous_submission"] not in {None, effect["submission"]}
    return by_file or any(act.details.get("version") == effect["version"] for act in chain.acts)


def check_sources(chains: Chains, snapshot: Snapshot, entries: Entries) -> Iterator[Finding]:
    """No submission has more records than rows were accepted by it or decided later, and no row has two."""
    decided: dict[int, int] = defaultdict(int)
    for act in entries.acts:
        if act.name == "decide_row" and act.details.get("record") is not None:
            decided[act.details["submission"]] += 1
    for row in snapshot.tables["submission"]:
        if row["stored_rows"] > row["accepted_rows"] + decided[row["id"]]:
            yield Finding(Wrong.EFFECT_SOURCE, f"submission {row['id']}")
    seen: set[tuple[int, int]] = set()
    for chain in chains.all:
        place = (chain.effect["submission"], chain.effect["row_number"])
        if place in seen:
            yield Finding(Wrong.EFFECT_SOURCE, chain.name)
        seen.add(place)
