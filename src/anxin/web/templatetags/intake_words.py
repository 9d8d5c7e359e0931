"""Words and figures of the pages about submissions."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def submission_state(state: str) -> str:
    """Where a submission is, in words."""
    words = {
        "received": _("已收到,排队中"),
        "processing": _("处理中"),
        "closed": _("已处理"),
        "refused": _("整个文件未接收"),
    }
    return words.get(state, state)


@register.filter
def percentage(value: float | None) -> str:
    """Two decimals with a percent sign, a dash where there is no figure."""
    return "–" if value is None else f"{value:.2f}%"
