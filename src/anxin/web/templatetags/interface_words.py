"""Words of the pages about clients of the interface and about batches."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anxin.intake.queries import explained
from anxin.kernel.text import Bilingual

register = template.Library()


@register.filter
def client_state(state: str) -> str:
    """Where a client or one of its rights is, in words."""
    words = {
        "waiting": _("待批准"),
        "stands": _("有效"),
        "over": _("已到期"),
        "revoked": _("已终止"),
    }
    return words.get(state, state)


@register.filter
def client_done(act: str) -> str:
    """What was just done."""
    words = {
        "approve": _("已批准，现在起生效。"),
        "add_right": _("权限已登记，批准后生效。"),
        "end_right": _("权限已终止，从下一次调用起无效。"),
        "end": _("客户端已终止，从下一次调用起无效。"),
    }
    return words.get(act, act)


@register.filter
def scope_words(names: Mapping[str, Bilingual], scope: str) -> str:
    """`names|scope_words:scope`: what a right is called; its code where it is on no list any more."""
    found = names.get(scope)
    return scope if found is None else found.in_language(get_language() or "zh")


@register.filter
def batch_state(state: str) -> str:
    """Where a batch is, in words."""
    words = {
        "received": _("排队中，还没有写入查询日志"),
        "logged": _("已写入查询日志，正在读取"),
        "ready": _("已完成"),
        "cancelled": _("已取消"),
        "failed": _("没有完成"),
    }
    return words.get(state, state)


@register.filter
def batch_reason(code: str) -> str:
    """Why a row of a batch was refused."""
    words = {
        "E-DUPLICATE": _("与前面的行重复"),
        "E-EMPTY": _("没有填代码"),
        "E-ROW-BASIS": _("这一行和这一批都没有写依据或者案件"),
        "E-ROW-BASIS-TEXT": _("依据或者案件太长，或者其中有个人号码、不得归集的内容"),
    }
    return words.get(code) or explained(code)[0].in_language(get_language() or "zh")
