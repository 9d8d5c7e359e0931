"""One set-up for all tests of the gate: its data is committed, and emptied at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command

from tests.access.gate.guarded import Guarded, guarded_data


@pytest.fixture(scope="package")
def guarded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Guarded]:
    with django_db_blocker.unblock():
        with guarded_data(tmp_path_factory.mktemp("logins")) as found:
            yield found
        call_command("flush", interactive=False, verbosity=0)
