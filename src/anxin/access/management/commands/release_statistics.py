"""`manage release_statistics [--first]`: count and publish the public statistics, at most once a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from anxin.access.statistics import AlreadyReleased, published_statistics, release_statistics
from anxin.audit.services import System


class Command(BaseCommand):
    """Says that there is a release of the day already, where there is one; that is no failure."""

    help = "Count subjects by catalog item and publish what may be known."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--first", action="store_true", help="only where nothing was ever released")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["first"] and published_statistics() is not None:
            return
        try:
            number = release_statistics(system=System.COMMAND)
        except AlreadyReleased as refusal:
            self.stdout.write(f"{refusal.explain('zh')} / {refusal.explain('en')}")
            return
        self.stdout.write(f"statistics: release {number}")
