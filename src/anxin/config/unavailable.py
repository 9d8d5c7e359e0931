"""What is said when the platform cannot answer now: too many at once, a database that is away, slow or locked.

A page or a problem document in both languages, with the seconds to wait. It needs neither database nor session.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error
from psycopg import errors
from psycopg_pool import PoolTimeout, TooManyRequests

from anxin.config.middleware import INTERFACE

RETRY_AFTER_SECONDS = 2
# Of the database: no connection, shutting down or starting, out of connections, statement too slow, lock not to be had, one of two
# that stood in each other's way.
AWAY = (
    *(errors.ConnectionException, errors.ConnectionFailure, errors.AdminShutdown, errors.CrashShutdown),
    *(errors.CannotConnectNow, errors.TooManyConnections, errors.QueryCanceled, errors.LockNotAvailable),
    *(errors.DeadlockDetected, errors.SerializationFailure),
    *(PoolTimeout, TooManyRequests),
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Status, and what happened in both languages."""

    status: int
    phrase: str
    code: str
    zh: str
    en: str


BUSY = Trouble(
    503,
    "Service Unavailable",
    "E-BUSY",
    "平台暂时繁忙，没有处理这次请求。请稍后再试。",
    "The platform is busy at the moment and did not act on this request. Try again shortly.",
)
TOO_MANY = Trouble(
    429,
    "Too Many Requests",
    "E-TOO-MANY",
    "来自同一账号或者密钥的请求过多。请稍后再试。",
    "There are too many requests under one account or key. Try again shortly.",
)
UNAVAILABLE = Trouble(
    503,
    "Service Unavailable",
    "E-UNAVAILABLE",
    "数据库暂时没有应答，这一步没有完成。请稍后再试。",
    "The database did not answer in time, and this step was not completed. Try again shortly.",
)


def answer_to(trouble: Trouble, path: str) -> HttpResponse:
    """A problem document below `/api/`, else a page."""
    if path.startswith(INTERFACE):
        response: HttpResponse = JsonResponse(
            {
                "type": "about:blank",
                "status": trouble.status,
                "code": trouble.code,
                "title": trouble.phrase,
                "detail": f"{trouble.zh} / {trouble.en}",
            },
            status=trouble.status,
            content_type="application/problem+json",
            json_dumps_params={"ensure_ascii": False},
        )
    else:
        response = HttpResponse(_page(trouble), status=trouble.status)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    response["Content-Length"] = str(len(response.content))
    return response


def error_answer(request: HttpRequest) -> HttpResponse:
    """Django's handler of unexpected errors: 503 where the database is away, slow or locked, else the page of an error."""
    if is_away(sys.exc_info()[1]):
        return answer_to(UNAVAILABLE, request.path_info)
    return server_error(request)


def is_away(error: BaseException | None) -> bool:
    """Whether an error means that the database could not answer in time, not that we asked it something wrong."""
    while error is not None:
        if isinstance(error, AWAY):
            return True
        if type(error) is errors.OperationalError and error.sqlstate is None:
            # The connection broke or was never made: the driver has no code for that.
            return True
        error = error.__cause__ if isinstance(error, DatabaseError) else None
    return False


@cache
def _page(trouble: Trouble) -> str:
    return render_to_string("503.html", {"trouble": trouble})
