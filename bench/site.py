"""The public answer about an organization: read on one connection, and over HTTP at 16 connections."""

from __future__ import annotations

import sys

import psycopg

from bench.databases import served
from bench.frame import Contender, Figure, Result, Scale, in_child, race
from bench.generate import Recipe, generate
from bench.web import Load, load, website

WORK = "bench.site_work:"
WSGI = ("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", "PORT", "--workers", "2")
ASGI = ("-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", "PORT", "--workers", "2")
QUIET = ("--no-ws", "--log-level", "warning", "--workers-kill-timeout", "2")
DJANGO = (
    sys.executable,
    "-P",
    *WSGI,
    "--blocking-threads",
    "4",
    *QUIET,
    "bench.peers.django_site:application",
)
FASTAPI = (sys.executable, "-P", *ASGI, *QUIET, "bench.peers.fastapi_site:application")
LITESTAR = (sys.executable, "-P", *ASGI, *QUIET, "bench.peers.litestar_site:application")
WAYS = {
    "ours: Django, one statement": None,
    "Django, a view that reads nothing": (DJANGO, "trivial"),
    "Django models": (DJANGO, "models"),
    "django-ninja over models": (DJANGO, "ninja"),
    "Django REST framework over models": (DJANGO, "drf"),
    "FastAPI, our statement": (FASTAPI, "fastapi"),
    "Litestar, our statement": (LITESTAR, "litestar"),
}
CODES = 100


def run(scale: Scale) -> Result:
    """20,000 records of 4,000 organizations."""
    result = Result("site", "Public answer about an organization")
    file = scale.file("site.csv")
    rows = scale.size(20_000, 2_000)
    generate(Recipe(rows=rows), file)
    with served(scale.folder / "site") as databases:
        environment = databases.environment | {"DATABASE_URL": databases.address("anxin")}
        _, _, problem = in_child(
            "bench.intake_work:take_in_file", {"path": str(file), "environment": environment}
        )
        if problem:
            raise RuntimeError(problem)
        with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("ANALYZE")
            found = connection.execute(
                "SELECT uscc FROM published_organization ORDER BY md5(uscc) LIMIT %s", [CODES]
            )
            codes = [row[0] for row in found.fetchall()]
        _reads(scale, result, codes, environment)
        _http(scale, result, codes, environment)
    result.notes.append(
        f"{rows:,} records of about {rows // 5:,} organizations; {CODES} of them asked for in turn; nothing cached."
    )
    file.unlink()
    return result


def _reads(scale: Scale, result: Result, codes: list[str], environment: dict[str, str]) -> None:
    number = 100 if scale.quick else 3_000
    arguments = {"codes": codes, "number": number, "environment": environment}
    runs = race(
        [
            Contender("ours: one statement that returns JSON", WORK + "statement", arguments),
            Contender("Django models", WORK + "models", arguments),
            Contender("four prepared statements by key, rows only", WORK + "four_statements", arguments),
        ],
        scale.rounds,
    )
    result.race_table("On one connection, without a web server", runs, runs[0], number)
    result.figures += [
        Figure("reads a second on one connection", number / runs[0].median, "/s"),
        Figure("ahead of Django models", runs[1].median / runs[0].median, "×", 1.0, at_most=False),
        Figure("of what four plain statements bear", runs[2].median / runs[0].median, "×"),
    ]


def _http(scale: Scale, result: Result, codes: list[str], environment: dict[str, str]) -> None:
    paths = [f"/api/organizations/{code}" for code in codes]
    seconds = 1.0 if scale.quick else 8.0
    found: dict[str, list[Load]] = {}
    for _ in range(scale.rounds):
        for name, way in WAYS.items():
            if way is not None and not scale.peers:
                continue
            try:
                loaded = _one(scale, way, paths, seconds, environment)
                found.setdefault(name, []).append(loaded)
            except (OSError, RuntimeError) as problem:
                result.notes.append(f"{name}: {problem}")
    middle = {name: sorted(loads, key=lambda one: one.rate)[len(loads) // 2] for name, loads in found.items()}
    head = ["server (granian, 2 workers)", "requests/s", "p50 ms", "p95 ms", "p99 ms", "failed"]
    result.tables["HTTP at 16 connections"] = [head] + [
        [name, f"{one.rate:,.0f}", f"{one.p50:.1f}", f"{one.p95:.1f}", f"{one.p99:.1f}", str(one.failed)]
        for name, one in middle.items()
    ]
    ours = middle["ours: Django, one statement"]
    result.figures += [
        Figure("HTTP requests a second, public organization JSON", ours.rate, "/s", 1_200, at_most=False),
        Figure("p99 at 16 connections", ours.p99, "ms", 40.0),
    ]
    result.notes.append(
        f"Load came from {ours.tool} on the same machine, which the server shares its cores with."
    )


def _one(
    scale: Scale,
    way: tuple[tuple[str, ...], str] | None,
    paths: list[str],
    seconds: float,
    environment: dict[str, str],
) -> Load:
    command, choice = way or (None, "")
    run = {**environment, "ANXIN_BENCH_WAY": choice}
    with website(scale.folder / "web", run, command, paths[0]) as port:
        load(port, paths, max(1.0, seconds / 4))
        loaded = load(port, paths, seconds)
    print(f"  {choice or 'ours'}: {loaded.rate:,.0f}/s, p99 {loaded.p99:.1f} ms", file=sys.stderr, flush=True)
    return loaded
