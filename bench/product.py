"""The product, as the benches import it."""

from __future__ import annotations

import os
from functools import cache

import django

from anxin.catalog.definitions import ItemDefinition

ITEM = "administrative-penalty"


@cache
def prepare_django() -> None:
    """Settings and applications; a database is opened only by who uses one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.config.settings")
    django.setup()


@cache
def penalty_item() -> ItemDefinition:
    """The catalog item of administrative penalties, out of the pack."""
    prepare_django()
    from anxin.catalog.pack import PACKS, read_catalog

    return next(item for item in read_catalog([PACKS / "china" / "catalog"]) if item.code == ITEM)
