"""What a call to hand in rows says of itself: strictly checked, every fault named with its path (inputs 31, 62)."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from anxin.intake.queries import mapping_names

FIELDS = ("item", "mapping", "declared_rows", "sha256", "file_name")
FIRST_MAPPING = "double-publicity"
MOST_FAULTS = 100
_KEY = re.compile(r"[\x21-\x7e]{1,100}")
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")
_ROWS_A_BLOCK = 2000


@dataclass(slots=True)
class Input:
    """The checked particulars of a call. `faults`: path and what is wrong, empty where all is well."""

    item: str = ""
    mapping: str = FIRST_MAPPING
    declared_rows: int | None = None
    sha256: bytes | None = None
    file_name: str = ""
    encoding: str = ""
    key: str = ""
    rows: list[dict[str, Any]] | None = None
    faults: list[dict[str, str]] = field(default_factory=list)

    def fault(self, path: str, zh: str, en: str) -> None:
        """Note a fault; after a hundred the caller has seen enough."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append({"path": path, "detail": f"{zh} / {en}"})


class UnreadableJson(Exception):
    """The body is no JSON that means one thing; `detail` says why, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def from_fields(pairs: Iterable[tuple[str, list[str]]], key: str) -> Input:
    """Particulars out of query parameters or form fields (name, values)."""
    found = Input()
    values: dict[str, Any] = {}
    for name, given in pairs:
        if name not in FIELDS:
            found.fault(name, "不认识的字段", "unknown field")
        elif len(given) != 1:
            found.fault(name, "只能出现一次", "may stand once only")
        elif name == "declared_rows":
            values[name] = int(given[0]) if re.fullmatch(r"[0-9]{1,9}", given[0]) else given[0]
        else:
            values[name] = given[0]
    _fill(found, values, key)
    return found


def from_json(body: bytes, key: str) -> Input:
    """Particulars and rows out of a JSON body. Raises `UnreadableJson`."""
    document = _parsed(body)
    found = Input()
    if not isinstance(document, dict):
        found.fault("", "应为一个对象", "must be an object")
        return found
    for name in document:
        if name not in (*FIELDS, "rows"):
            found.fault(f"/{name[:60]}", "不认识的字段", "unknown field")
    declared = document.get("declared_rows")
    if isinstance(declared, _Number) and re.fullmatch(r"[0-9]{1,9}", declared):
        document["declared_rows"] = int(declared)
    _fill(found, {name: document[name] for name in FIELDS if name in document}, key, slash="/")
    _take_rows(found, document.get("rows"))
    return found


def csv_blocks(rows: list[dict[str, Any]]) -> Iterator[bytes]:
    """JSON rows as CSV in UTF-8, so that they take the very way of a file; columns in order of first appearance."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for number, row in enumerate(rows, start=1):
        writer.writerow("" if row.get(name) is None else row[name] for name in columns)
        if number % _ROWS_A_BLOCK == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _fill(found: Input, values: Mapping[str, Any], key: str, slash: str = "") -> None:
    for name in ("item", "mapping", "file_name", "sha256"):
        if name in values and (isinstance(values[name], _Number) or not isinstance(values[name], str)):
            found.fault(slash + name, "应为文本", "must be text")
            return
    if _KEY.fullmatch(key):
        found.key = key
    else:
        found.fault(
            "Idempotency-Key",
            "请求头缺失或不是 1–100 个可见字符",
            "header of 1–100 visible characters is needed",
        )
    found.item = values.get("item", "")
    if not re.fullmatch(r"[a-z0-9-]{1,64}", found.item):
        found.fault(slash + "item", "请填目录条目的代码", "the code of a catalog item is needed")
    found.mapping = values.get("mapping", FIRST_MAPPING)
    if found.mapping not in mapping_names():
        found.fault(slash + "mapping", "没有这个列名格式", "there is no such mapping")
    declared = values.get("declared_rows")
    if type(declared) is int:
        found.declared_rows = declared
    else:
        found.fault(
            slash + "declared_rows", "请填数据行数（整数）", "the number of rows is needed, a whole number"
        )
    digest = values.get("sha256", "")
    if digest and _DIGEST.fullmatch(digest):
        found.sha256 = bytes.fromhex(digest)
    elif digest:
        found.fault(slash + "sha256", "应为 64 位十六进制", "must be 64 hexadecimal digits")
    found.file_name = values.get("file_name", "")[:200]


def _take_rows(found: Input, rows: Any) -> None:
    if not isinstance(rows, list) or not rows:
        found.fault("/rows", "应为至少一行的数组", "must be an array of at least one row")
        return
    for position, row in enumerate(rows):
        if not isinstance(row, dict) or not row:
            found.fault(f"/rows/{position}", "应为非空对象", "must be an object that is not empty")
            continue
        for name, value in row.items():
            if value is not None and not isinstance(value, str):
                found.fault(
                    f"/rows/{position}/{name[:60]}", "应为文本、数字或 null", "must be text, number or null"
                )
    if not found.faults:
        found.rows = rows


class _Number(str):
    """A JSON number as it was written: no value is rounded on its way in."""

    __slots__ = ()


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_once_each,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError as error:
        raise UnreadableJson("不是 UTF-8 编码", "it is not UTF-8") from error
    except RecursionError as error:
        raise UnreadableJson("嵌套太深", "it is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise UnreadableJson(
            f"第 {error.lineno} 行第 {error.colno} 列不是合法的 JSON",
            f"it is no JSON at line {error.lineno}, column {error.colno}",
        ) from error


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableJson("同一个对象里有重复的键", "an object names a key twice")
    return found


def _no_constant(name: str) -> Any:
    raise UnreadableJson("NaN 和 Infinity 不是 JSON 的值", "NaN and Infinity are no values of JSON")
