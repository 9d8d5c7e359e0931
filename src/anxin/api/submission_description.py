"""The description of the endpoints for providers: what is sent, and what each status means."""

from __future__ import annotations

from typing import Any

Described = dict[str, Any]

_TEXT: Described = {"type": "string"}
_COUNT: Described = {"type": "integer", "minimum": 0}
_NUMBER: Described = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}
_PROBLEM: Described = {
    "type": "object",
    "description": "RFC 9457; code 稳定不变 / the code is stable",
    "properties": {
        "type": _TEXT,
        "status": {"type": "integer"},
        "code": _TEXT,
        "clause": {"type": ["string", "null"]},
        "detail": _TEXT,
        "remedy": _TEXT,
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"path": _TEXT, "detail": _TEXT}},
        },
    },
    "required": ["type", "status", "code", "detail"],
}
_PROBLEMS = {
    "400": "E-CUT:上传中断，没有存入任何数据 / the upload was cut short; nothing was stored",
    "401": "E-API-KEY:接口密钥缺失、无效或已过期 / the key is missing, unknown, or no longer valid",
    "403": "E-UNIT:本单位不是这个条目的归集来源 / this unit is not a source of the item",
    "404": "E-NOT-FOUND:本单位没有这次报送 / this unit has no such submission",
    "409": "E-IN-PROGRESS:同一次报送正在处理，用同一个键再试 / the same submission is being worked on: try the key again",
    "413": "E-SIZE:文件超过上限 / the file is larger than the limit",
    "415": "E-TYPE:不支持的内容类型或字符编码 / the content type or its charset is not supported",
    "422": (
        "E-INPUT 列出每个写法不对的路径；E-KEY-REUSED 键已用于另一次报送；其余代码说明整个文件为何不收 / "
        "E-INPUT names every path that is wrong; E-KEY-REUSED: the key was used for another submission; "
        "other codes say why the whole file was refused"
    ),
    "503": "E-LOG-BEHIND:日志封存跟不上，按 Retry-After 稍后再试 / sealing the log is behind: try again after Retry-After",
    "507": "E-FULL:平台磁盘已满，没有存入任何数据 / the platform's disk is full; nothing was stored",
}
_PARTICULARS: Described = {
    "item": {**_TEXT, "description": "目录条目的代码 / code of the catalog item"},
    "mapping": {**_TEXT, "default": "double-publicity", "description": "列名格式 / column mapping"},
    "declared_rows": {**_COUNT, "description": "数据行数，不含表头 / rows of data, without the header"},
    "sha256": {**_TEXT, "pattern": "^[0-9a-fA-F]{64}$", "description": "文件的摘要 / digest of the file"},
    "file_name": {**_TEXT, "maxLength": 200},
}
_ROWS: Described = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "additionalProperties": {"type": ["string", "number", "null"]},
        "description": "列名到值 / from column name to value",
    },
}
_BINARY: Described = {"schema": {"type": "string", "format": "binary"}}


def _body(properties: Described, *, needed: list[str]) -> Described:
    return {
        "schema": {
            "type": "object",
            "properties": properties,
            "required": needed,
            "additionalProperties": False,
        }
    }


def _answers(good: dict[str, str], *problems: str) -> Described:
    answers: Described = {
        status: {
            "description": text,
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
        for status, text in good.items()
    }
    for status in problems:
        answers[status] = {
            "description": _PROBLEMS[status],
            "content": {"application/problem+json": {"schema": _PROBLEM}},
        }
    return dict(sorted(answers.items()))


def _reading(name: str, summary: str, good: str) -> Described:
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [_NUMBER],
            "responses": _answers({"200": good}, "401", "404"),
            "security": [{"providerKey": []}],
        }
    }


SECURITY_SCHEMES: Described = {
    "providerKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "单位的接口密钥 / the unit's key",
    }
}
PROVIDER_PATHS: Described = {
    "/api/submissions": {
        "post": {
            "operationId": "submit",
            "summary": "报送文件或者行 / hand in a file or rows",
            "description": (
                "文件直接作为正文时，各项写在查询参数里。大文件先给回执，由后台处理 / "
                "where the file is the body, the particulars are query parameters. "
                "A large file gets its receipt first and is worked on afterwards. "
                "text/csv 的 charset(utf-8、gb18030)声明编码，不符即退回(E-ENC)/ "
                "the charset of text/csv declares the encoding, and the file is held to it (E-ENC). "
                "被退回的报送没有效力，它的键可以再用 / a refused submission had no effect; its key may be used again."
            ),
            "parameters": [
                {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "required": True,
                    "schema": {"type": "string", "minLength": 1, "maxLength": 100},
                },
                *(
                    {"name": name, "in": "query", "required": False, "schema": schema}
                    for name, schema in _PARTICULARS.items()
                ),
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "text/csv": _BINARY,
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _BINARY,
                    "application/octet-stream": _BINARY,
                    "multipart/form-data": _body(
                        {**_PARTICULARS, "file": _BINARY["schema"]}, needed=["item", "declared_rows", "file"]
                    ),
                    "application/json": _body(
                        {**_PARTICULARS, "rows": _ROWS}, needed=["item", "declared_rows", "rows"]
                    ),
                },
            },
            "responses": _answers(
                {
                    "200": "以前报送过：同一张回执 / it came before: the same receipt",
                    "201": "回执 / the receipt",
                },
                *("400", "401", "403", "409", "413", "415", "422", "503", "507"),
            ),
            "security": [{"providerKey": []}],
        }
    },
    "/api/submissions/{number}": _reading(
        "submission",
        "一次报送的进度与结果 / where a submission stands",
        "回执、进度、各原因的行数 / receipt, progress, rows by reason",
    ),
    "/api/submissions/{number}/returned": _reading(
        "returned",
        "退回的行与原因 / returned rows and reasons",
        (
            "逐行原因，每页一千条(page);Accept 为 xlsx 时给退回的工作簿 / "
            "reasons row by row, a thousand a page (page); the returned workbook where Accept names xlsx"
        ),
    ),
}
