"""The product, as the benches import it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import django

from anxin.catalog.definitions import ItemDefinition

if TYPE_CHECKING:
    from anxin.intake.checks import Checked

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


def checked_frames(path: Path, as_of: date) -> Iterator[Checked]:
    """Read and check a file as intake does, frame by frame, without a database."""
    item = penalty_item()
    from anxin.intake.checks import check_frame
    from anxin.intake.header import choose_columns, load_mapping, match_header, terms_of
    from anxin.intake.reading import ROW_NUMBER, open_table

    table, mapping = open_table(path), load_mapping("double-publicity")
    columns = choose_columns(match_header(table.header, item, mapping))
    terms = terms_of(mapping, as_of=as_of)
    for raw in table.frames():
        yield check_frame(raw.select(ROW_NUMBER, *columns), item, terms)
