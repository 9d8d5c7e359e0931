"""What every test shares."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import override_settings
from django.utils import translation
from hypothesis import settings

from anxin.access.rights import apply_rights
from anxin.cli import secret_files

# A gate must answer the same twice; at the desk every run looks for new examples.
settings.register_profile("gate", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("gate")


@pytest.fixture(autouse=True)
def _language_of_the_last_request_ends_with_its_test() -> Iterator[None]:
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The tests' database has the owner and the grants that `anxin migrate` gives."""
    with django_db_blocker.unblock():
        connection.ensure_connection()
        address = connection.connection.info.dsn
        password = connection.settings_dict["PASSWORD"]
        with psycopg.connect(address, password=password, autocommit=True) as own:
            apply_rights(own)


@pytest.fixture(autouse=True, scope="session")
def _flush_between_tests_as_superuser() -> Iterator[None]:
    """Let the test runner empty append-only tables between tests, and nobody else.

    Their triggers refuse TRUNCATE, whoever asks; only a superuser session that says it is a replica gets past.
    """
    flush = DatabaseOperations.execute_sql_flush

    def flush_as_replica(self: Any, sql_list: list[str]) -> None:
        flush(
            self,
            ["SET session_replication_role = replica", *sql_list, "SET session_replication_role = origin"],
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush_as_replica)
        yield


@pytest.fixture(autouse=True, scope="session")
def _keys_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Key ring and signing keys, so that whatever issues a report can; a test that wants its own sets its own."""
    files = secret_files.environment(tmp_path_factory.mktemp("keys") / "private")
    names = ("KEY_RING", "SIGNING_KEYS", "PAPER_KEYS")
    with override_settings(**{name: files[f"ANXIN_{name}"] for name in names}):
        yield
