"""One run over all checks: stored for the public page, and an alarm where something does not hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from anxin.audit.alarms import raise_alarm
from anxin.audit.models import Checkpoint, Recheck
from anxin.jobs.rechecks.check import Finding, run_check
from anxin.jobs.rechecks.clock import check_clock
from anxin.jobs.rechecks.statements import STATEMENTS
from anxin.jobs.rechecks.tree import check_notes, check_tree

# A tree or row that isn't what was signed: nothing further may be signed over it.
STOPS = {"leaves_without_gap", "entries_as_committed", "tree_as_signed"}


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What was found, in the order of the invariants."""

    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether every invariant holds."""
        return not any(one.count for one in self.findings)


def recheck_invariants(*, clock: Callable[[], datetime]) -> Rechecked:
    """Run every check over one state of the database, store the result, raise an alarm for each that found something."""
    began = clock()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = [run_check(cursor, check) for check in STATEMENTS]
        found += [check_tree(cursor), check_notes(cursor), check_clock(timezone.localdate(began))]
        latest = Checkpoint.objects.order_by("-size").first()
    done = Rechecked(tuple(sorted(found, key=lambda one: one.invariant)))
    ended = clock()
    with transaction.atomic(), connection.cursor() as cursor:
        Recheck.objects.create(
            began_at=began,
            ended_at=ended,
            size=latest.size if latest else 0,
            passed=done.passed,
            results=[one.as_data() for one in done.findings],
        )
        for one in done.findings:
            if one.count:
                details = {"check": one.name, "first": list(one.first)}
                raise_alarm(
                    cursor, code="check_failed", at=ended, stops_signing=one.name in STOPS, details=details
                )
    return done
