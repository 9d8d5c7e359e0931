"""A unit's batches: where they stand, and their answers line by line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

from anxin.access.batch.files import open_answer
from anxin.access.models import Batch
from anxin.authorities.models import Account

COLUMNS = ("row", "code", "outcome", "reason", "as_of", "name", "disputed", "record", "version", "item", "recorded_at",
           "record_disputed", "marks", "fields")  # fmt: skip
_REFUSED = b'"code":null,'
# A spreadsheet takes a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def batch_of(account: Account, number: int) -> Batch | None:
    """A batch that this account ordered itself at the desk: the log names it as the reader, so nobody else takes the answer."""
    return Batch.objects.select_related("unit").filter(pk=number, by=account, client=None).first()


def batch_of_client(client: int, number: int) -> Batch | None:
    """A batch that this client ordered itself."""
    return Batch.objects.filter(pk=number, client_id=client).first()


def latest_batches(account: Account, most: int = 20) -> list[Batch]:
    """The latest that this account ordered itself at the desk, newest first."""
    return list(Batch.objects.select_related("unit").filter(by=account, client=None).order_by("-id")[:most])


def answer_lines(batch: Batch) -> Iterator[bytes] | None:
    """The answer as NDJSON in blocks; None where there is none, or its time is over."""
    source = open_answer(batch.stored_as) if batch.state == Batch.State.READY else None
    return None if source is None else source.blocks(size=1024 * 1024)


def as_csv(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same as CSV, one line a record, or one line where there is none; `marks` and `fields` are JSON in a cell."""
    rest = b""
    yield ("\ufeff" + ",".join(COLUMNS) + "\r\n").encode()
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        text = io.StringIO()
        writer = csv.writer(text)
        for line in lines:
            writer.writerows(_cells(json.loads(line)))
        yield text.getvalue().encode()


def refused_rows(blocks: Iterable[bytes]) -> Iterator[list[tuple[int, str]]]:
    """Number and reason of every row that was refused or repeats another, block by block."""
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        refused = [json.loads(line) for line in lines if _REFUSED in line]
        yield [(int(one["row"]), str(one["reason"])) for one in refused if one["code"] is None]


def _cells(answer: dict[str, object]) -> list[list[object]]:
    first = [_plain(answer.get(name)) for name in COLUMNS[:7]]
    records = answer["records"]
    assert isinstance(records, list)
    return [[*first, *(_plain(value) for value in _record(one))] for one in records] or [first + [""] * 7]


def _record(record: dict[str, object]) -> list[object]:
    plain = [record[name] for name in ("record", "version", "item", "recorded_at", "disputed")]
    return [*plain, *(json.dumps(record[name], ensure_ascii=False) for name in ("marks", "fields"))]


def _plain(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value
