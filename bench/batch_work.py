"""Contenders of the batch bench, each in a process of its own."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anxin.access.models import UseListItem
    from anxin.authorities.models import Account

USE_ITEM = "permit-review"


def ours(path: str, environment: dict[str, str]) -> dict[str, Any]:
    """The product's own way: a file, checked, ordered, logged, answered; the answer lies sealed on the disk."""
    account, item = _reader(environment)
    from django.utils import timezone

    from anxin.access.batch import answering
    from anxin.access.batch.identifiers import identifiers_in_file
    from anxin.access.batch.ordering import BatchOrder, order_batch
    from anxin.audit.services import System
    from anxin.intake.reading import Source

    order = BatchOrder(
        account_id=account.pk,
        unit=item.units[0],
        system=System.COMMAND,
        case_reference="虚构案件",
        use_item=item.code,
    )
    marks = [time.perf_counter()]
    identifiers = identifiers_in_file(Source.of_path(Path(path)), on=timezone.localdate())
    marks.append(time.perf_counter())
    batch = order_batch(order=order, identifiers=identifiers, at=timezone.now())
    marks.append(time.perf_counter())
    done = answering.answer_batch(number=batch.pk, at=timezone.now())
    marks.append(time.perf_counter())
    assert done.as_of is not None
    # The answer is read as of the beginning of its transaction, when all log rows are committed.
    logging = done.as_of.timestamp() - (time.time() - (time.perf_counter() - marks[2]))
    stages = {"check": marks[1] - marks[0], "order": marks[2] - marks[1], "log": logging}
    stages["read"] = marks[3] - marks[2] - logging
    return {
        "seconds": marks[3] - marks[0],
        "stages": stages,
        "asked": done.asked,
        "found": done.found,
        "lines": done.written,
        "here": time.process_time(),
    }


def one_by_one(path: str, environment: dict[str, str], number: int) -> dict[str, Any]:
    """The same reading of the first so many identifiers, each logged and read for itself."""
    account, item = _reader(environment)
    from django.utils import timezone

    from anxin.access.desk_reading import NothingToRead
    from anxin.access.ex_officio import Matter, UnitReader, read_ex_officio
    from anxin.audit.services import System

    with Path(path).open(encoding="utf-8") as file:
        asked = [line.strip() for _, line in zip(range(number + 1), file, strict=False)][1:]
    reader = UnitReader(account_id=account.pk, unit=item.units[0], system=System.COMMAND)
    matter, found = Matter(item=item.code, case_reference="虚构案件"), 0
    began = time.perf_counter()
    for code in asked:
        try:
            read_ex_officio(reader=reader, matter=matter, code=code, at=timezone.now())
            found += 1
        except NothingToRead:
            continue
    return {"seconds": time.perf_counter() - began, "asked": len(asked), "found": found}


def bare(path: str, address: str, logged: bool) -> dict[str, Any]:
    """The physical limit: COPY in, one join, COPY out of names; with log rows that carry no commitment and no index."""
    import psycopg

    from bench.databases import BLOCK

    began = time.perf_counter()
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE asked (code text) ON COMMIT DROP")
        with (
            Path(path).open("rb") as source,
            cursor.copy("COPY asked FROM STDIN (FORMAT csv, HEADER)") as copy,
        ):
            while block := source.read(BLOCK):
                copy.write(block)
        if logged:
            cursor.execute("DROP TABLE IF EXISTS bare_log")
            cursor.execute("CREATE TABLE bare_log (at timestamptz, subject bigint, asked text, purpose text)")
            cursor.execute(
                "INSERT INTO bare_log SELECT clock_timestamp(), o.subject_id, a.code, 'bench'"
                " FROM asked a LEFT JOIN subjects_organization o ON o.uscc = a.code"
            )
        joined = "SELECT a.code, o.name FROM asked a LEFT JOIN subjects_organization o ON o.uscc = a.code"
        with cursor.copy(f"COPY ({joined}) TO STDOUT") as out:
            size = sum(len(block) for block in out)
    return {"seconds": time.perf_counter() - began, "bytes": size}


def _reader(environment: dict[str, str]) -> tuple[Account, UseListItem]:
    os.environ.update(environment)
    from bench.product import prepare_django

    prepare_django()
    from anxin.access.models import UseListItem
    from anxin.authorities.models import Account

    account, _ = Account.objects.get_or_create(username="bench", defaults={"display_name": "bench"})
    return account, UseListItem.objects.get(code=USE_ITEM)
