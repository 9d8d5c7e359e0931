"""The description of the endpoints for units' systems with a token: what is sent, and what each status means."""

from __future__ import annotations

from typing import Any

from anxin.access.batch.identifiers import MOST
from anxin.access.client_models import LONGEST_TOKEN_MINUTES

Described = dict[str, Any]

_TEXT: Described = {"type": "string"}
_COUNT: Described = {"type": "integer", "minimum": 0}
_NUMBER: Described = {
    "name": "number",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}
_ITEM: Described = {
    **_TEXT,
    "minLength": 1,
    "maxLength": 64,
    "description": "政务应用清单事项 / item of the use list",
}
_CASE: Described = {**_TEXT, "minLength": 1, "maxLength": 120, "description": "案件或者办件编号 / the case"}
_PURPOSE: Described = {
    "type": "integer",
    "minimum": 0,
    "maximum": 99,
    "default": 0,
    "description": "清单事项的第几个用途 / which of the item's purposes, counted from 0",
}
_AGREEMENT: Described = {
    **_TEXT,
    "maxLength": 120,
    "description": "批量查询协议编号 / agreement on batch queries",
}
_BINARY: Described = {"schema": {"type": "string", "format": "binary"}}
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
    "400": "E-CUT: 上传中断 / the upload was cut short",
    "401": "E-TOKEN: 令牌缺失、无效、过期或客户端已终止 / the token is missing, unknown or expired, or the client was ended",
    "403": (
        "E-SCOPE: 客户端没有这项权限 / the client has no such right; "
        "E-USE-LIST: 清单没有本单位现行的这一事项 / the use list has no such item in force for this unit"
    ),
    "404": "E-NOT-FOUND, E-NOTHING-TO-READ: 没有可以查询的内容 / nothing that may be read",
    "409": "E-BATCH-STATE: 还没有结果 / no answer yet; E-BATCH-LATE: 不能再取消 / too late to cancel",
    "410": "E-BATCH-GONE: 结果已过保存期 / the answer was kept for its time and is gone",
    "413": "E-SIZE: 超过上限 / larger than the limit",
    "415": "E-TYPE: 不支持的内容类型 / the content type is not supported",
    "422": "E-INPUT 列出写法不对的路径 / names what is ill-formed; E-CASE, E-CURSOR, E-BATCH-…: 见 code / see the code",
    "429": "E-RATE: 超过份额，按 Retry-After 再试 / more often than the client's share: see Retry-After",
    "503": (
        "E-LOG-BEHIND: 日志封存跟不上 / sealing the log is behind; E-LOG-UNWITNESSED: 暂停查询自然人 / persons cannot be read "
        "now; 按 Retry-After 再试 / see Retry-After"
    ),
    "507": "E-FULL: 平台磁盘已满 / the platform's disk is full",
}
_RETRY: Described = {
    "Retry-After": {"description": "秒 / seconds", "schema": {"type": "integer", "minimum": 1}}
}


def _answers(good: Described, *problems: str) -> Described:
    answers: Described = dict(good)
    for status in ("401", "403", "429", *problems):
        answers[status] = {
            "description": _PROBLEMS[status],
            "content": {"application/problem+json": {"schema": _PROBLEM}},
            **({"headers": _RETRY} if status in ("429", "503") else {}),
        }
    answers["405"] = {"description": "不支持的方法 / another method"}
    return dict(sorted(answers.items()))


def _json(description: str, properties: Described) -> Described:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _operation(name: str, summary: str, scopes: list[str], responses: Described, **more: Any) -> Described:
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"client": scopes}],
        "responses": responses,
        **more,
    }


def _object(properties: Described, needed: list[str]) -> Described:
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


