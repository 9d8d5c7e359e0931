"""Pages of twenty: what the pager's template needs."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest

LAST_PAGE_THAT_IS_SERVED = 500


def asked_page(request: HttpRequest) -> int:
    """The page number of the address; the first for anything that is not one."""
    asked = request.GET.get("page", "1")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 4:
        return 1
    return min(max(int(asked), 1), LAST_PAGE_THAT_IS_SERVED)


def pager(page: int, total: int, size: int, **query: str) -> dict[str, object]:
    """Context for `web/pages.html`."""
    return {
        "page": page,
        "last_page": max(1, -(-total // size)),
        "previous_page": page - 1,
        "next_page": page + 1,
        "query": urlencode(query) + "&" if query else "",
    }
