"""Words and figures of the pages about submissions."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _

from anxin.intake.queries import explained
from anxin.kernel.text import Bilingual

register = template.Library()


@register.filter
def submission_state(state: str) -> str:
    """Where a submission is, in words."""
    words = {
        "received": _("已收到，排队中"),
        "processing": _("处理中"),
        "closed": _("已处理"),
        "refused": _("整个文件未接收"),
    }
    return words.get(state, state)


@register.filter
def counted(rows: int | None) -> str:
    """A number of rows with its thousands apart, a dash where there is none."""
    return "–" if rows is None else f"{rows:,}"


@register.filter
def duration(length: timedelta) -> str:
    """Minutes and seconds."""
    minutes, seconds = divmod(max(0, int(length.total_seconds())), 60)
    if not minutes:
        return _("%(seconds)d 秒") % {"seconds": seconds}
    return _("%(minutes)d 分 %(seconds)d 秒") % {"minutes": minutes, "seconds": seconds}


@register.filter
def share_of(done: int, whole: int) -> str:
    """Whole percent, with the sign."""
    return f"{min(100, 100 * done // whole)}%"


@register.filter
def reason_meaning(code: str) -> Bilingual:
    """What a row's reason says."""
    return explained(code)[0]


@register.filter
def mapping_words(name: str) -> str:
    """What a column mapping is for; its own name where it is new."""
    words = {
        "double-publicity": _("目录模板（双公示现行格式）"),
        "double-publicity-2015": _("双公示 2015–2018 年格式"),
        "org-register": _("企业登记名册"),
        "csrc-measures": _("证券监管措施名单"),
    }
    return words.get(name, name)


@register.filter
def percentage(value: float | None) -> str:
    """Two decimals with a percent sign, a dash where there is no figure."""
    return "–" if value is None else f"{value:.2f}%"