_MAYBE_TEXT: Described = {"type": ["string", "null"]}
_STANDING: Described = {
    "batch": _COUNT,
    "address": _TEXT,
    "state": {"enum": ["received", "logged", "ready", "cancelled", "failed"]},
    "item": _MAYBE_TEXT,
    "agreement": _MAYBE_TEXT,
    "case": _TEXT,
    "fields": {"type": "array", "items": _TEXT},
    "received_at": _TEXT,
    **dict.fromkeys(("asked", "accepted", "refused", "duplicates", "written"), _COUNT),
    "found": {"type": ["integer", "null"]},
    "as_of": _MAYBE_TEXT,
    "sha256": _MAYBE_TEXT,
}
_RECORD = _object(
    {
        "record": {"type": "integer"},
        "item": _TEXT,
        "name": _TEXT,
        "disputed": {"type": "boolean", "description": "异议处理中 / an objection is being examined"},
        "fields": {"type": "object"},
    },
    ["record", "item", "name", "disputed", "fields"],
)
_READ: Described = {
    "entry": {"type": "integer", "description": "查询日志编号 / number in the query log"},
    "as_of": _TEXT,
    "item": _TEXT,
    "case": _TEXT,
    "clause": _TEXT,
    "subject": {"type": "object", "properties": {"code": _MAYBE_TEXT, "name": _TEXT}},
    "disputed": {"type": "boolean"},
    "records": {"type": "array", "items": _RECORD},
}
_SUBJECT: Described = {
    "description": (
        "组织用代码；自然人用号码加姓名，查无、无权、不再共享、当日猜测过多是同一个 404 / "
        "an organization by its code, a person by number and name together: nobody, no right, no longer shared and too many "
        "guesses in a day are one and the same 404"
    ),
    "oneOf": [
        _object({"code": {**_TEXT, "minLength": 1, "maxLength": 64}}, ["code"]),
        _object(
            {
                "number": {**_TEXT, "minLength": 1, "maxLength": 64},
                "name": {**_TEXT, "minLength": 1, "maxLength": 120},
            },
            ["number", "name"],
        ),
    ],
}
_CHANGE = {
    "type": "object",
    "properties": {
        "change": {"type": "integer"},
        "code": _MAYBE_TEXT,
        "record": {"type": "integer"},
        "item": _TEXT,
        "kind": _TEXT,
        "effective_at": _TEXT,
        "at": _TEXT,
    },
}
_PARTICULARS: dict[str, Described] = {
    "item": _ITEM,
    "agreement": _AGREEMENT,
    "case": _CASE,
    "purpose": _PURPOSE,
}
_ORDER: Described = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": (
                "再发一次不会多查一批；同键不同批是 422 E-KEY-REUSED / sent again, no second batch; "
                "another order by the same key is 422 E-KEY-REUSED"
            ),
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
            "application/json": {
                "schema": _object(
                    {
                        "identifiers": {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": MOST},
                        **_PARTICULARS,
                    },
                    ["identifiers", "case"],
                )
            },
            "text/csv": _BINARY,
            "text/plain": _BINARY,
            "application/octet-stream": _BINARY,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _BINARY,
        },
    },
}
_OAUTH_ERROR: Described = {
    "description": "RFC 6749, 5.2",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"error": _TEXT, "error_description": _TEXT},
                "required": ["error"],
            }
        }
    },
}
_TOKEN_FORM: Described = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "properties": {
                    "grant_type": {"const": "client_credentials"},
                    "scope": {
                        **_TEXT,
                        "description": "清单事项代码、batch、changes / codes of items, batch, changes",
                    },
                    "client_id": _TEXT,
                    "client_secret": _TEXT,
                },
                "required": ["grant_type"],
            }
        }
    },
}

