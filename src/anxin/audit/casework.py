"""Work that compares with what is on file runs under a database login of its own, with the rights of `jobs` (Art. 12, 45).

The website's login cannot select what the gate guards. Where the website itself stores a file, carries out a decision or an act
on a record, it does so inside `casework()`, on another connection; what a person is shown still comes through the gate, with the
website's own login. The worker and commands have such a login from the start: there this changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections

ALIAS = "casework"


@contextmanager
def casework() -> Iterator[None]:
    """Within it, and within functions that bear it, the default connection is the one for casework. May be nested."""
    with change_login():
        yield


@contextmanager
def change_login() -> Iterator[None]:
    """Lend this thread's default connection the other login, where there is one."""
    own = connections[DEFAULT_DB_ALIAS]
    if ALIAS not in connections.settings or own.alias == ALIAS:
        yield
        return
    connections[DEFAULT_DB_ALIAS] = connections[ALIAS]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = own
