"""`manage load_demo_city [--seed N]`: load the demonstration city once; nothing where it is there already."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from anxin.city.loading import load
from anxin.subjects.keys import load_key_ring

# The city's own day: what it looks like depends on nothing else.
AS_OF = date(2026, 11, 20)


class Command(BaseCommand):
    """Loads all or nothing."""

    help = "Load the fictional demonstration city through intake."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        at = datetime.combine(AS_OF, time(9), ZoneInfo("Asia/Shanghai"))
        number = load(
            seed=options["seed"],
            as_of=AS_OF,
            received_at=at,
            folder=settings.DATA_FOLDER / "city",
            keys=load_key_ring(settings.KEY_RING),
        )
        self.stdout.write(f"city: {number} new records")
