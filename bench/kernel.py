"""The clock and the identifiers."""

from __future__ import annotations

from bench.frame import Contender, Figure, Result, Scale, race

WORK = "bench.kernel_work:"


def run(scale: Scale) -> Result:
    """Deadlines and identifiers a second."""
    number = scale.size(600_000, 30_000)
    arguments = {"number": number}
    clock = race(
        [
            Contender("one call each", WORK + "deadlines", arguments),
            Contender("one call each, with a pause", WORK + "paused_deadlines", arguments),
            Contender("as a column", WORK + "deadline_columns", arguments),
            Contender("walking day by day", WORK + "day_by_day", arguments),
            Contender("numpy business days (no working weekends)", WORK + "numpy_business_days", arguments),
        ],
        scale.rounds,
    )
    codes = race(
        [
            Contender("identify, one call each", WORK + "identify_each", arguments),
            Contender("check digits as a column", WORK + "identify_columns", arguments),
        ],
        scale.rounds,
    )
    result = Result("kernel", "Kernel: working-day clock and identifiers")
    result.race_table(f"{number:,} deadlines", clock, clock[0], number)
    result.race_table(f"{number:,} identifiers", codes, codes[0], number)
    result.figures = [
        Figure("deadlines without pauses", number / clock[0].median, "/s", 300_000, at_most=False),
        Figure("deadlines with a pause", number / clock[1].median, "/s"),
        Figure("deadlines as a column", number / clock[2].median, "/s"),
        Figure("identifiers, any kind", number / codes[0].median, "/s"),
        Figure("check digits as a column", number / codes[1].median, "/s"),
    ]
    sums = {run.answer.get("sum") for run in (clock[0], clock[2], clock[3])}
    if len(sums) > 1:
        result.notes.append(f"The contenders do not agree on the days: {sums}.")
    return result
