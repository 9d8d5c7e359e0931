"""Every decision names a human being, and stands in the log: changes of records, decisions on doubtful rows, reports, erasures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from anxin.audit.verifier.visit.entries import OF_PEOPLE, Act, Entries
from anxin.audit.verifier.visit.findings import Finding, Wrong
from anxin.audit.verifier.visit.snapshot import Row, Snapshot, moment


class People:
    """Holds the snapshot's accounts and decisions against the log's acts."""

    def __init__(self, snapshot: Snapshot, entries: Entries, covered_until: int) -> None:
        self._snapshot, self._entries, self._covered = snapshot, entries, covered_until
        self._human = {row["id"] for row in snapshot.tables["account"] if row["kind"] == "human"}
        self._events, self._submissions, self._decided = (
            {row["id"] for row in snapshot.tables[name]}
            for name in ("record-event", "submission", "decision")
        )
        self._records: dict[int, list[Act]] = defaultdict(list)
        self._decisions: dict[tuple[str, int], Act] = {}
        for act in entries.acts:
            if (record := act.details.get("record")) is not None:
                self._records[record].append(act)
            if (decision := act.details.get("decision")) is not None:
                self._decisions[act.name, decision] = act

    def findings(self) -> Iterator[Finding]:
        """What is wrong, table by table."""
        for act in self._entries.acts:
            if act.name in OF_PEOPLE and act.by not in self._human:
                yield Finding(Wrong.ACT_PERSON, f"e{act.id} {act.name}")
            yield from self._gone(act)
        for event in self._snapshot.tables["record-event"]:
            yield from self._of_event(event)
        for decision in self._snapshot.tables["decision"]:
            yield from self._of_decision(decision, "decide_row", decision["by_account"], decision["at"])
            if decision["undone_at"] is not None:
                yield from self._of_decision(
                    decision, "undo_decision", decision["undone_by"], decision["undone_at"]
                )

    def _gone(self, act: Act) -> Iterator[Finding]:
        """What an act made, and nobody may take away, must still be there."""
        event = act.details.get("event") if "record" in act.details else None
        if event is not None and event not in self._events:
            yield Finding(Wrong.GONE, f"e{act.id} {act.name}: record event {event}")
        if act.name == "take_in_submission" and act.details["submission"] not in self._submissions:
            yield Finding(Wrong.GONE, f"e{act.id} {act.name}: submission {act.details['submission']}")
        if act.name == "decide_row" and act.details["decision"] not in self._decided:
            yield Finding(Wrong.GONE, f"e{act.id} {act.name}: decision {act.details['decision']}")

    def _is_covered(self, text: str) -> bool:
        return moment(text).timestamp() * 1_000_000 <= self._covered

    def _of_event(self, event: Row) -> Iterator[Finding]:
        where = f"{event['subject']}/{event['record']} {event['kind']}"
        by = event["by_account"]
        if by is not None and by not in self._human:
            yield Finding(Wrong.EVENT_PERSON, where)
        # What a unit's file changes is in the log as the file's own act.
        if by is None or not self._is_covered(event["recorded_at"]):
            return
        if not any(act.by == by for act in self._records[event["record"]]):
            yield Finding(Wrong.EVENT_LOG, where)

    def _of_decision(self, decision: Row, name: str, by: int | None, at: str) -> Iterator[Finding]:
        where = f"{name} {decision['id']}"
        if by not in self._human:
            yield Finding(Wrong.DECISION_PERSON, where)
        act = self._decisions.get((name, decision["id"]))
        if self._is_covered(at) and (act is None or act.by != by):
            yield Finding(Wrong.DECISION_LOG, where)


def check_reports(snapshot: Snapshot, entries: Entries, covered_until: int) -> Iterator[Finding]:
    """Every report: a reading of the same subject, logged by an earlier transaction than the report's own act."""
    issued = {act.details.get("number"): act for act in entries.acts if act.name == "issue_report"}
    for report in snapshot.tables["report"]:
        if moment(report["issued_at"]).timestamp() * 1_000_000 > covered_until:
            continue
        reading, act = entries.readings.get(report["entry"]), issued.get(report["number"])
        if (
            reading is None
            or act is None
            or reading.subject != report["subject"]
            or reading.transaction >= act.transaction
        ):
            yield Finding(Wrong.REPORT_READING, report["number"])
    known = {report["number"] for report in snapshot.tables["report"]}
    for number, act in issued.items():
        if number not in known:
            yield Finding(Wrong.GONE, f"e{act.id} issue_report: {number}")


def check_erasures(snapshot: Snapshot, entries: Entries, erased: list[int]) -> Iterator[Finding]:
    """Every entry without its text: approved by another person than who drafted it, and that act is in the log."""
    approved = {act.details.get("event"): act for act in entries.acts if act.name == "erase_event_details"}
    known = {row["index"]: row for row in snapshot.tables["erasure"]}
    for index in erased:
        row = known.get(index)
        act = approved.get(row["event"]) if row else None
        if (
            row is None
            or act is None
            or not row["clause"]
            or act.by != row["approved_by"]
            or row["drafted_by"] == row["approved_by"]
        ):
            yield Finding(Wrong.ERASURE, f"{index}")
