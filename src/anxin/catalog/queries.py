"""Reading the catalog: definitions for intake, versions for the pages."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db.models import Q, QuerySet

from anxin.catalog.definitions import CodeKind, FieldDefinition, ItemDefinition
from anxin.catalog.models import CatalogField, CatalogItemVersion
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.prepared import prepared_rows

# The end of a version is all that may be added to it.
_DATED = """
SELECT v.id, v.valid_to FROM catalog_catalogitemversion v JOIN catalog_catalogitem i ON i.id = v.item_id
WHERE v.valid_from <= %(on)s AND (v.valid_to IS NULL OR v.valid_to > %(on)s) ORDER BY i.code
"""
_KNOWN: dict[tuple[int, date | None], ItemDefinition] = {}


class ItemNotInForce(Refusal):
    """Nothing may be collected under an item that the catalog does not have on that day."""

    code: ClassVar[str] = "E-ITEM"
    clause: ClassVar[str | None] = "anshan-2022-9/9/1"
    message = Bilingual(
        "目录中没有在 {day} 有效的条目“{item}”。", "The catalog has no item “{item}” in force on {day}."
    )
    remedy = Bilingual("请从公共信用信息目录中选择条目。", "Choose an item of the published catalog.")


def item_definition(code: str, on: date) -> ItemDefinition:
    """The version of an item in force on a day, with its fields. Raises `ItemNotInForce`."""
    version = _in_force(on).filter(item__code=code).first()
    if version is None:
        raise ItemNotInForce(item=code, day=on)
    return _definition(version)


def definitions_in_force(on: date) -> tuple[ItemDefinition, ...]:
    """Every item in force on a day, by code.

    Which versions those are is asked each time; what a version says never changes, so it is read once in a process.
    """
    dated = prepared_rows(_DATED, {"on": on})
    missing = {key[0]: key for key in dated if key not in _KNOWN}
    if missing:
        for version in _with_fields(CatalogItemVersion.objects.filter(pk__in=missing)):
            _KNOWN[missing[version.pk]] = _definition(version)
    return tuple(_KNOWN[key] for key in dated)


def current_definitions() -> dict[str, ItemDefinition]:
    """The open-ended version of each item, by code: what a new publication is compared with."""
    versions = _with_fields(CatalogItemVersion.objects.filter(valid_to__isnull=True))
    return {version.item.code: _definition(version) for version in versions}


def versions_of(code: str) -> list[CatalogItemVersion]:
    """The history of one item, latest first, with its fields."""
    return list(_with_fields(CatalogItemVersion.objects.filter(item__code=code)).order_by("-number"))


def history_of(code: str) -> tuple[ItemDefinition, ...]:
    """Every version of one item, latest first; empty where there is no such item."""
    return tuple(_definition(version) for version in versions_of(code))


def _in_force(on: date) -> QuerySet[CatalogItemVersion]:
    return _with_fields(
        CatalogItemVersion.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)
    )


def _with_fields(versions: QuerySet[CatalogItemVersion]) -> QuerySet[CatalogItemVersion]:
    return versions.select_related("item").prefetch_related("fields__code_kind")


def _definition(version: CatalogItemVersion) -> ItemDefinition:
    return ItemDefinition(
        code=version.item.code,
        layer=version.item.layer,
        information_class=version.information_class,
        name=Bilingual(version.name_zh, version.name_en),
        behavior=Bilingual(version.behavior_zh, version.behavior_en),
        disclosure_class=version.disclosure_class,
        sharing_scope=version.sharing_scope,
        source_units=tuple(version.source_units),
        channel=version.channel,
        update_frequency=version.update_frequency,
        legal_basis=tuple(version.legal_basis),
        subject_kinds=tuple(version.subject_kinds),
        display_rule=version.display_rule,
        report_section=version.report_section,
        adverse=version.adverse,
        document_kind=version.document_kind,
        business_key=tuple(version.business_key),
        valid_from=version.valid_from,
        fields=tuple(_field(field) for field in version.fields.all()),
        unverified=version.unverified,
        valid_to=version.valid_to,
        number=version.number,
        version_id=version.pk,
        item_id=version.item_id,
    )


def _field(field: CatalogField) -> FieldDefinition:
    kind = field.code_kind
    return FieldDefinition(
        name=field.name,
        label=Bilingual(field.label_zh, field.label_en),
        type=field.type,
        visibility=field.visibility,
        source_column=field.source_column,
        length=field.length,
        required=field.required,
        required_for=tuple(field.required_for),
        code_list=field.code_list,
        mask_head=field.mask_head,
        mask_tail=field.mask_tail,
        role=field.role,
        code_kind=None
        if kind is None
        else CodeKind(kind.name, Bilingual(kind.label_zh, kind.label_en), kind.pattern),
    )
