"""A small town to read in: generated penalties, the demonstration's accounts, and a key for the interface.

Runs in a process of its own (`bench.frame.in_child`), as whoever administers the database.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.generate import Recipe, generate
from bench.intake_work import take_in_file

UNIT = "market-regulator"
WANTED = ("officer", "department", "company")
KEY_LASTS = timedelta(days=2)
# Roles and representations hold since then.
BEGUN = datetime(2020, 1, 1, tzinfo=UTC)
CODES = 200
_MOST_RECORDS = """
SELECT o.uscc FROM published_organization o JOIN records_recordversion v USING (subject_id)
WHERE o.uscc IS NOT NULL GROUP BY o.uscc ORDER BY count(*) DESC, o.uscc LIMIT %s
"""


def settle_town(rows: int, file: str, environment: dict[str, str]) -> dict[str, Any]:
    """Take in `rows` penalties of a fifth as many organizations; `{"key", "codes", "rows"}`, codes of those with records.

    Accounts that are there already stay as they are: the town may be settled again over a kept folder.
    """
    # Before anything reads the settings.
    os.environ.update(environment)
    path = Path(file)
    generate(Recipe(rows=rows), path)
    take_in_file(str(path), environment)
    path.unlink()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(_MOST_RECORDS, [CODES])
        codes = [code for (code,) in cursor.fetchall()]
    _accounts(codes)
    return {"key": _key(), "codes": codes, "rows": rows}


def _accounts(codes: list[str]) -> None:
    from anxin.access.models import Representation
    from anxin.access.representations import verify_representation
    from anxin.authorities.models import Account, Unit
    from anxin.authorities.services import assign_role
    from anxin.city.accounts import ACCOUNTS
    from anxin.subjects.models import Organization, Subject

    for one in ACCOUNTS:
        if one.username not in WANTED or Account.objects.filter(username=one.username).exists():
            continue
        account = Account.objects.create_account(one.username, one.password, display_name=one.display_name)
        if one.role:
            unit = Unit.objects.get(code=one.unit)
            begins = BEGUN.date()
            assign_role(
                account=account, unit=unit, role=one.role, begins=begins, ends=None, by_account_id=None
            )
        for position in one.represents:
            verify_representation(
                account=account,
                subject=Subject.objects.get(pk=Organization.objects.get(uscc=codes[position]).pk),
                verification=Representation.Verification.DEMONSTRATION,
                by=None,
                at=BEGUN,
            )


def _key() -> str:
    from django.utils import timezone

    from anxin.authorities.models import Unit
    from anxin.authorities.services import issue_provider_key

    unit = Unit.objects.get(code=UNIT)
    return issue_provider_key(unit=unit, by_account_id=None, at=timezone.now(), valid_for=KEY_LASTS)
