"""The first tour: the pages a newcomer sees, and the accounts to sign in with."""

from __future__ import annotations

import re
import time
from http import HTTPStatus
from http.cookiejar import CookieJar
from importlib import import_module
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

PUBLIC_PAGES = (
    *(
        "/",
        "/law/",
        "/law/41/",
        "/catalog/",
        "/catalog/administrative-penalty/",
        "/rights/",
        "/statistics/",
        "/verify/",
        "/sign-in/",
    ),
)
# Two characters that stand in the name of every organization of the city.
LOOKED_UP = "杏川"
# A busy machine may say 503 and when to come back; a visitor would.
ATTEMPTS = 5


def walk(address: str) -> dict[str, Any]:
    """Fetch every page of the tour; `ok` only where each answered 200 with something on it."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    pages = [_fetch(opener, address, path) for path in PUBLIC_PAGES]
    pages += _look_up(opener, address)
    for account, paths in _private_pages():
        visitor = build_opener(HTTPCookieProcessor(CookieJar()))
        _sign_in(visitor, address, account)
        pages += [_fetch(visitor, address, path) for path in paths]
        if "/my/" in paths:
            pages += _own_reports(visitor, address)
    return {"ok": all(page["status"] == 200 and page["bytes"] > 500 for page in pages), "pages": pages}


def account_lines() -> list[str]:
    """A line for each demonstration account: name, password, what to look at."""
    return [f"{one.username:<16} {one.password:<20} {one.tour}" for one in _accounts()]


def _accounts() -> list[Any]:
    try:
        accounts = import_module("anxin.city.accounts")
    except ModuleNotFoundError:
        return []
    return list(accounts.ACCOUNTS)


def _private_pages() -> list[tuple[Any, tuple[str, ...]]]:
    return [(account, tuple(account.pages)) for account in _accounts() if account.pages]


def _look_up(opener: OpenerDirector, address: str) -> list[dict[str, Any]]:
    """The search, and the page and the public data of the first organization it finds."""
    search = f"/search/?q={quote(LOOKED_UP)}"
    with _open(opener, address + search) as answer:
        found = re.search(r'href="(/organizations/(\w+)/)"', answer.read().decode())
    page, code = found.groups() if found else ("/organizations/none/", "none")
    return [_fetch(opener, address, path) for path in (search, page, f"/api/organizations/{code}")]


def _own_reports(opener: OpenerDirector, address: str) -> list[dict[str, Any]]:
    """Each form of the first report that the account may have issued: page, paper, signed data."""
    with _open(opener, address + "/my/") as answer:
        page = answer.read().decode()
    forms = re.findall(r'action="(/my/\d+/report[^"]*)"', page)[:3]
    fields = urlencode({"csrfmiddlewaretoken": _token(page)}).encode()
    return [_fetch(opener, address, path, fields) for path in forms or ["/my/report"]]


def _fetch(opener: OpenerDirector, address: str, path: str, fields: bytes | None = None) -> dict[str, Any]:
    began = time.monotonic()
    try:
        with _open(opener, address + path, fields) as answer:
            body, status = answer.read(), answer.status
            if answer.url.split("?")[0] != (address + path).split("?")[0]:
                status = 302
    except HTTPError as error:
        body, status = error.read(), error.code
    milliseconds = round((time.monotonic() - began) * 1000, 1)
    return {"path": path, "status": status, "bytes": len(body), "milliseconds": milliseconds}


def _sign_in(opener: OpenerDirector, address: str, account: Any) -> None:
    with _open(opener, address + "/sign-in/") as answer:
        page = answer.read().decode()
    fields = {
        "csrfmiddlewaretoken": _token(page),
        "username": account.username,
        "password": account.password,
    }
    _open(opener, address + "/sign-in/", urlencode(fields).encode()).close()


def _open(opener: OpenerDirector, url: str, fields: bytes | None = None) -> Any:
    for _ in range(ATTEMPTS - 1):
        try:
            return opener.open(url, fields, timeout=20)
        except HTTPError as error:
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            error.close()
            time.sleep(float(error.headers.get("Retry-After", 1)))
    return opener.open(url, fields, timeout=20)


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    return found.group(1) if found else ""
