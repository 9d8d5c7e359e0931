"""Requests of the test client run with the website's rights, and casework within them with those of jobs.

Set-up and assertions stay with the tests' own login. Imported by the conftest of the folders whose tests make requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from anxin.audit import casework


@contextmanager
def role(name: str) -> Iterator[None]:
    """Take a role on, and the one before it on again."""
    if connection.connection is None:
        # Nothing of the database was opened: the test has none, or the request will open what it needs itself.
        yield
        return
    # Past Django, which counts queries.
    own = connection.connection
    before = own.execute("SELECT current_setting('role')").fetchone()[0]
    own.execute(f"SET ROLE {name}")
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            connection.connection.execute(f"SET ROLE {before}")


@pytest.fixture(autouse=True)
def under_application_role(monkeypatch: pytest.MonkeyPatch) -> None:
    """Autouse where it is imported."""
    request = Client.request

    def narrowed(self: Client, **environ: Any) -> Any:
        with role("anxin_application"):
            return request(self, **environ)

    monkeypatch.setattr(Client, "request", narrowed)
    monkeypatch.setattr(casework, "change_login", lambda: role("anxin_jobs"))
