"""Which fields of a record an officer may correct by hand, and the version that follows.

Fields that decide who it is about, which fact it is, or how long it is displayed are not among them: those come as a
corrected row from the unit, so that links, keys and display periods are worked out by the same rules as ever.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from django.db.models import Max

from anxin.catalog.models import CatalogField
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.records.models import RecordVersion

_RESTRICTED = ("on_application", "ex_officio")


class FieldNotCorrectable(Refusal):
    """The field is none of the item's, is a personal number, or decides subject, key or display."""

    code: ClassVar[str] = "E-FIELD"
    clause: ClassVar[str | None] = "anshan-2022-9/11/1"
    message = Bilingual("字段“{field}”不能在这里更正。", "Field “{field}” cannot be corrected here.")
    remedy = Bilingual(
        "请由提供单位重新报送更正后的行。", "Have the unit that provided it send the corrected row."
    )


class ValueNotFitting(Refusal):
    """The value does not have the type or length that the catalog says, or nothing is changed by it."""

    code: ClassVar[str] = "E-VALUE"
    clause: ClassVar[str | None] = "anshan-2022-9/11/1"
    message = Bilingual("字段“{field}”的值不符合目录。", "The value of “{field}” does not fit the catalog.")
    remedy = Bilingual("请核对类型、长度和是否必填。", "Check type, length and whether it is required.")


def corrected_fields(
    before: RecordVersion, changes: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Public and restricted values after the changes. Raises `FieldNotCorrectable`, `ValueNotFitting`."""
    fields = {field.name: field for field in before.item_version.fields.all()}
    public = dict(before.public_fields)
    restricted = dict(before.restricted_fields or {})
    for name, value in changes.items():
        field = fields.get(name)
        if field is None or not _correctable(field, before.item_version.business_key):
            raise FieldNotCorrectable(field=name)
        place = restricted if field.visibility in _RESTRICTED else public
        if not _fits(field, value) or place.get(name) == value:
            raise ValueNotFitting(field=field.label_zh)
        place[name] = value
        if value is None:
            del place[name]
    if not changes:
        raise ValueNotFitting(field="")
    return public, restricted or None


def append_version(
    before: RecordVersion,
    *,
    public_fields: dict[str, Any],
    restricted_fields: dict[str, Any] | None,
    at: datetime,
) -> RecordVersion:
    """The next version of the record: everything as in `before` but the values."""
    kept = {
        field.attname: getattr(before, field.attname)
        for field in RecordVersion._meta.concrete_fields
        if field.attname not in ("number", "recorded_at", "content_digest")
    }
    last = RecordVersion.objects.filter(subject_id=before.subject_id, record_id=before.record_id)
    values = {"public_fields": public_fields, "restricted_fields": restricted_fields}
    return RecordVersion.objects.create(
        **{**kept, **values},
        number=last.aggregate(last=Max("number"))["last"] + 1,
        recorded_at=at,
        content_digest=_digest(before, values),
    )


def _correctable(field: CatalogField, business_key: list[str]) -> bool:
    return not field.role and field.visibility != "never" and field.name not in business_key


def _fits(field: CatalogField, value: Any) -> bool:
    if value is None:
        return not field.required
    match field.type:
        case "integer" | "money":
            return isinstance(value, int) and not isinstance(value, bool)
        case "date":
            return isinstance(value, str) and _is_day(value)
        case _:
            return isinstance(value, str) and 0 < len(value.strip()) <= (field.length or len(value))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _digest(before: RecordVersion, values: dict[str, Any]) -> bytes:
    if values == {"public_fields": before.public_fields, "restricted_fields": before.restricted_fields}:
        return bytes(before.content_digest)
    sealed = bytes(before.encrypted_fields or b"").hex()
    text = json.dumps([values, sealed], ensure_ascii=False, sort_keys=True)
    return hashlib.md5(text.encode(), usedforsecurity=False).digest()
