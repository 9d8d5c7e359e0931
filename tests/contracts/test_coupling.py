"""Couplings between slices that imports don't show: foreign keys, reverse names, signals."""

from __future__ import annotations

import re

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db.models import Field

from tests.contracts.tracked import ROOT, python_files

# Lower slices first, as in docs/where.md; a slice may point at itself and at those before it.
ORDER = (
    "audit",
    "authorities",
    "catalog",
    "subjects",
    "records",
    "intake",
    "access",
    "web",
    "api",
    "jobs",
    "city",
)
SIGNALS = re.compile(
    r"django\.(?:db\.models|core|dispatch)[\w.]*signals?\b|from django\.dispatch|@receiver\("
)


def slice_of(model: type) -> str:
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "anxin" else ""


def relations() -> list[Field]:
    return [
        field
        for model in apps.get_models()
        if slice_of(model)
        for field in model._meta.get_fields()
        if isinstance(field, Field) and field.is_relation and field.related_model is not None
    ]


def test_every_slice_with_tables_has_its_place_in_the_order() -> None:
    found = {slice_of(model) for model in apps.get_models()} - {""}
    assert found <= set(ORDER), f"add to ORDER and to the import contract: {found - set(ORDER)}"
    assert {"audit", "records", "subjects"} <= found


def test_no_foreign_key_points_to_a_higher_slice() -> None:
    found = [
        str(field)
        for field in relations()
        if (target := slice_of(field.related_model))
        and ORDER.index(target) > ORDER.index(slice_of(field.model))
    ]
    assert not found, f"news travel upward as events, never as keys: {found}"


def test_no_reverse_name_reaches_across_slices() -> None:
    found = [
        str(field)
        for field in relations()
        if slice_of(field.related_model) not in {"", slice_of(field.model)} and not field.remote_field.hidden
    ]
    assert not found, f'say related_name="+": a lower slice must not know who points at it: {found}'


def test_no_generic_foreign_keys() -> None:
    found = [
        str(field)
        for model in apps.get_models()
        if slice_of(model)
        for field in model._meta.private_fields
        if isinstance(field, GenericForeignKey)
    ]
    assert not found, f"a key names its table: {found}"


def test_no_signals() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if SIGNALS.search(path.read_text(encoding="utf-8"))
    ]
    assert not found, f"call it, or write an event: {found}"
