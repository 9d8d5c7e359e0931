"""The first tour: the pages a newcomer sees, and the accounts to sign in with."""

from __future__ import annotations

import re
import time
from http.cookiejar import CookieJar
from importlib import import_module
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

PUBLIC_PAGES = ("/", "/law/", "/catalog/", "/rights/", "/verify/", "/sign-in/")


def walk(address: str) -> dict[str, Any]:
    """Fetch every page of the tour; `ok` only where each answered 200 with something on it."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    pages = [_fetch(opener, address, path) for path in PUBLIC_PAGES]
    for account, paths in _private_pages():
        visitor = build_opener(HTTPCookieProcessor(CookieJar()))
        _sign_in(visitor, address, account)
        pages += [_fetch(visitor, address, path) for path in paths]
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


def _fetch(opener: OpenerDirector, address: str, path: str) -> dict[str, Any]:
    began = time.monotonic()
    try:
        with opener.open(address + path, timeout=20) as answer:
            body, status = answer.read(), answer.status
            if answer.url.split("?")[0] != (address + path).split("?")[0]:
                status = 302
    except HTTPError as error:
        body, status = error.read(), error.code
    milliseconds = round((time.monotonic() - began) * 1000, 1)
    return {"path": path, "status": status, "bytes": len(body), "milliseconds": milliseconds}


def _sign_in(opener: OpenerDirector, address: str, account: Any) -> None:
    with opener.open(address + "/sign-in/", timeout=20) as answer:
        page = answer.read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    fields = {
        "csrfmiddlewaretoken": token.group(1) if token else "",
        "username": account.username,
        "password": account.password,
    }
    opener.open(address + "/sign-in/", urlencode(fields).encode(), timeout=20).close()
