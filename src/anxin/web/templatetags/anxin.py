"""Filters of the pages: the right language of a pair, and days as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anxin.kernel.text import Bilingual

register = template.Library()


@register.simple_tag(takes_context=True)
def current(context: Mapping[str, Any], *names: str) -> str:
    """` aria-current="page"` where the page that is shown is one of these."""
    match = getattr(context.get("request"), "resolver_match", None)
    return mark_safe(' aria-current="page"') if match and match.url_name in names else ""


@register.filter
def spoken(pair: Any, stem: str) -> str:
    """`record|spoken:"name"`: `name_en` where English is spoken, `name_zh` elsewhere; mappings and objects alike."""
    key = f"{stem}_en" if (get_language() or "").startswith("en") else f"{stem}_zh"
    found = pair.get(key) if isinstance(pair, Mapping) else getattr(pair, key, None)
    return str(found or "")


@register.filter
def day(value: Any) -> str:
    """A day, a moment or its ISO text as `2026年11月23日`, in local time."""
    found = _as_day(value)
    return "" if found is None else _written(found, get_language())


@lru_cache(4096)
def _written(found: date, language: str | None) -> str:
    # The language is the active one, and here only so that each has its own.
    return date_format(found, "DATE_FORMAT")


@register.filter
def last_day(value: Any) -> str:
    """The last whole day before an exclusive end."""
    if not value:
        return ""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return day(moment - timedelta(microseconds=1))


@register.filter
def moment(value: Any) -> str:
    """A moment with its minute, in local time."""
    if not value:
        return ""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return date_format(timezone.localtime(found), "DATETIME_FORMAT")


@register.filter
def fact(field: Mapping[str, Any]) -> str:
    """A field's value as people read it: days spelled out, fen as yuan, lists with commas."""
    value = field["value"]
    if field["type"] == "date":
        return day(value)
    if field["type"] == "money" and isinstance(value, int):
        return f"¥ {value // 100:,}.{value % 100:02d}"
    if isinstance(value, list):
        return "、".join(str(part) for part in value)
    return str(value)


@register.filter
def facts(fields: Iterable[Mapping[str, Any]]) -> SafeString:
    """Every field as `<dt>` and `<dd>`: pages have hundreds, and a loop in a template costs ten times as much."""
    return mark_safe(
        "".join(
            f"<dt>{escape(spoken(field, 'label'))}</dt><dd>{escape(fact(field))}</dd>" for field in fields
        )
    )


def _as_day(value: Any) -> date | None:
    if not value:
        return None
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


@register.filter
def both(pair: Bilingual) -> str:
    """A two-language text in the reader's language."""
    return pair.in_language(get_language() or "zh")


@register.filter
def values(value: Any) -> str:
    """A stored value as people read it where its type is not at hand: lists with commas."""
    return "、".join(str(part) for part in value) if isinstance(value, list) else str(value)


@register.filter
def within(field: Any, item: str) -> str:
    """`field|within:item`: how a single field of a catalog item is named, `item.field`."""
    return f"{item}.{field.name}"


@register.filter
def named(names: Mapping[str, str], key: str) -> str:
    """`names|named:key`: the entry of a mapping, or the key itself."""
    return names.get(key, key)


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """`mapping|item:key`: what stands there, or None."""
    return mapping.get(key)


@register.filter
def mark_in_words(mark: str) -> str:
    """What stands beside a record of a report, in words."""
    words = {
        "disputed": _("异议处理中"),
        "restored": _("已修复"),
        "shielded": _("已申请屏蔽"),
        "display_ended": _("已停止公示"),
        "corrected": _("已更正"),
        "changed": _("已变更"),
    }
    return words.get(mark, mark)


@register.filter
def disclosure(code: str) -> str:
    """A disclosure class or visibility in words."""
    words = {
        "public": _("主动公开"),
        "on_application": _("授权查询"),
        "ex_officio": _("依职权查询"),
        "never": _("不提供"),
    }
    return words.get(code, code)
