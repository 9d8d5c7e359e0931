"""What an administrator does to a client: approve it, give it one more right, end one of its rights, or end it (Art. 45)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from anxin.access.clients import (
    ClientOver,
    approve_client,
    draft_right,
    revoke_client,
    revoke_right,
)
from anxin.access.models import ApiClient
from anxin.authorities.models import Account

ACTS = ("approve", "add_right", "end_right", "end")


@dataclass(frozen=True, slots=True)
class ActForm:
    """What was pressed. `scope`: the right it is about; `seen`: the rights that the page showed as waiting."""

    act: str = ""
    step: str = ""
    scope: str = ""
    seen: tuple[str, ...] = ()


def act_form(request: HttpRequest) -> ActForm:
    """Out of the form; an act that there is not is none."""
    act = request.POST.get("act", "")
    if act not in ACTS:
        return ActForm()
    return ActForm(
        act=act,
        step="confirm" if request.POST.get("step") == "confirm" else "check",
        scope=request.POST.get("scope", "")[:64],
        seen=tuple(one[:64] for one in request.POST.getlist("seen")[:200]),
    )


def perform(client: ApiClient, form: ActForm, *, by: Account, at: datetime) -> None:
    """Do it. Raises what the acts raise."""
    if form.act == "approve":
        approve_client(client=client, by=by, at=at, seen=form.seen)
    elif form.act == "add_right":
        draft_right(client=client, scope=form.scope, by=by, at=at)
    elif form.act == "end_right":
        right = client.rights.filter(scope=form.scope, revoked_at__isnull=True).first()
        if right is None:
            raise ClientOver
        revoke_right(right=right, by=by, at=at)
    else:
        revoke_client(client=client, by=by, at=at)
