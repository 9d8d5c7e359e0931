"""Whether the time or the size of an answer about a person tells what is on file: interleaved requests over HTTP, Welch's t.

The control is the same server without the fixed tick: there the difference must show, or the measurement sees nothing.
"""

from __future__ import annotations

import contextlib
import http.client
import random
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from scipy.stats import ttest_ind

from bench.databases import served
from bench.frame import Figure, Result, Scale, in_child
from bench.web import HOST, website

PATH = "/desk/look-up/person/"
TOKEN = "t" * 32
SUSPICIOUS = 4.5
TICK = "0.25"
AT_ONCE = 4
FORGET_EVERY_SECONDS = 0.05
Answer = tuple[str, float, int, int]


def run(scale: Scale) -> Result:
    """20,000 requests with the tick and as many without, in random order, a third of each kind."""
    requests = scale.size(20_000, 300)
    result = Result(
        "person_look_up", "Look-ups of persons: nothing tells none, not allowed and shielded apart"
    )
    folder = scale.folder / "person_look_up"
    with served(folder) as databases:
        environment = databases.environment | {"DATABASE_URL": databases.address("anxin")}
        made, _, problem = in_child(
            "bench.person_look_up_work:prepare", {"folder": str(folder), "environment": environment}
        )
        if problem:
            raise RuntimeError(problem)
        for name, tick in (("with the tick", TICK), ("without it", "0")):
            with _without_a_limit(environment["DATABASE_URL"]):
                answers = _asked(folder / name.replace(" ", "-"), environment, made, requests, tick)
            _tell(result, name, answers, control=tick == "0")
    result.notes.append(
        f"{requests:,} requests in random order at {AT_ONCE} connections, by one officer whose wrong guesses were forgotten on the "
        f"way; the tick was {TICK} s, as in service."
    )
    return result


def _asked(
    folder: Path, environment: dict[str, str], made: dict[str, Any], requests: int, tick: str
) -> list[Answer]:
    order = [kind for kind in made["forms"] for _ in range(requests // len(made["forms"]))]
    random.Random(2022).shuffle(order)
    with (
        website(folder, {**environment, "ANXIN_PERSON_TICK": tick}, path="/healthz") as port,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        _ask_all(port, made, order[:40])
        return [
            one for part in pool.map(lambda own: _ask_all(port, made, own), _dealt(order)) for one in part
        ]


@contextlib.contextmanager
def _without_a_limit(address: str) -> Iterator[None]:
    """Forget wrong guesses as fast as they come, as nobody but the server's administrator can; the limit is tried in the tests."""
    ended = threading.Event()

    def forget() -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            while not ended.wait(FORGET_EVERY_SECONDS):
                connection.execute("DELETE FROM access_personlookupday")

    thread = threading.Thread(target=forget, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(5)


def _dealt(order: list[str]) -> list[list[str]]:
    return [order[start::AT_ONCE] for start in range(AT_ONCE)]


def _ask_all(port: int, made: dict[str, Any], order: list[str]) -> list[Answer]:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    answers = [_ask(connection, kind, made) for kind in order]
    connection.close()
    return answers


def _ask(connection: http.client.HTTPConnection, kind: str, made: dict[str, Any]) -> Answer:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"sessionid={made['session']}; csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
    }
    body = urlencode(made["forms"][kind])
    begun = time.perf_counter()
    connection.request("POST", PATH, body, headers)
    answer = connection.getresponse()
    page = answer.read()
    taken = time.perf_counter() - begun
    if "没有可以提供的信息".encode() not in page:
        raise RuntimeError(f"{kind}: another answer than the one there is ({answer.status})")
    return kind, taken, answer.status, len(page)


def _tell(result: Result, name: str, answers: list[Answer], *, control: bool) -> None:
    kinds = sorted({kind for kind, *_ in answers})
    times = {kind: [taken for one, taken, *_ in answers if one == kind] for kind in kinds}
    head = ["answer", "requests", "mean ms", "standard deviation ms", "statuses", "sizes"]
    rows = [
        [
            kind, f"{len(times[kind]):,}", f"{statistics.mean(times[kind]) * 1000:.3f}",
            f"{statistics.stdev(times[kind]) * 1000:.3f}",
            str(len({status for one, _, status, _ in answers if one == kind})),
            str(len({size for one, _, _, size in answers if one == kind})),
        ]
        for kind in kinds
    ]  # fmt: skip
    result.tables[name] = [head, *rows]
    largest = max(
        abs(float(ttest_ind(times[one], times[other], equal_var=False).statistic))
        for one, other in combinations(kinds, 2)
    )
    result.figures.append(Figure(f"largest |t| {name}", largest, "", SUSPICIOUS, at_most=not control))
    if not control:
        shapes = len({(status, size) for _, _, status, size in answers})
        result.figures.append(Figure("different statuses and sizes", shapes, "", 1))
