"""Publishing catalog items: a version in force is never edited, a changed item gets a new one (Art. 9, 10)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from anxin.audit.services import record_event
from anxin.catalog.definitions import ItemDefinition
from anxin.catalog.models import CatalogField, CatalogItem, CatalogItemVersion
from anxin.catalog.queries import current_definitions
from anxin.law.carries_out import carries_out


@carries_out("anshan-2022-9/9/1")
@transaction.atomic
def publish_catalog(
    *,
    definitions: Sequence[ItemDefinition],
    pack: str,
    by_account_id: int | None,
    on: date,
    whole: bool = False,
) -> list[str]:
    """Publish what differs from the versions in force; returns the codes that got a new version or ended.

    Publishing the same definitions again does nothing. A changed item's old version ends on the day its new one
    begins: `on`, or the day after the old one began where that is later. `whole`: the definitions are all there is, so
    that an item which is not among them ends; its records keep the version they came under.
    """
    published = []
    in_force = current_definitions()
    for definition in definitions:
        before = in_force.get(definition.code)
        if before is not None and _content(before) == _content(definition):
            continue
        begins = (
            definition.valid_from if before is None else max(_earliest_end(before, on), definition.valid_from)
        )
        _publish(definition, before, begins, pack)
        published.append(definition.code)
    if whole:
        published += _end_items(in_force, kept={definition.code for definition in definitions}, on=on)
    if published:
        record_event(
            act="publish_catalog",
            by_account_id=by_account_id,
            clause="anshan-2022-9/9/1",
            pack=pack,
            details={"items": published},
        )
    return published


def _content(definition: ItemDefinition) -> ItemDefinition:
    """The definition without what the database adds, so that two can be compared."""
    plain = dataclasses.replace(definition, valid_to=None, number=0, version_id=0, item_id=0)
    return dataclasses.replace(plain, valid_from=date.min)


def _earliest_end(version: ItemDefinition, on: date) -> date:
    """A version that began today was in force today: it ends tomorrow at the earliest."""
    return max(on, version.valid_from + timedelta(days=1))


def _end_items(in_force: dict[str, ItemDefinition], *, kept: set[str], on: date) -> list[str]:
    gone = [version for code, version in in_force.items() if code not in kept]
    for version in gone:
        CatalogItemVersion.objects.filter(pk=version.version_id).update(valid_to=_earliest_end(version, on))
    return [version.code for version in gone]


def _publish(definition: ItemDefinition, before: ItemDefinition | None, begins: date, pack: str) -> None:
    item, _ = CatalogItem.objects.get_or_create(code=definition.code, defaults={"layer": definition.layer})
    if before is not None:
        CatalogItemVersion.objects.filter(pk=before.version_id).update(valid_to=begins)
    version = CatalogItemVersion.objects.create(
        item=item,
        number=before.number + 1 if before else 1,
        valid_from=begins,
        information_class=definition.information_class,
        name_zh=definition.name.zh,
        name_en=definition.name.en,
        behavior_zh=definition.behavior.zh,
        behavior_en=definition.behavior.en,
        disclosure_class=definition.disclosure_class,
        sharing_scope=definition.sharing_scope,
        source_units=list(definition.source_units),
        channel=definition.channel,
        update_frequency=definition.update_frequency,
        legal_basis=list(definition.legal_basis),
        subject_kinds=list(definition.subject_kinds),
        display_rule=definition.display_rule,
        report_section=definition.report_section,
        adverse=definition.adverse,
        document_kind=definition.document_kind,
        business_key=list(definition.business_key),
        unverified=definition.unverified,
        pack=pack,
    )
    CatalogField.objects.bulk_create(_fields(version, definition))


def _fields(version: CatalogItemVersion, definition: ItemDefinition) -> list[CatalogField]:
    return [
        CatalogField(
            item_version=version,
            position=position,
            name=field.name,
            source_column=field.source_column,
            label_zh=field.label.zh,
            label_en=field.label.en,
            type=field.type,
            length=field.length,
            required=field.required,
            required_for=list(field.required_for),
            code_list=field.code_list,
            mask_head=field.mask_head,
            mask_tail=field.mask_tail,
            visibility=field.visibility,
            role=field.role,
            code_kind_id=field.code_kind.name if field.code_kind else None,
        )
        for position, field in enumerate(definition.fields, start=1)
    ]
