"""Whether the log of readings is whole, and how anyone can check that without believing us (Art. 45(2))."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anxin.audit.queries import public_state
from anxin.audit.tree.keys import encode
from anxin.law.carries_out import carries_out
from anxin.web.policy import public_page, uncached


@public_page
@carries_out("anshan-2022-9/45/2")
@require_safe
def integrity(request: HttpRequest) -> HttpResponse:
    """The latest checkpoint, who cosigned it, the last re-check, and alarms that stand."""
    state = public_state(timezone.now())
    checkpoint = state["checkpoint"]
    if checkpoint is not None:
        state |= {"sha256": encode(checkpoint.root_sha256), "sm3": encode(checkpoint.root_sm3)}
    names = alarm_names()
    state["alarms"] = [
        {**alarm, "name": names.get(alarm["code"], alarm["code"])} for alarm in state["alarms"]
    ]
    return uncached(render(request, "web/integrity.html", state))


def alarm_names() -> dict[str, str]:
    """What each kind of alarm means, in the reader's language."""
    return {
        "commitment_differs": _("日志中有一行与它的承诺值不符，已停止签名"),
        "tree_differs": _("日志树与已签名的检查点不符，已停止签名"),
        "rolled_back": _("外部见证持有的日志比我们的更新，已停止签名"),
        "witnesses_silent": _("外部见证超过 5 分钟没有应答"),
        "check_failed": _("核对发现有不变量不成立"),
    }
