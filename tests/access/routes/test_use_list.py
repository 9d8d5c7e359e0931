"""The use list of the pack: read with file and line of every fault, published in versions, kept by constraints (Art. 20)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from anxin.access.models import UseListItem
from anxin.access.use_items import publish_use_list, use_item_in_force, use_items_in_force, use_items_of
from anxin.access.use_list import UseItem, read_use_list
from anxin.audit.models import EventLogEntry
from anxin.authorities.pack import read_units
from anxin.catalog.pack import PACKS, read_catalog
from anxin.law.problems import PackError
from anxin.law.registry import load_pack
from tests.access.routes.setting import list_item

CATALOG = read_catalog([PACKS / "china" / "catalog", PACKS / "anshan" / "catalog"])
UNITS = {unit.code for unit in read_units(PACKS / "anshan" / "units")}
GOOD = """items:
  - code: a
    name: {zh: 甲, en: A}
    basis: anshan-2022-9/20/2
    units: [tax]
    purposes: [{zh: 用途, en: purpose}]
    subject_kinds: [legal_person]
    fields: [registration.name]
    from: 2022-08-14
"""


def read(folder: Path) -> tuple[UseItem, ...]:
    return read_use_list(folder, law=load_pack("anshan"), catalog=CATALOG, units=UNITS)


def test_art_20_1_the_packs_own_list_names_units_fields_and_clauses_that_there_are() -> None:
    items = read(PACKS / "anshan")

    assert 10 <= len(items) <= 15
    assert all(item.name.zh and item.name.en and item.purposes for item in items)
    assert all(item.unverified for item in items)
    assert any("natural_person" in item.subject_kinds for item in items)


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("fields: [registration.name]", "fields: [registration.shoe_size]", 8, "registration.shoe_size"),
        ("fields: [registration.name]", "fields: [no-such-item]", 8, "no-such-item"),
        ("fields: [registration.name]", "fields: [volunteering]", 8, "volunteering"),
        ("fields: [registration.name]", "fields: [administrative-penalty.legal_representative_id_number]", 8, "id_number"),
        ("units: [tax]", "units: [moon]", 5, "moon"),
        ("basis: anshan-2022-9/20/2", "basis: anshan-2022-9/99/1", 4, "anshan-2022-9/99/1"),
        ("subject_kinds: [legal_person]", "subject_kinds: [robot]", 7, "robot"),
        ("from: 2022-08-14", "from: 2022-08-14\n    to: 2022-08-14", 10, "it began"),
        ("from: 2022-08-14", "from: 2022-08-14\n    untill: 2023-08-14", 10, "untill"),
    ],
)  # fmt: skip
def test_a_fault_names_its_file_and_line(
    tmp_path: Path, before: str, after: str, line: int, words: str
) -> None:
    (tmp_path / "use_list.yaml").write_text(GOOD.replace(before, after), encoding="utf-8")

    with pytest.raises(PackError) as caught:
        read(tmp_path)

    told = str(caught.value)
    assert f"use_list.yaml:{line}" in told
    assert words in told


def test_a_pack_without_a_list_has_none(tmp_path: Path) -> None:
    assert read(tmp_path) == ()


@pytest.mark.django_db
def test_art_20_1_loading_the_pack_publishes_the_list_once() -> None:
    call_command("load_pack", verbosity=0)
    call_command("load_pack", verbosity=0)

    assert len(use_items_in_force(date(2026, 11, 25))) == UseListItem.objects.count() >= 10
    assert EventLogEntry.objects.filter(act="publish_use_list").count() == 1
    assert {item.code for item in use_items_of(["tax"], date(2026, 11, 25))} == set()
    assert {item.code for item in use_items_of(["court"], date(2026, 11, 25))} == {"enforcement-of-judgments"}


@pytest.mark.django_db
def test_art_20_1_a_changed_item_gets_a_new_version_and_a_gone_one_ends(tmp_path: Path) -> None:
    (tmp_path / "use_list.yaml").write_text(GOOD, encoding="utf-8")
    first = read(tmp_path)
    (tmp_path / "use_list.yaml").write_text(GOOD.replace("[tax]", "[tax, court]"), encoding="utf-8")
    second = read(tmp_path)
    day = date(2026, 5, 1)

    def publish(items: tuple[UseItem, ...], on: date) -> list[str]:
        return publish_use_list(items=items, pack="test", by_account_id=None, on=on)

    assert [publish(first, day), publish(first, day), publish(second, day)] == [["a"], [], ["a"]]
    before = use_item_in_force("a", "court", date(2026, 4, 30))
    after = use_item_in_force("a", "court", day)
    assert (before, after is not None) == (None, True)
    assert publish((), date(2026, 6, 1)) == ["a"]
    assert use_items_in_force(date(2026, 6, 1)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"units": []},
        {"fields": []},
        {"subject_kinds": []},
        {"basis": ""},
        {"valid_to": date(2022, 8, 14)},
    ],
)
def test_art_20_use_item_names_units_subjects_fields_and_a_period(wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        list_item(**wrong)


@pytest.mark.django_db
def test_art_20_one_version_in_force_and_none_is_rewritten() -> None:
    item = list_item()

    with pytest.raises(IntegrityError), transaction.atomic():
        list_item(number=2, valid_from=date(2024, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        UseListItem.objects.filter(pk=item.pk).update(fields=["everything"])
    UseListItem.objects.filter(pk=item.pk).update(valid_to=date(2026, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        UseListItem.objects.filter(pk=item.pk).update(valid_to=date(2027, 1, 1))
