"""Filters that say in words what the catalog keeps as codes, and where the law stands behind it."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anxin.kernel.citations import Citation, CitationMalformed
from anxin.law.display_data import load_display_data
from anxin.law.pack import Pack
from anxin.law.registry import load_pack

register = template.Library()


@register.filter
def layer(code: str) -> str:
    """A layer of the catalog."""
    return {"national": _("国家基础目录"), "provincial": _("省补充目录"), "city": _("市补充目录")}.get(
        code, code
    )


@register.filter
def frequency(code: str) -> str:
    """How often the source updates."""
    words = {
        "real_time": _("实时"),
        "within_7_working_days": _("7 个工作日内"),
        "within_20_working_days": _("20 个工作日内"),
        "monthly": _("每月"),
        "quarterly": _("每季度"),
        "yearly": _("每年"),
    }
    return words.get(code, code)


@register.filter
def sharing(code: str) -> str:
    """With whom an item is shared."""
    words = {
        "everyone": _("社会公开和各单位共享"),
        "related_units": _("社会信用相关单位共享"),
        "named_units": _("指定单位共享"),
        "nobody": _("不共享"),
    }
    return words.get(code, code)


@register.filter
def channel(code: str) -> str:
    """How the item comes in."""
    return {"file_or_interface": _("文件或者接口")}.get(code, code)


@register.filter
def subject_kind(code: str) -> str:
    """A kind of credit subject."""
    words = {
        "natural_person": _("自然人"),
        "legal_person": _("法人"),
        "unincorporated_organization": _("非法人组织"),
    }
    return words.get(code, code)


@register.filter
def display(rule: str) -> str:
    """A display rule in one sentence."""
    words = {
        "penalty_tiers": _("按失信程度分档，最长三年；轻微的不展示"),
        "until_valid_to": _("展示到有效期满"),
        "listing_until_removed": _("列入期间展示"),
        "while_registered": _("登记存续期间展示"),
        "fixed_period": _("展示固定期限"),
        "not_displayed": _("不对外展示"),
    }
    return words.get(rule, rule)


@register.filter
def field_type(code: str) -> str:
    """The type of a field."""
    words = {
        "text": _("文本"),
        "date": _("日期"),
        "integer": _("整数"),
        "money": _("金额"),
        "code": _("代码"),
        "codes": _("代码（可多个）"),
        "uscc": _("统一社会信用代码"),
        "local_code": _("本地代码"),
        "personal_number": _("个人证件号码"),
        "name": _("名称"),
    }
    return words.get(code, code)


@register.filter
def particular(name: str) -> str:
    """What of an item or a field may differ between two versions."""
    words = {
        "name": _("名称"),
        "behavior": _("行为"),
        "disclosure_class": _("公开方式"),
        "sharing_scope": _("共享范围"),
        "source_units": _("来源单位"),
        "channel": _("归集渠道"),
        "update_frequency": _("更新频次"),
        "legal_basis": _("依据"),
        "subject_kinds": _("主体"),
        "display_rule": _("展示期限"),
        "business_key": _("业务主键"),
        "document_kind": _("文书种类"),
        "label": _("名称"),
        "type": _("类型"),
        "visibility": _("公开方式"),
        "length": _("长度"),
        "required": _("必填"),
        "required_for": _("必填"),
        "code_list": _("代码表"),
        "mask_head": _("脱敏规则"),
        "mask_tail": _("脱敏规则"),
        "unverified": _("待核实"),
    }
    return words.get(name, _("其他"))


@register.filter
def tier(number: int) -> str:
    """How grave a breach is."""
    return {1: _("轻微"), 2: _("一般"), 3: _("严重")}.get(number, str(number))


@register.filter
def basis(text: str | Citation) -> SafeString | str:
    """A clause or instrument with its title; the regulation's own clauses lead to their place on the law page."""
    pack = _pack(settings.LAW_PACK)
    try:
        citation = Citation.parse(str(text))
    except CitationMalformed:
        return str(text)
    instrument = pack.instruments.get(citation.instrument)
    if instrument is None:
        return str(text)
    language = get_language() or "zh"
    words = f"{instrument.title.in_language(language)} {citation.place.in_language(language)}".strip()
    if citation.instrument != pack.regulation or not citation.article:
        return words
    return format_html('<a href="{}">{}</a>', reverse("law-article", args=[citation.article]), words)


@register.filter
def display_rule(version: str) -> SafeString | str:
    """`penalty_tiers/ndrc-order-36` or `fixed_period:60`: the rule's sentence, the order it follows, and its clause."""
    name, _slash, order = version.partition("/")
    rule = name.partition(":")[0]
    clause = load_display_data(settings.LAW_PACK).clauses.get(rule)
    if clause is None:
        return version
    parts = [display(rule), *([basis(order)] if order else []), basis(clause)]
    return format_html_join(" · ", "{}", ((part,) for part in parts))


@lru_cache(maxsize=4)
def _pack(name: str) -> Pack:
    # Packs cannot change while the process runs.
    return load_pack(name)
