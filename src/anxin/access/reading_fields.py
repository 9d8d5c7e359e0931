"""What a log entry's fields and its item of the use list are called."""

from __future__ import annotations

from collections.abc import Iterable

from anxin.access.route_models import UseListItem
from anxin.catalog.models import CatalogField, CatalogItemVersion
from anxin.kernel.text import Bilingual


def field_names(fields: Iterable[str]) -> dict[str, Bilingual]:
    """Names of `item` and `item.field`, as the newest version of the item has them; what the catalog lacks is left out."""
    asked = set(fields)
    items = {one.partition(".")[0] for one in asked}
    versions = CatalogItemVersion.objects.filter(item__code__in=items).order_by("item__code", "-number")
    newest = {one.item.code: one for one in versions.distinct("item__code").select_related("item")}
    named = {code: Bilingual(one.name_zh, one.name_en) for code, one in newest.items()}
    if not any("." in one for one in asked):
        return named
    codes = {one.pk: code for code, one in newest.items()}
    for field in CatalogField.objects.filter(item_version_id__in=codes):
        code = codes[field.item_version_id]
        item = named[code]
        named[f"{code}.{field.name}"] = Bilingual(
            f"{item.zh} · {field.label_zh}", f"{item.en} · {field.label_en}"
        )
    return named


def use_item_names(codes: Iterable[str]) -> dict[str, Bilingual]:
    """Names of items of the use list, as their newest version has them."""
    versions = UseListItem.objects.filter(code__in=set(codes) - {""}).order_by("code", "-number")
    return {one.code: Bilingual(one.name_zh, one.name_en) for one in versions.distinct("code")}
