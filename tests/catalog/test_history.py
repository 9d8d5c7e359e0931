"""The public history of an item: every version, and what each says otherwise than the one before (Art. 9(2), 10(2))."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from django.test import Client

from anxin.catalog.definitions import ItemDefinition
from anxin.catalog.history import Change, changes
from anxin.catalog.pack import PACKS, read_catalog
from anxin.catalog.services import publish_catalog


def honor() -> ItemDefinition:
    return next(item for item in read_catalog([PACKS / "china" / "catalog"]) if item.code == "honor")


def test_a_new_version_tells_particulars_first_then_fields_in_their_order() -> None:
    before = honor()
    first, second, *rest = before.fields
    longer = dataclasses.replace(first, length=99, required=False)
    added = dataclasses.replace(second, name="added_one")
    after = dataclasses.replace(before, update_frequency="yearly", fields=(longer, added, *rest))

    assert changes(before, after) == (
        Change("particular", None, ("update_frequency",)),
        Change("altered", first.label, ("length", "required")),
        Change("added", second.label, ()),
        Change("removed", second.label, ()),
    )


def test_the_same_definition_under_another_number_changed_nothing() -> None:
    assert changes(honor(), dataclasses.replace(honor(), number=2, valid_from=date(2026, 1, 1))) == ()


@pytest.mark.django_db(databases=["default", "site"])
def test_the_page_shows_every_version_and_what_it_changed(client: Client) -> None:
    publish_catalog(definitions=[honor()], pack="test", by_account_id=None, on=date(2026, 1, 1))
    changed = dataclasses.replace(honor(), update_frequency="yearly")
    publish_catalog(definitions=[changed], pack="test", by_account_id=None, on=date(2026, 11, 1))

    page = client.get("/catalog/honor/").content.decode()

    assert "第 2 版，2026年11月1日起施行" in page
    assert "第 1 版，2022年8月14日起施行，2026年11月1日起失效" in page
    assert "更新频次" in page.split("历次版本")[1]
    assert 'href="/law/9/"' in page
