"""A unit's system reads by an item of the use list; what it received is noted for the feed of changes (Art. 13(1)(3), 20(2))."""

from __future__ import annotations

from datetime import datetime

from anxin.access.client_tokens import Caller
from anxin.access.ex_officio import Matter, UnitReader, read_ex_officio, read_person_ex_officio
from anxin.access.reading_files import ReadFile
from anxin.audit.services import System
from anxin.prepared import prepared_rows, prepared_value
from anxin.subjects.queries import PersonAsked

_NOTE = "INSERT INTO access_delivery (client_id, entry_id, snapshot) VALUES (%s, %s, %s)"


def read_for_client(
    *, caller: Caller, matter: Matter, code: str = "", person: PersonAsked | None = None, at: datetime
) -> ReadFile | None:
    """The answer to one question of an organization by `code`, or of a person; None as `read_person_ex_officio` gives it.

    Raises as those do. What is noted is what could be seen before the reading: a change that comes in between is told twice
    rather than never.
    """
    reader = UnitReader(
        account_id=caller.account_id, unit=caller.unit_code, system=System.API, client_id=caller.client_id
    )
    seen = _snapshot()
    found = (
        read_ex_officio(reader=reader, matter=matter, code=code, at=at)
        if person is None
        else read_person_ex_officio(reader=reader, matter=matter, person=person, at=at)
    )
    if found is not None:
        prepared_rows(_NOTE, [caller.number, found.entry, seen])
    return found


def _snapshot() -> str:
    return str(prepared_value("SELECT pg_current_snapshot()::text"))
