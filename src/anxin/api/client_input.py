"""Reading the JSON that a unit's system sends: an object of known names, nothing else."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest

from anxin.intake.files import FileTooLarge, UploadCut

# What the description of the interface says of these as well. A code is that of an organization or an item.
LONGEST_CODE = 64
MOST_FIELDS = 500
FIELD_PATTERN = r"^[a-z0-9_.-]{1,120}$"
LONGEST_KEY = 100


class Unreadable(Exception):
    """The body is not what is expected; `path`: a JSON pointer, `detail`: what is wrong, never a value out of the body."""

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(path)
        self.path, self.detail = path, detail


def read_object(request: HttpRequest, largest: int) -> dict[str, Any]:
    """The object in the body. Raises `Unreadable`, `FileTooLarge`, `UploadCut`."""
    length = int(request.headers.get("Content-Length") or 0)
    if length > largest:
        raise FileTooLarge(limit=max(1, largest // 1_000_000))
    body = request.read()
    if len(body) != length:
        raise UploadCut(received=len(body), expected=length)
    try:
        found = json.loads(body, object_pairs_hook=_once)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, _Twice):
        raise Unreadable("", "不是 JSON，或者同一个名字出现两次 / not JSON, or a name stands twice") from None
    if not isinstance(found, dict):
        raise Unreadable("", "应为对象 / an object is needed")
    return found


class _Twice(ValueError):
    """One name given twice in an object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


def text_of(given: dict[str, Any], name: str, *, longest: int, path: str = "") -> str:
    """A text of that name, one character at least. Raises `Unreadable`."""
    value = given.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest or not is_text(value):
        raise Unreadable(f"{path}/{name}", f"1 到 {longest} 个字 / 1 to {longest} characters")
    return value


def check_names(given: dict[str, Any], *known: str, path: str = "") -> None:
    """Raises `Unreadable` at the first name that is not among `known`."""
    for name in given:
        if name not in known:
            raise Unreadable(f"{path}/{name}"[:80] if is_text(name) else path, "不认识 / unknown")


def is_text(value: str) -> bool:
    """Neither NUL nor lone surrogates, which neither database nor answer can hold."""
    if "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
