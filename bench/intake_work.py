"""Contenders of the intake bench, each in a process of its own."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.stages import Stages

RECEIVED_AT = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def take_in_file(path: str, environment: dict[str, str], returned: str | None = None) -> dict[str, Any]:
    """The product's own way: one file, from its bytes to stored records and the workbook of returned rows."""
    os.environ.update(environment)
    from bench.product import ITEM, prepare_django

    prepare_django()
    from django.conf import settings
    from django.db import connection

    from anxin.intake.orders import Order
    from anxin.intake.services import take_in
    from anxin.subjects.keys import load_key_ring

    order = Order(
        path=Path(path),
        item=ITEM,
        unit=None,
        channel="command",
        received_at=RECEIVED_AT,
        as_of=RECEIVED_AT.date(),
        returned_to=Path(returned) if returned else None,
    )
    keys = load_key_ring(settings.KEY_RING)
    began = time.perf_counter()
    with Stages() as stages:
        outcome = take_in(order, keys)
    seconds = time.perf_counter() - began
    backend = connection.connection.info.backend_pid if connection.connection else 0
    used = {"here": time.process_time(), "database": processor_seconds(backend)}
    return {"seconds": seconds, "outcome": asdict(outcome), "stages": stages.seconds(), "processor": used}


def processor_seconds(pid: int) -> float:
    """What a process has used of the processors so far; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bare_copy(address: str, files: dict[str, str]) -> dict[str, Any]:
    """The physical limit: COPY of rows that are ready into the same indexed tables, in one transaction."""
    import psycopg

    from bench.databases import copy_in

    parts: dict[str, float] = {}
    began = time.perf_counter()
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        for table, file in files.items():
            start = time.perf_counter()
            copy_in(cursor, table, Path(file))
            parts[table] = time.perf_counter() - start
        start = time.perf_counter()
        connection.commit()
        parts["commit"] = time.perf_counter() - start
        used = {"here": time.process_time(), "database": processor_seconds(connection.info.backend_pid)}
    return {"seconds": time.perf_counter() - began, "parts": parts, "processor": used}
