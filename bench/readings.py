"""Readings over HTTP at a steady rate, whatever became of the ones before: official look-ups, own reports, public pages.

Web, workers, sealing job and witnesses run as in the demonstration, on durable storage; the load comes from the same machine.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bench.frame import Figure, Result, Scale, in_child
from bench.kills.machine import Machine
from bench.open_loop import NUMBER, Volley, request
from bench.readers import ITEM

FORM = "application/x-www-form-urlencoded"
RATE, CEILING = 150, 300
SHARE, GREED = 10, 7
READERS = 12
# Normal again: two seconds running in which everybody is answered, nearly as fast as before the overload.
NORMAL_TIMES, WATCHED_SECONDS, WATCH_RATE = 2.0, 40.0, 20
STEPS = (200, 250, 300, 350, 400, 500, 600, 800)


@dataclass
class Town:
    """Machine and readers; `number` counts every request, so that each has a case of its own."""

    machine: Machine
    readers: dict[str, Any]
    seconds: float
    number: int = 0
    run: str = ""

    def fire(self, name: str, requests: list[str], rate: float, seconds: float | None = None) -> Volley:
        """A volley in a process of its own. Raises `RuntimeError` where that breaks."""
        lasting = seconds or self.seconds
        first, self.number = self.number, self.number + int(rate * lasting * 2) + 1_000
        arguments = {"port": self.machine.port, "requests": requests, "rate": rate}
        answer, _, problem = in_child(
            "bench.open_loop:fire", {**arguments, "seconds": lasting, "seed": first, "first": first}
        )
        if problem:
            raise RuntimeError(problem)
        found = Volley.of(answer)
        print(f"  {name}: {_row(name, rate, found)[1:]}", file=sys.stderr, flush=True)
        return found

    def readings(self, tokens: list[str] | None = None) -> list[str]:
        """Official look-ups by the interface, callers in turn."""
        body = (
            f'{{"item": "{ITEM}", "case": "{self.run}-{NUMBER}", "purpose": 0, "subject": {{"code": "%s"}}}}'
        )
        given = tokens or self.readers["tokens"]
        return [
            request("POST", "/api/readings", body.replace("%s", code), _bearer(given[place % len(given)]))
            for place, code in enumerate(self.machine.codes)
        ]

    def look_ups(self) -> list[str]:
        """The same at the desk, as pages."""
        found = []
        for place, code in enumerate(self.machine.codes):
            officer = self.readers["officers"][place % len(self.readers["officers"])]
            fields = {"uscc": code, "item": "", "purpose": "bench", "csrfmiddlewaretoken": officer["token"]}
            body = urlencode(fields) + f"&case_reference={self.run}-{NUMBER}"
            found.append(request("POST", "/desk/look-up/", body, _form(officer)))
        return found

    def own_reports(self, ending: str) -> list[str]:
        """`/`: on screen; `.pdf`: on paper, sealed."""
        return [
            request(
                "POST",
                f"/my/{one['representation']}/report{ending}",
                urlencode({"csrfmiddlewaretoken": one["token"]}),
                _form(one),
            )
            for one in self.readers["accounts"]
        ]

    def public_pages(self) -> list[str]:
        """Pages of organizations, never the same twice in a row."""
        return [request("GET", f"/organizations/{code}/") for code in self.machine.codes]

    def logged(self) -> int:
        """How many different cases of this run stand in the log."""
        with self.machine.administrator() as connection:
            row = connection.execute(
                "SELECT count(DISTINCT case_reference) FROM audit_querylogentry WHERE case_reference LIKE %s",
                [f"{self.run}-%"],
            ).fetchone()
        return int(row[0]) if row else 0


def run(scale: Scale) -> Result:
    """20,000 records of 4,000 organizations; each figure from one volley."""
    result = Result("readings", "Readings over HTTP")
    folder = scale.folder / "readings"
    folder.mkdir(parents=True, exist_ok=True)
    machine = Machine(folder, rows=scale.size(20_000, 600))
    try:
        machine.start()
        arguments = {"codes": machine.codes, "readers": READERS, "share": SHARE}
        readers, _, problem = in_child(
            "bench.readers:let_in", {**arguments, "environment": machine.environment}
        )
        if problem:
            raise RuntimeError(problem)
        with machine.administrator() as connection:
            # A town is loaded in a moment; the server would tidy up after that in the midst of the first volley.
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
        town = Town(machine, readers, seconds=3.0 if scale.quick else 20.0)
        _measure(town, result, quick=scale.quick)
    finally:
        machine.stop()
    result.notes += [
        "Latency counts from the moment a request was due, not from when it left; gaps are drawn as of independent callers.",
        "Generator, website, database, workers, sealing job and witnesses share the machine's cores.",
    ]
    return result


def _measure(town: Town, result: Result, *, quick: bool) -> None:
    head = ["load", "rate /s", "answered", "p50 ms", "p95 ms", "p99 ms", "slowest ms", "429/503", "other"]
    rows = [head]
    town.run = f"bench-{int(time.time())}"
    # Each process has its plans and templates by then, and the database its statistics.
    town.fire("warm-up", town.readings(), 50, 2.0 if quick else 10.0)
    before = town.logged()
    look_up = town.fire("look-up", town.readings(), RATE)
    rows.append(_row("official look-up, interface", RATE, look_up))
    desk = town.fire("desk", town.look_ups(), RATE / 3)
    rows.append(_row("official look-up, desk page", RATE / 3, desk))
    unlogged = look_up.number(200) + desk.number(200) - (town.logged() - before)
    ceiling = _ceiling(town, rows, quick=quick)
    screen = town.fire("own report", town.own_reports("/"), 50)
    paper = town.fire("paper", town.own_reports(".pdf"), 2)
    public = town.fire("public", town.public_pages(), 300)
    rows += [_row("own report on screen", 50, screen), _row("own report, sealed PDF", 2, paper)]
    rows.append(_row("public page of an organization", 300, public))
    result.figures = [
        Figure("official look-up with committed log, 150/s, p95", look_up.percentile(0.95), "ms", 60.0),
        Figure("official look-up with committed log, 150/s, p99", look_up.percentile(0.99), "ms", 150.0),
        Figure("official look-ups answered without a row in the log", max(0, unlogged), "", 0.0),
        Figure(
            "look-ups at 150/s that were refused or failed", len(look_up.shots) - look_up.number(200), "", 0.0
        ),
        Figure("ceiling of official look-ups", ceiling, "/s", CEILING, at_most=False),
        Figure("own report on screen, 50/s, p95", screen.percentile(0.95), "ms", 300.0),
        Figure("sealed PDF, 2/s, p95", paper.percentile(0.95), "ms", 1_500.0),
        Figure("public pages, 300/s uncached, p95", public.percentile(0.95), "ms", 200.0),
    ]
    _greed(town, result, rows)
    _overload(town, result, rows, ceiling, look_up)
    result.tables["Volleys"] = rows


def _ceiling(town: Town, rows: list[list[str]], *, quick: bool) -> float:
    """The most look-ups a second that were answered while nearly all were: the rate is raised until many are not."""
    best = 0.0
    for rate in STEPS[: 2 if quick else None]:
        lasting = town.seconds / 2
        found = town.fire(f"ceiling {rate}", town.readings(), rate, lasting)
        rows.append(_row("official look-up, raised", rate, found))
        best = max(best, found.number(200) / lasting)
        if found.number(200) < 0.9 * len(found.shots):
            break
    return best


def _greed(town: Town, result: Result, rows: list[list[str]]) -> None:
    """Four clients at their share, without and with a fifth that calls seven times as often as it may."""
    from concurrent.futures import ThreadPoolExecutor

    others = town.readings()
    alone = town.fire("others alone", others, 4 * SHARE)
    first = town.number + 1_000_000
    with ThreadPoolExecutor(1) as pool:
        greedy = pool.submit(
            in_child,
            "bench.open_loop:fire",
            {
                "port": town.machine.port,
                "requests": town.readings([town.readers["greedy"]]),
                "rate": GREED * SHARE,
                "seconds": town.seconds,
                "seed": 7,
                "first": first,
            },
        )
        beside = town.fire("others beside it", others, 4 * SHARE)
        answer, _, problem = greedy.result()
    if problem:
        raise RuntimeError(problem)
    rows += [_row("four clients at their share", 4 * SHARE, alone)]
    rows += [_row("the same beside one at seven times its share", 4 * SHARE, beside)]
    rows += [_row("that one", GREED * SHARE, Volley.of(answer))]
    ratio = beside.percentile(0.95) / alone.percentile(0.95)
    result.figures.append(Figure("others' p95 beside one client at 7 × its share", ratio, "×", 1.5))


def _overload(town: Town, result: Result, rows: list[list[str]], ceiling: float, normal: Volley) -> None:
    """Three times the ceiling; then how long until it is as before."""
    over = town.fire("overload", town.readings(), 3 * ceiling)
    after = town.fire("after it", town.readings(), WATCH_RATE, min(WATCHED_SECONDS, 4 * town.seconds))
    rows += [_row("three times the ceiling", 3 * ceiling, over), _row("after it", WATCH_RATE, after)]
    result.figures += [
        Figure("overload 3 ×: slowest refusal", over.percentile(1.0, (429, 503)), "ms", 2_000.0),
        Figure("overload 3 ×: answers other than 200, 429, 503", over.other, "", 0.0),
        Figure("overload 3 ×: still answered", over.number(200) / town.seconds, "/s"),
        Figure("normal again after", _normal_after(after, normal.percentile(0.95)), "s", 30.0),
    ]


def _normal_after(after: Volley, p95: float) -> float:
    """Seconds until two seconds running were answered in full and about as fast as before."""
    longest = max((one.due for one in after.shots), default=0.0)
    good = 0
    for second in range(int(longest) + 1):
        shots = [one for one in after.shots if second <= one.due < second + 1]
        part = Volley(shots, 0.0, {})
        calm = part.percentile(0.95) <= NORMAL_TIMES * p95 and part.number(200) == len(shots)
        good = good + 1 if calm else 0
        if good == 2:
            return float(max(0, second - 1))
    return float("inf")


def _row(name: str, rate: float, found: Volley) -> list[str]:
    times = [f"{found.percentile(share):,.1f}" for share in (0.5, 0.95, 0.99, 1.0)]
    return [
        name,
        f"{rate:,.0f}",
        f"{found.number(200):,} of {len(found.shots):,}",
        *times,
        f"{found.number(429):,}/{found.number(503):,}",
        str(found.other),
    ]


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


def _form(reader: dict[str, Any]) -> dict[str, str]:
    return {"Cookie": reader["cookie"], "Content-Type": FORM}
