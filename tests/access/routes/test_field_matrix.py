"""Item of the use list by unit by kind of subject by field, made from the pack: the gate gives what the item names, alone (Art. 20)."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.core.management import call_command

from anxin.access.models import UseListItem
from anxin.audit.services import Reading, Route, System, log_query
from anxin.catalog.models import CatalogItemVersion
from anxin.records.queries import read_records
from tests.factories import make_organization, make_record

pytestmark = pytest.mark.django_db(transaction=True)

NOWHERE = "unit-of-no-list"


def reading(item: UseListItem, subject: int, **changes: Any) -> Reading:
    values = {
        "route": Route.EX_OFFICIO,
        "system": System.DESK,
        "reader_account_id": 1,
        "reader_unit_code": item.units[0],
        "subject_id": subject,
        "purpose": "p",
        "clause": item.basis,
        "case_reference": "c",
        "use_item": item.code,
        "fields": list(item.fields),
    }
    return Reading(**{**values, **changes})


def allowed(asked: Reading) -> bool:
    try:
        log_query(asked)
    except Exception as error:
        if isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
            return False
        raise
    return True


def test_art_20_2_each_item_opens_to_its_units_kinds_and_fields_alone() -> None:
    call_command("load_pack", verbosity=0)
    organization = make_organization()
    full: dict[str, set[str]] = {}
    for version in CatalogItemVersion.objects.filter(valid_to=None).select_related("item"):
        names = list(version.fields.exclude(visibility="never").values_list("name", flat=True))
        full[version.item.code] = set(names)
        make_record(
            organization=organization, item_version=version, public_fields=dict.fromkeys(names, "x"),
            display_from=None, display_to=None,
        )  # fmt: skip
    items = list(UseListItem.objects.filter(valid_to=None).order_by("code"))
    assert len(items) >= 10
    every_field = {one for item in items for one in item.fields} | {f"{code}.{NOWHERE}" for code in full}
    for item in items:
        if organization.kind not in item.subject_kinds:
            assert not allowed(reading(item, organization.pk)), item.code
            continue
        assert not allowed(reading(item, organization.pk, reader_unit_code=NOWHERE)), item.code
        for unit in item.units:
            assert allowed(reading(item, organization.pk, reader_unit_code=unit)), (item.code, unit)
        for field in every_field - set(item.fields):
            assert not allowed(reading(item, organization.pk, fields=[*item.fields, field])), (
                item.code,
                field,
            )
        entry = log_query(reading(item, organization.pk))
        found = {one["item"]: set(one["fields"]) for one in read_records(log_entry_id=entry)}
        assert found == named(item, full), item.code


def named(item: UseListItem, full: dict[str, set[str]]) -> dict[str, set[str]]:
    """What the item names, by catalog item: the whole of it, or single fields."""
    found: dict[str, set[str]] = {}
    for one in item.fields:
        code, _, field = one.partition(".")
        found.setdefault(code, set()).update({field} if field else full[code])
    return found
