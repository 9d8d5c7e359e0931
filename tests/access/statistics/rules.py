"""Rules of telling, run by the database over whole sequences of releases; and what a reader of all of them knows afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from django.db import connection

LEAST = 8
# Whoever reads the releases thinks of counts up to here; greater ones only add to what may be.
GREATEST = 64
RULE = "told_of_count({counted}, step.number, step.told, {least})"
# The rule switched off, and rules that seem enough at first sight.
EVERYTHING = "{counted}"
THRESHOLD_ALONE = "CASE WHEN {counted} >= {least} THEN {counted} END"
ZERO_TOLD = (
    "CASE WHEN {counted} = 0 THEN 0 ELSE told_of_count({counted}, step.number, step.told, {least}) END"
)
LAST_RELEASE_ALONE = (
    "CASE WHEN {counted} < {least} THEN NULL WHEN abs({counted} - step.number) < {least} THEN step.number"
    " ELSE {counted} END"
)
FALL_HIDDEN_WHERE_IT_IS_GREAT = (
    "CASE WHEN {counted} < {least} AND step.number - {counted} >= {least} THEN NULL"
    " WHEN {counted} < {least} THEN step.number"
    " ELSE told_of_count({counted}, step.number, step.told, {least}) END"
)
_STEPS = """
WITH RECURSIVE step(n, number, told, now_told) AS (
    SELECT 0, NULL::integer, '{{}}'::integer[], NULL::integer
    UNION ALL
    SELECT next.n, next.now_told, CASE WHEN next.now_told IS NULL THEN next.told ELSE next.told || next.now_told END,
           next.now_told
    FROM (SELECT step.n + 1 AS n, step.told, {rule} AS now_told
          FROM step WHERE step.n < cardinality(%(counts)s::integer[])) next
)
"""
_TOLD = _STEPS + "SELECT array_agg(now_told ORDER BY n) FROM step WHERE n > 0"
# For each release the counts that would have given the very same, from what everybody saw before.
_KNOWN = (
    _STEPS
    + """
SELECT array_agg(c ORDER BY c) FROM step JOIN step AS after ON after.n = step.n + 1, generate_series(0, %(greatest)s) AS c
WHERE {possible} IS NOT DISTINCT FROM after.now_told
GROUP BY step.n ORDER BY step.n
"""
)


def told(counts: Sequence[int], rule: str = RULE) -> list[int | None]:
    """What each release tells of these true counts."""
    return list(_run(_TOLD, counts, rule)[0][0])


def known(counts: Sequence[int], rule: str = RULE) -> list[set[int]]:
    """For each release, which counts are possible for somebody who knows the rule and all releases."""
    return [set(row[0]) for row in _run(_KNOWN, counts, rule)]


def leaks(counts: Sequence[int], rule: str = RULE) -> list[str]:
    """What that reader can be sure of and may not be: that a group of 1 to 7 exists, or came or went between two releases."""
    few = set(range(1, LEAST))
    possible = known(counts, rule)
    sure = [f"release {n}: a few exist, {sorted(one)}" for n, one in enumerate(possible) if one <= few]
    for (m, before), (n, after) in combinations(enumerate(possible), 2):
        if {abs(a - b) for a in before for b in after} <= few:
            sure.append(f"releases {m} and {n}: a few came or went, {sorted(before)} → {sorted(after)}")
    return sure


def _run(statement: str, counts: Sequence[int], rule: str) -> list[tuple[Any, ...]]:
    taken = rule.format(counted="(%(counts)s::integer[])[step.n + 1]", least=LEAST)
    filled = statement.format(rule=taken, possible=rule.format(counted="c", least=LEAST))
    with connection.cursor() as cursor:
        cursor.execute(filled, {"counts": list(counts), "greatest": GREATEST})
        return list(cursor.fetchall())