CLIENT_SECURITY: Described = {
    "client": {
        "type": "oauth2",
        "description": f"令牌 {LONGEST_TOKEN_MINUTES} 分钟有效 / tokens last {LONGEST_TOKEN_MINUTES} minutes",
        "flows": {
            "clientCredentials": {
                "tokenUrl": "/api/oauth/token",
                "scopes": {
                    "batch": "批量查询 / batch queries",
                    "changes": "变更通知 / the feed of changes",
                    "{item}": "政务应用清单事项的代码 / the code of an item of the use list",
                },
            }
        },
    }
}
CLIENT_PATHS: Described = {
    "/api/oauth/token": {
        "post": {
            "operationId": "token",
            "summary": "领取令牌 / get a token (RFC 6749, 4.4)",
            "description": "HTTP Basic 或者表单给出 client_id、client_secret / credentials by HTTP Basic or in the form",
            "security": [],
            "requestBody": _TOKEN_FORM,
            "responses": {
                "200": _json(
                    "令牌 / the token",
                    {
                        "access_token": _TEXT,
                        "token_type": {"const": "Bearer"},
                        "expires_in": _COUNT,
                        "scope": _TEXT,
                    },
                ),
                "400": _OAUTH_ERROR,
                "401": _OAUTH_ERROR,
                "405": {"description": "只能 POST / POST only"},
                "429": {**_OAUTH_ERROR, "headers": _RETRY},
            },
        }
    },
    "/api/readings": {
        "post": _operation(
            "read",
            "依职权查询一个主体 / read one subject ex officio",
            ["{item}"],
            _answers(
                {"200": _json("清单所列字段 / the item's fields", _READ)},
                "400",
                "404",
                "413",
                "415",
                "422",
                "503",
            ),
            requestBody={
                "required": True,
                "content": {
                    "application/json": {
                        "schema": _object(
                            {
                                "item": _ITEM,
                                "case": _CASE,
                                "purpose": _PURPOSE,
                                "subject": _SUBJECT,
                            },
                            ["item", "case", "subject"],
                        )
                    }
                },
            },
        )
    },
    "/api/batches": {
        "post": _operation(
            "orderBatch",
            "批量查询组织 / read many organizations",
            ["batch", "{item}"],
            _answers(
                {
                    "200": _json(
                        "同一个键、同一批，此前已收下 / the same order came before by this key", _STANDING
                    ),
                    "202": _json("已收下，在 Location 查看进度 / accepted: progress at Location", _STANDING),
                },
                *("400", "413", "415", "422", "503", "507"),
            ),
            description=(
                f"一批最多 {MOST} 个统一社会信用代码；文件作正文时，各项写在查询参数里 / "
                f"{MOST} unified social credit codes at most; where a file is the body, particulars are query parameters"
            ),
            **_ORDER,
        )
    },
    "/api/batches/{number}": {
        "get": _operation(
            "batch",
            "一批查询的进度 / where a batch stands",
            ["batch"],
            _answers({"200": _json("进度 / standing", _STANDING)}, "404"),
            parameters=[_NUMBER],
        ),
        "delete": _operation(
            "cancelBatch",
            "取消尚未写入日志的一批 / cancel a batch that is not logged yet",
            ["batch"],
            _answers({"200": _json("已取消 / cancelled", _STANDING)}, "404", "409"),
            parameters=[_NUMBER],
        ),
    },
    "/api/batches/{number}/result": {
        "get": _operation(
            "batchResult",
            "结果 / the answer",
            ["batch", "{item}"],
            _answers(
                {
                    "200": {
                        "description": "NDJSON；Accept 为 text/csv 时给 CSV / NDJSON, or CSV where Accept names it",
                        "content": {"application/x-ndjson": _BINARY, "text/csv; charset=utf-8": _BINARY},
                    }
                },
                *("404", "409", "410"),
            ),
            parameters=[_NUMBER],
        )
    },
    "/api/changes": {
        "get": _operation(
            "changes",
            "所获信息之后的变更 / what changed in what was given",
            ["changes"],
            _answers(
                {
                    "200": _json(
                        "按发生的先后 / in order",
                        {
                            "changes": {"type": "array", "items": _CHANGE},
                            "next": _TEXT,
                            "more": {"type": "boolean"},
                        },
                    )
                },
                *("422", "503"),
            ),
            parameters=[{"name": "cursor", "in": "query", "required": False, "schema": _TEXT}],
        )
    },
}
