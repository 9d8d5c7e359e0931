"""`manage load_pack`: bring units, catalog and use list of the rule pack into the database; nothing where nothing changed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from anxin.access.statistics import THRESHOLD, publish_threshold
from anxin.access.use_items import publish_use_list
from anxin.access.use_list import read_use_list
from anxin.authorities.pack import read_units
from anxin.authorities.services import publish_units
from anxin.catalog.code_kinds import publish_code_kinds, read_code_kinds
from anxin.catalog.pack import PACKS, read_catalog
from anxin.catalog.services import publish_catalog
from anxin.law.registry import load_pack as read_law

NATIONAL_PACK = "china"


class Command(BaseCommand):
    """Reads, checks and publishes; a fault in any file leaves the database as it was."""

    help = "Publish the units, catalog items and use list of the rule pack."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pack", default=settings.LAW_PACK)

    def handle(self, *args: Any, **options: Any) -> None:
        pack = options["pack"]
        units = read_units(PACKS / pack / "units")
        kinds = read_code_kinds([PACKS / NATIONAL_PACK, PACKS / pack])
        law = read_law(pack)
        items = read_catalog(
            [PACKS / NATIONAL_PACK / "catalog", PACKS / pack / "catalog"],
            law=law,
            code_kinds=kinds,
        )
        uses = read_use_list(PACKS / pack, law=law, catalog=items, units={unit.code for unit in units})
        with transaction.atomic():
            new_units = publish_units(definitions=units, by_account_id=None)
            publish_code_kinds(kinds=kinds.values())
            publish_threshold(parameter=law.parameter(THRESHOLD), pack=pack)
            new_items = publish_catalog(
                definitions=items, pack=pack, by_account_id=None, on=timezone.localdate(), whole=True
            )
            new_uses = publish_use_list(items=uses, pack=pack, by_account_id=None, on=timezone.localdate())
        told = f"{len(new_units)} new units, {len(new_items)} new catalog versions, {len(new_uses)} uses"
        self.stdout.write(f"{pack}: {told}")
