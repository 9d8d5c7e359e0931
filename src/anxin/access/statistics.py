"""Public statistics: how many subjects have records of which item, never telling of a few persons (Art. 14(2)).

The database counts and decides what may be known (`release_statistics` there, migration 0026): no number about persons that is not
told comes out of it, not even to this code.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import IntegrityError, connection, connections, transaction

from anxin.access.constraints import broken
from anxin.access.models import StatisticsThreshold
from anxin.audit.services import Reading, Route, System, log_query, record_event
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.law.pack import Parameter

CLAUSE = "anshan-2022-9/14/2"
THRESHOLD = "statistics.least_persons"
# What stands in `fields` of the row under which everything is counted; no door to records opens for it.
COUNTED = "statistics"
ONCE = "statistics_once_a_day"
PURPOSE = "公开统计：按目录项清点主体数"
_LATEST = """
SELECT jsonb_build_object(
    'released_on', s.released_on, 'fewer_than', s.least,
    'cells', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'item', i.code, 'name_zh', v.name_zh, 'name_en', v.name_en, 'subject_kind', c.subject_kind,
                   'number', c.number, 'since', c.since) ORDER BY i.code, c.subject_kind DESC), '[]'::jsonb)
        FROM access_statisticscell c
        JOIN catalog_catalogitem i ON i.id = c.item_id
        JOIN catalog_catalogitemversion v ON v.item_id = c.item_id AND v.valid_from <= s.released_on
            AND (v.valid_to IS NULL OR v.valid_to > s.released_on)
        WHERE c.release_id = s.id))::text
FROM access_statisticsrelease s ORDER BY s.released_on DESC LIMIT 1
"""


class AlreadyReleased(Refusal):
    """There is a release of this day."""

    code: ClassVar[str] = "E-STATISTICS-DAY"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("今天的统计已经发布。", "Today's statistics are released already.")
    remedy = Bilingual("请明天再发布。", "Release again tomorrow.")


def publish_threshold(*, parameter: Parameter, pack: str) -> None:
    """Bring the pack's threshold, from day to day, into the database. Twice is nothing; a day's value never changes."""
    StatisticsThreshold.objects.bulk_create(
        [
            StatisticsThreshold(valid_from=dated.valid_from, least=dated.value, pack=pack)
            for dated in parameter.values
        ],
        ignore_conflicts=True,
    )


@carries_out("anshan-2022-9/14/2")
def release_statistics(*, system: System, by_account_id: int | None = None) -> int:
    """Log that everything is counted, then release what may be known; the release's number.

    At most once a day: raises `AlreadyReleased`. Raises `LogNotCommitted` inside a transaction.
    """
    entry = log_query(
        Reading(
            route=Route.MAINTENANCE,
            system=system,
            reader_account_id=by_account_id or 0,
            purpose=PURPOSE,
            clause=CLAUSE,
            fields=[COUNTED],
        )
    )
    try:
        return _release(entry, by_account_id)
    except IntegrityError as error:
        if broken(error) == ONCE:
            raise AlreadyReleased from None
        raise


@transaction.atomic
def _release(entry: int, by_account_id: int | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT release_statistics(%s)", [entry])
        number = int(cursor.fetchone()[0])
    record_event(
        act="release_statistics", clause=CLAUSE, by_account_id=by_account_id, details={"release": number}
    )
    return number


def published_statistics() -> dict[str, Any] | None:
    """The latest release, on the site's connection; None before the first.

    `{"released_on", "fewer_than", "cells": [{"item", "name_zh", "name_en", "subject_kind", "number", "since"}]}`, by item,
    organizations first. `number` and `since` are None where the number is not told.
    """
    with connections["site"].cursor() as cursor:
        cursor.execute(_LATEST)
        row = cursor.fetchone()
    return None if row is None else json.loads(row[0])
