"""A database that is away, slow or locked is a 503 with the seconds to wait, as a page and as a problem document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError, connection, connections
from django.test import Client
from psycopg_pool import ConnectionPool, PoolTimeout

from anxin.config.database import databases
from anxin.config.unavailable import is_away
from tests.audit.sealed import database_address

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
PAGE, INTERFACE = "/organizations/91210399000000000X/", "/api/organizations/91210399000000000X"


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@contextmanager
def locked(table: str) -> Iterator[None]:
    with psycopg.connect(database_address()) as other:
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")  # type: ignore[call-overload]
        yield


def assert_told_to_come_back(response: Any) -> None:
    assert response.status_code == 503
    assert int(response["Retry-After"]) <= 2
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("setting", ["statement_timeout", "lock_timeout"])
@pytest.mark.parametrize("path", [PAGE, INTERFACE])
def test_a_statement_that_takes_too_long_is_no_error_of_ours(
    visitor: Client, setting: str, path: str
) -> None:
    assert visitor.get(path).status_code == 404
    with connections["site"].cursor() as cursor:
        cursor.execute(f"SET {setting} = '100ms'")
    try:
        with locked("subjects_organization"):
            response = visitor.get(path)
    finally:
        connections["site"].close()
    assert_told_to_come_back(response)
    assert ("problem+json" in response["Content-Type"]) == (path == INTERFACE)
    assert "E-UNAVAILABLE" in response.content.decode()
    assert visitor.get(path).status_code == 404


def test_a_connection_that_broke_is_no_error_of_ours(visitor: Client) -> None:
    assert visitor.get(INTERFACE).status_code == 404
    with connections["site"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [number] = cursor.fetchone()
    with psycopg.connect(database_address(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [number])
    try:
        assert_told_to_come_back(visitor.get(INTERFACE))
    finally:
        connections["site"].close()
    assert visitor.get(INTERFACE).status_code == 404


def test_what_we_asked_wrongly_stays_an_error() -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError) as told:
        cursor.execute("SELECT nothing_of_that_name")
    assert not is_away(told.value)
    assert not is_away(ValueError())
    assert not is_away(None)


def test_an_exhausted_pool_and_a_server_that_is_away_are_told_apart_from_errors() -> None:
    with ConnectionPool(database_address(), min_size=1, max_size=1, open=True) as pool, pool.connection():
        with pytest.raises(PoolTimeout) as told:
            pool.getconn(timeout=0.05)
        assert is_away(told.value)
    with pytest.raises(psycopg.OperationalError) as away:
        psycopg.connect("postgresql://nobody@127.0.0.1:1/none", connect_timeout=1)
    assert is_away(away.value)
    wrapped = OperationalError()
    wrapped.__cause__ = told.value
    assert is_away(wrapped)


def test_only_the_website_s_own_logins_are_hurried() -> None:
    split = databases("postgresql://a@h/d", pool_size=4, casework="postgresql://b@h/d")
    assert "statement_timeout" in split["default"]["OPTIONS"]["options"]
    assert "lock_timeout" in split["default"]["OPTIONS"]["options"]
    assert "options" not in split["casework"]["OPTIONS"]
    assert split["site"]["OPTIONS"]["pool"]["timeout"] <= 2
    assert "options" not in databases("postgresql://a@h/d", pool_size=0)["default"]["OPTIONS"]
