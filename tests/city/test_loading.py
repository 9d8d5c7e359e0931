"""The city goes in through the product's own services, and leaves something to do on the officer's desk."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from anxin.audit.models import EventLogEntry
from anxin.city.loading import load
from anxin.cli import secret_files
from anxin.intake.models import QueuedRow, RowDecision
from anxin.records.models import RecordEvent, RecordVersion
from anxin.subjects.keys import load_key_ring
from anxin.subjects.models import FormerName, Organization

pytestmark = pytest.mark.django_db


def test_the_city_has_records_events_doubts_and_an_undone_decision(tmp_path: Path) -> None:
    call_command("load_pack", verbosity=0)
    ring = load_key_ring(secret_files.environment(tmp_path / "private")["ANXIN_KEY_RING"])

    loaded = load(
        seed=1,
        as_of=date(2026, 11, 20),
        received_at=datetime(2026, 11, 20, 1, tzinfo=UTC),
        folder=tmp_path / "city",
        keys=ring,
    )

    assert loaded == RecordVersion.objects.count() - 2  # one row of doubt was stored, one stored and undone
    assert Organization.objects.count() >= 2_000
    decisions = RowDecision.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(decisions) == ["returned", "new_name", "name_stays"]
    assert RowDecision.objects.filter(decision__undone_at__isnull=False).count() == 1
    assert QueuedRow.objects.filter(decision__isnull=True).count() == 8
    by_hand = RecordEvent.objects.filter(by_account_id__isnull=False)
    assert {"withdrawn", "annulled", "objected", "link_undone"} == set(by_hand.values_list("kind", flat=True))
    assert FormerName.objects.filter(valid_to__lt=date(2026, 1, 1)).count() == (
        EventLogEntry.objects.filter(act="record_former_name").count()
    )
    assert EventLogEntry.objects.filter(act="verify_representation").count() == 2
