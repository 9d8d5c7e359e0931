"""Invariant 5 as a property: never more subjects returned than committed entries name, whatever breaks in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.access.gate.guarded import LOG, Guarded, run

# The database is made for the tests that are marked to need one.
pytestmark = pytest.mark.django_db
STEPS = (
    *("begin", "savepoint", "rollback to savepoint", "release", "commit", "rollback", "kill"),
    *("log", "log", "log another", "read", "read", "read an older one", "log and read at once"),
)


@dataclass
class Reader:
    """A reader with one connection; `returned` are subjects whose records came out, `entries` the numbers it was given."""

    guarded: Guarded
    own: psycopg.Connection[Any]
    entries: list[int] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    reads: int = 0

    def step(self, what: str) -> None:
        """Do it; whatever the server refuses is refused."""
        try:
            self._do(what)
        except psycopg.Error:
            if self.own.closed:
                self.own = self.guarded.connect()

    def _do(self, what: str) -> None:
        match what:
            case "savepoint":
                run(self.own, "SAVEPOINT one")
            case "release" | "rollback to savepoint":
                run(self.own, f"{what} SAVEPOINT one" if what == "release" else "ROLLBACK TO SAVEPOINT one")
            case "kill":
                self._kill()
            case "log" | "log another":
                subject = self.guarded.subject if what == "log" else self.guarded.other_subject
                self.entries.append(run(self.own, LOG, [subject, ["*"]])[0][0])
            case "read" | "read an older one":
                self._read("SELECT read_records(%s)", [self._entry(what)])
            case "log and read at once":
                statement = f"WITH logged AS ({LOG}) SELECT read_records(id) FROM logged"
                self._read(statement, [self.guarded.subject, ["*"]])
            case _:
                run(self.own, what)

    def _entry(self, what: str) -> int:
        if not self.entries:
            return 999_999_999
        return self.entries[-1] if what == "read" else self.entries[len(self.entries) // 2]

    def _read(self, statement: str, values: list[Any]) -> None:
        self.reads += 1
        records = run(self.own, statement, values)[0][0]
        names = {str(record["fields"]) for record in records}
        if names:
            self.returned.append(
                self.guarded.subject if len(names) and "remark" in str(names) else self.guarded.other_subject
            )

    def _kill(self) -> None:
        with psycopg.connect(self.guarded.administrator, autocommit=True) as administrator:
            run(administrator, "SELECT pg_terminate_backend(%s, 2000)", [self.own.info.backend_pid])


@pytest.fixture(scope="module")
def tally() -> dict[str, int]:
    return {"reads": 0, "returned": 0}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), min_size=2, max_size=14))
def test_invariant_5_no_subject_comes_out_that_the_log_does_not_name(
    steps: list[str], guarded: Guarded, tally: dict[str, int]
) -> None:
    reader = Reader(guarded, guarded.connect())
    for what in steps:
        reader.step(what)
    reader.own.close()
    with psycopg.connect(guarded.administrator, autocommit=True) as administrator:
        stands = run(
            administrator, "SELECT subject_id FROM audit_querylogentry WHERE id = ANY (%s)", [reader.entries]
        )
    logged = {subject for (subject,) in stands}
    assert set(reader.returned) <= logged
    tally["reads"] += reader.reads
    tally["returned"] += len(reader.returned)


def test_the_property_was_put_to_the_test(tally: dict[str, int]) -> None:
    """Positive control: among the tried sequences many readings did succeed."""
    assert tally["reads"] > 100
    assert 10 < tally["returned"] < tally["reads"]
