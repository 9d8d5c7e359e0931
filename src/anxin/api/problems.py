"""What goes wrong, as problem documents (RFC 9457) with stable codes."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, JsonResponse


@dataclass(frozen=True, slots=True)
class Problem:
    """A stable code, what happened, and what to do; each sentence in Chinese and English."""

    code: str
    title: str
    detail: str


NOT_FOUND = Problem(
    "E-NOT-FOUND",
    "没有可以公开的信息 / Nothing public",
    "这个代码之下没有可以公开展示的内容，请核对代码。/ Nothing public is held under this code: check it.",
)
PAGE_NUMBER = Problem(
    "E-PAGE",
    "页码不对 / Not a page number",
    "page 是 1 到 500 的整数。/ page is a whole number from 1 to 500.",
)
SEARCH_TEXT = Problem(
    "E-SEARCH-TEXT",
    "查询文字太短或者太长 / Search text too short or too long",
    "q 是 2 到 100 个字。/ q has 2 to 100 characters.",
)
LOG_EMPTY = Problem(
    "E-LOG-EMPTY",
    "还没有检查点 / No checkpoint yet",
    "日志还没有封存过，请稍后再取。/ The log has not been sealed yet: ask again a little later.",
)
LOG_ENTRY = Problem(
    "E-LOG-ENTRY",
    "日志编号不对 / Not the number of an entry",
    "entry 写作 q 或者 e 加编号，如 q17。/ entry is q or e and a number, such as q17.",
)
NOT_SEALED = Problem(
    "E-LOG-NOT-SEALED",
    "没有这一行，或者还没有封存 / No such entry, or not sealed yet",
    "写入后一分钟之内会封存，请核对编号后再试。/ Entries are sealed within a minute: check the number and try again.",
)
NO_STATISTICS = Problem(
    "E-STATISTICS-NONE",
    "还没有发布过统计 / No statistics yet",
    "第一次发布后再取。/ Ask again after the first release.",
)
ALL = (NOT_FOUND, PAGE_NUMBER, SEARCH_TEXT, LOG_EMPTY, LOG_ENTRY, NOT_SEALED, NO_STATISTICS)


def problem(status: int, found: Problem) -> HttpResponse:
    """An answer of that status; never kept by a cache."""
    response = JsonResponse(
        {
            "type": "about:blank",
            "status": status,
            "code": found.code,
            "title": found.title,
            "detail": found.detail,
        },
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
    response["Cache-Control"] = "no-store"
    return response
