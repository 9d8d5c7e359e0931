"""The catalog as loaded from the pack: complete, immutable once in force, never two versions at once (Art. 9, 10)."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from tests.factories import make_item_version
from tests.shared_data import shared_file

from anxin.audit.models import EventLogEntry
from anxin.catalog.models import CatalogField, CatalogItemVersion
from anxin.catalog.pack import PACKS, read_catalog
from anxin.catalog.queries import ItemNotInForce, item_definition, versions_of
from anxin.catalog.services import publish_catalog
from anxin.law.problems import PackError

pytestmark = pytest.mark.django_db


def test_the_pack_publishes_about_25_items_and_loading_again_changes_nothing() -> None:
    call_command("load_pack", verbosity=0)
    first = CatalogItemVersion.objects.count()
    events = EventLogEntry.objects.count()

    call_command("load_pack", verbosity=0)

    assert 25 <= first <= 30
    assert CatalogItemVersion.objects.count() == first
    assert EventLogEntry.objects.count() == events


def test_the_double_publicity_templates_are_complete() -> None:
    """Each template column of the public programs is a field; older names of two columns are aliases elsewhere."""
    import csv

    known_elsewhere = {"CF_FR_SFZH", "XK_XDR_TYPE", "XK_FR_SFZH", "CF_FRDB", "XK_FRDB"}
    with shared_file("schema/double_publicity_fields.csv").open(encoding="utf-8") as file:
        wanted = {row["field"] for row in csv.DictReader(file)} - known_elsewhere
    items = read_catalog([PACKS / "china" / "catalog"])
    columns = {
        field.source_column
        for item in items
        if item.code in {"administrative-penalty", "administrative-permit"}
        for field in item.fields
    }

    assert wanted - columns == set()


def test_a_changed_item_gets_a_new_version_and_the_old_one_ends_that_day() -> None:
    before = read_catalog([PACKS / "china" / "catalog"])
    publish_catalog(definitions=before, pack="test", by_account_id=None, on=date(2026, 1, 1))
    honor = next(item for item in before if item.code == "honor")
    changed = dataclasses.replace(honor, update_frequency="monthly")

    assert publish_catalog(definitions=[changed], pack="test", by_account_id=None, on=date(2026, 11, 1)) == [
        "honor"
    ]

    latest, first = versions_of("honor")
    assert (latest.number, latest.valid_from, latest.valid_to) == (2, date(2026, 11, 1), None)
    assert (first.number, first.valid_to) == (1, date(2026, 11, 1))
    assert item_definition("honor", date(2026, 10, 31)).update_frequency == "within_20_working_days"
    assert item_definition("honor", date(2026, 11, 1)).update_frequency == "monthly"


def test_an_item_that_left_the_pack_ends_and_takes_nothing_in_any_more() -> None:
    whole = read_catalog([PACKS / "china" / "catalog"])
    publish_catalog(definitions=whole, pack="test", by_account_id=None, on=date(2026, 1, 1), whole=True)
    rest = [item for item in whole if item.code != "honor"]

    ended = publish_catalog(
        definitions=rest, pack="test", by_account_id=None, on=date(2026, 11, 1), whole=True
    )

    assert ended == ["honor"]
    assert item_definition("honor", date(2026, 10, 31)).valid_to == date(2026, 11, 1)
    with pytest.raises(ItemNotInForce):
        item_definition("honor", date(2026, 11, 1))


def test_an_item_changed_twice_in_a_day_keeps_the_version_of_that_day() -> None:
    honor = next(item for item in read_catalog([PACKS / "china" / "catalog"]) if item.code == "honor")
    today = date(2026, 11, 1)
    for frequency in ("real_time", "monthly", "yearly"):
        changed = dataclasses.replace(honor, update_frequency=frequency)
        publish_catalog(definitions=[changed], pack="test", by_account_id=None, on=today)

    periods = [(version.valid_from, version.valid_to) for version in reversed(versions_of("honor"))]
    assert periods == [
        (date(2022, 8, 14), today),
        (today, date(2026, 11, 2)),
        (date(2026, 11, 2), None),
    ]


def test_art_9_1_an_item_not_in_force_on_the_day_is_refused() -> None:
    call_command("load_pack", verbosity=0)

    with pytest.raises(ItemNotInForce) as refusal:
        item_definition("honor", date(2022, 8, 13))

    assert refusal.value.as_problem("en")["clause"] == "anshan-2022-9/9/1"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalog_catalogitemversion SET disclosure_class = 'ex_officio'",
        "UPDATE catalog_catalogitemversion SET valid_from = '2021-01-01'",
        "DELETE FROM catalog_catalogitemversion",
        "UPDATE catalog_catalogfield SET visibility = 'never'",
        "DELETE FROM catalog_catalogfield",
    ],
)
def test_a_published_version_is_immutable(statement: str) -> None:
    make_item_version()

    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_version_that_ended_cannot_be_ended_again() -> None:
    version = make_item_version()
    CatalogItemVersion.objects.filter(pk=version.pk).update(valid_to=date(2026, 1, 1))

    with pytest.raises(DatabaseError):
        CatalogItemVersion.objects.filter(pk=version.pk).update(valid_to=date(2027, 1, 1))


def test_two_versions_of_one_item_never_overlap() -> None:
    version = make_item_version()

    with pytest.raises(IntegrityError, match="catalog_item_one_version_in_force"):
        make_item_version(code=version.item.code, valid_from=date(2026, 1, 1))


@pytest.mark.parametrize("missing", ["legal_basis", "source_units", "subject_kinds", "business_key"])
def test_art_10_2_an_entry_without_its_particulars_is_refused(missing: str) -> None:
    with pytest.raises(IntegrityError, match="catalog_entry_names_basis_and_source"):
        make_item_version(**{missing: []})


def test_art_14_2_an_item_about_natural_persons_cannot_be_public() -> None:
    with pytest.raises(IntegrityError, match="natural_persons_never_public"):
        make_item_version(subject_kinds=["natural_person"])


def test_a_personal_number_cannot_be_a_public_field() -> None:
    version = make_item_version()

    with pytest.raises(IntegrityError, match="personal_number_never_public"), transaction.atomic():
        CatalogField.objects.create(
            item_version=version, position=9, name="number", type="personal_number", visibility="public"
        )


def test_every_fault_of_a_pack_is_told_with_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "catalog"
    folder.mkdir()
    good = (PACKS / "china" / "catalog" / "honor.yaml").read_text(encoding="utf-8")
    bad = good.replace("layer: national", "layer: village").replace(
        "business_key: [", "business_key: [absent, "
    )
    (folder / "bad.yaml").write_text(bad, encoding="utf-8")

    with pytest.raises(PackError) as fault:
        read_catalog([folder])

    said = str(fault.value)
    assert "bad.yaml:2" in said
    assert "absent" in said


def test_art_26_the_pack_says_on_which_kind_of_document_an_items_records_rest() -> None:
    said = {
        item.code: item.document_kind
        for item in read_catalog([PACKS / "china" / "catalog", PACKS / "anshan" / "catalog"])
        if item.document_kind != "none"
    }

    call_command("load_pack", verbosity=0)

    assert said == {
        "administrative-penalty": "administrative_penalty",
        "administrative-permit": "administrative_permit",
        "compulsion": "administrative_compulsion",
        "ruling": "administrative_ruling",
        "court-enforcement": "judgment",
    }
    stored = CatalogItemVersion.objects.exclude(document_kind="none")
    assert dict(stored.values_list("item__code", "document_kind")) == said


def test_art_26_document_kinds() -> None:
    with pytest.raises(IntegrityError, match="art_26_document_kinds"):
        make_item_version(document_kind="rumor")
