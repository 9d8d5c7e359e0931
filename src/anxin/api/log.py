"""`GET /api/log/checkpoint` and `GET /api/log/proof?entry=q17`: what anyone needs to check the log. Nothing personal is in it."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from anxin.access.policy import public_endpoint
from anxin.api.caching import revalidated
from anxin.api.problems import LOG_EMPTY, LOG_ENTRY, NOT_SEALED, problem
from anxin.audit.queries import SITE, latest_checkpoint, prove_entry
from anxin.audit.tree.keys import encode
from anxin.law.carries_out import carries_out

ENTRY = re.compile(r"([qe])([1-9][0-9]{0,17})", re.ASCII)


@public_endpoint
@carries_out("anshan-2022-9/45/2")
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The latest cosigned checkpoint, as a C2SP note."""
    found = latest_checkpoint(using=SITE)
    if found is None:
        return problem(404, LOG_EMPTY)
    return revalidated(request, HttpResponse(found.note, content_type="text/plain; charset=utf-8"))


@public_endpoint
@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """That one entry is under that checkpoint, by its salted commitment, in both trees."""
    written = ENTRY.fullmatch(request.GET.get("entry", ""))
    if written is None:
        return problem(422, LOG_ENTRY)
    found = prove_entry(written[1], int(written[2]))
    if found is None:
        return problem(404, NOT_SEALED)
    answer = {
        "entry": written[0],
        "index": found.index,
        "size": found.checkpoint.size,
        "commitment": encode(found.commitment),
        "proof_sha256": [encode(one) for one in found.sha256],
        "proof_sm3": [encode(one) for one in found.sm3],
        "checkpoint": found.checkpoint.note,
    }
    return revalidated(request, JsonResponse(answer, json_dumps_params={"ensure_ascii": False}))
