"""The whole city goes in through intake, and its figures are those that were planned."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from anxin.city.files import write_city
from anxin.city.loading import load
from anxin.city.persons import make_persons
from anxin.cli import secret_files
from anxin.kernel.identifiers.resident_id import resident_id_errors
from anxin.subjects.keys import load_key_ring

AS_OF = date(2026, 11, 20)


def figures(statement: str) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return dict(cursor.fetchall())


@pytest.mark.django_db
def test_the_city_holds_what_was_planned_under_both_restoration_orders(tmp_path: Path) -> None:
    call_command("load_pack", verbosity=0)
    keys = load_key_ring(secret_files.environment(tmp_path / "private")["ANXIN_KEY_RING"])

    accepted = load(
        seed=1, as_of=AS_OF, received_at=datetime(2026, 11, 20, 1, tzinfo=UTC), folder=tmp_path, keys=keys
    )

    subjects = figures("SELECT kind, count(*) FROM subjects_subject GROUP BY 1")
    assert subjects["natural_person"] == 500
    assert subjects["legal_person"] + subjects["unincorporated_organization"] == 2_000
    # 20,000 rows of the departments and two of the doubtful ones; the rest of those waits or was decided.
    assert accepted == 20_002
    doubts = figures("SELECT reason, count(*) FROM intake_queuedrow WHERE decision_id IS NULL GROUP BY 1")
    assert doubts == {"Q-NAME": 4, "Q-KEY-CONFLICT": 2, "Q-DOCUMENT-CONFLICT": 2}
    items = figures(
        "SELECT i.code, count(*) FROM records_creditrecord r JOIN catalog_catalogitem i ON i.id = r.item_id GROUP BY 1"
    )
    catalog = figures("SELECT code, 0 FROM catalog_catalogitem")
    assert set(items) == set(catalog)
    assert items["city-regulation-breach"] == 200
    rules = figures("SELECT display_rule_version, count(*) FROM records_recordversion GROUP BY 1")
    assert rules["penalty_tiers/ndrc-order-58"] > 3_000
    assert rules["penalty_tiers/ndrc-order-36"] > 500
    shown = figures(
        "SELECT s.kind, count(v.display_from) FROM records_recordversion v"
        " JOIN subjects_subject s ON s.id = v.subject_id GROUP BY 1"
    )
    assert shown["natural_person"] == 0
    assert figures("SELECT 'units', count(*) FROM authorities_unit")["units"] >= 30


def test_persons_have_valid_numbers_of_nobodys_division_and_names_of_their_own() -> None:
    persons = make_persons()

    assert len({one.resident_id for one in persons}) == len({one.name for one in persons}) == 500
    assert all(one.resident_id.startswith("210399") for one in persons)
    assert not any(resident_id_errors(one.resident_id) for one in persons)


def test_every_item_has_rows(tmp_path: Path) -> None:
    _, files = write_city(tmp_path, seed=1, as_of=AS_OF)

    rows = Counter[str]()
    for file in files:
        rows[file.item] += file.rows
    assert sum(rows.values()) == 20_000
    assert len(rows) == 26
