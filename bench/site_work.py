"""Contenders of the site bench that read on one connection, without a web server."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from typing import Any

FOUR = (
    "SELECT * FROM subjects_organization WHERE uscc = %s",
    "SELECT * FROM subjects_formername WHERE organization_id = %s",
    "SELECT * FROM records_recordversion WHERE subject_id = %s",
    "SELECT * FROM records_recordevent WHERE subject_id = %s",
)


def _ask(codes: list[str], number: int, read: Callable[[str], Any]) -> dict[str, Any]:
    for code in codes[:20]:
        read(code)
    began = time.perf_counter()
    size = sum(len(read(codes[place % len(codes)])) for place in range(number))
    return {"seconds": time.perf_counter() - began, "characters": size // number}


def statement(codes: list[str], number: int, environment: dict[str, str]) -> dict[str, Any]:
    """The product's read model: one statement that returns JSON."""
    os.environ.update(environment)
    from bench.product import prepare_django

    prepare_django()
    from anxin.access.published import organization_answer

    def read(code: str) -> str:
        found = organization_answer(code)
        return found.text if found else ""

    return _ask(codes, number, read)


def models(codes: list[str], number: int, environment: dict[str, str]) -> dict[str, Any]:
    """The same facts by Django models."""
    os.environ.update(environment)
    from bench.product import prepare_django

    prepare_django()
    from bench.peers.models import organization

    return _ask(codes, number, lambda code: json.dumps(organization(code), ensure_ascii=False))


def four_statements(codes: list[str], number: int, environment: dict[str, str]) -> dict[str, Any]:
    """What the server bears: four prepared statements by key, their rows fetched and nothing made of them."""
    import psycopg

    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:

        def read(code: str) -> str:
            found = connection.execute(FOUR[0], [code], prepare=True).fetchone()
            assert found is not None
            for one in FOUR[1:]:
                connection.execute(one, [found[0]], prepare=True).fetchall()
            return ""

        return _ask(codes, number, read)
