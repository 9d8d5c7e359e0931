"""The parts that the description of endpoints with a token is made of: parameters, bodies, answers and problems."""

from __future__ import annotations

from typing import Any

from anxin.access.batch.identifiers import MOST
from anxin.access.batch.ordering import LONGEST_AGREEMENT
from anxin.access.ex_officio import LONGEST_CASE
from anxin.api.client_input import FIELD_PATTERN, LONGEST_CODE, LONGEST_KEY, MOST_FIELDS
from anxin.subjects.queries import LONGEST_NAME, LONGEST_NUMBER

Described = dict[str, Any]

TEXT: Described = {"type": "string"}
COUNT: Described = {"type": "integer", "minimum": 0}
NUMBER: Described = {
    "name": "number",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}
ITEM: Described = {
    **TEXT,
    "minLength": 1,
    "maxLength": LONGEST_CODE,
    "description": "政务应用清单事项 / item of the use list",
}
CASE: Described = {
    **TEXT,
    "minLength": 1,
    "maxLength": LONGEST_CASE,
    "description": "案件或者办件编号 / the case",
}
PURPOSE: Described = {
    "type": "integer",
    "minimum": 0,
    "maximum": 99,
    "default": 0,
    "description": "清单事项的第几个用途 / which of the item's purposes, counted from 0",
}
AGREEMENT: Described = {
    **TEXT,
    "maxLength": LONGEST_AGREEMENT,
    "description": "批量查询协议编号 / agreement on batch queries",
}
FIELDS: Described = {
    "type": "array",
    "items": {**TEXT, "pattern": FIELD_PATTERN},
    "minItems": 1,
    "maxItems": MOST_FIELDS,
    "description": (
        "只要这些字段；不在依据之内的整批是 422 E-BATCH-FIELD / these fields only; one beyond the basis is 422 E-BATCH-FIELD "
        "for the whole batch"
    ),
}
BINARY: Described = {"schema": {"type": "string", "format": "binary"}}
PROBLEM: Described = {
    "type": "object",
    "description": "RFC 9457; code 稳定不变 / the code is stable",
    "properties": {
        "type": TEXT,
        "status": {"type": "integer"},
        "code": TEXT,
        "clause": {"type": ["string", "null"]},
        "detail": TEXT,
        "remedy": TEXT,
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"path": TEXT, "detail": TEXT}},
        },
    },
    "required": ["type", "status", "code", "detail"],
}
PROBLEMS = {
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
    "422": (
        "E-INPUT 列出写法不对的路径 / names what is ill-formed; E-BATCH-QUOTA: 超过当天剩下的额度，整批没有接收 / beyond what is left "
        "of the day's quota, refused whole; E-CASE, E-CURSOR, E-KEY-REUSED, E-BATCH-…: 见 code / see the code"
    ),
    "429": "E-RATE: 超过份额，按 Retry-After 再试 / more often than the client's share: see Retry-After",
    "503": (
        "E-LOG-BEHIND: 日志封存跟不上 / sealing the log is behind; E-LOG-UNWITNESSED: 暂停查询自然人 / persons cannot be read "
        "now; 按 Retry-After 再试 / see Retry-After"
    ),
    "507": "E-FULL: 平台磁盘已满 / the platform's disk is full",
}
RETRY: Described = {
    "Retry-After": {"description": "秒 / seconds", "schema": {"type": "integer", "minimum": 1}}
}


def answers(good: Described, *problems: str) -> Described:
    """What an operation answers: `good` by status, the problems every operation may give, and these further ones."""
    told: Described = dict(good)
    for status in ("401", "403", "429", *problems):
        told[status] = {
            "description": PROBLEMS[status],
            "content": {"application/problem+json": {"schema": PROBLEM}},
            **({"headers": RETRY} if status in ("429", "503") else {}),
        }
    told["405"] = {"description": "不支持的方法 / another method"}
    return dict(sorted(told.items()))


def in_json(description: str, properties: Described) -> Described:
    """An answer that is a JSON object with all of these properties."""
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def operation(name: str, summary: str, scopes: list[str], responses: Described, **more: Any) -> Described:
    """An operation that wants a token with these scopes."""
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"client": scopes}],
        "responses": responses,
        **more,
    }


def object_of(properties: Described, needed: list[str]) -> Described:
    """A JSON object with these properties and no others."""
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


MAYBE_TEXT: Described = {"type": ["string", "null"]}
STANDING: Described = {
    "batch": COUNT,
    "address": TEXT,
    "state": {"enum": ["received", "logged", "ready", "cancelled", "failed"]},
    "item": MAYBE_TEXT,
    "agreement": MAYBE_TEXT,
    "case": TEXT,
    "fields": {"type": "array", "items": TEXT},
    "received_at": TEXT,
    **dict.fromkeys(("asked", "accepted", "refused", "duplicates", "written"), COUNT),
    "found": {"type": ["integer", "null"]},
    "as_of": MAYBE_TEXT,
    "sha256": MAYBE_TEXT,
}
RECORD = object_of(
    {
        "record": {"type": "integer"},
        "item": TEXT,
        "name": TEXT,
        "disputed": {"type": "boolean", "description": "异议处理中 / an objection is being examined"},
        "fields": {"type": "object"},
    },
    ["record", "item", "name", "disputed", "fields"],
)
READ: Described = {
    "entry": {"type": "integer", "description": "查询日志编号 / number in the query log"},
    "as_of": TEXT,
    "item": TEXT,
    "case": TEXT,
    "clause": TEXT,
    "subject": {"type": "object", "properties": {"code": MAYBE_TEXT, "name": TEXT}},
    "disputed": {"type": "boolean"},
    "records": {"type": "array", "items": RECORD},
}
SUBJECT: Described = {
    "description": (
        "组织用代码；自然人用号码加姓名，查无、无权、不再共享、当日猜测过多是同一个 404 / "
        "an organization by its code, a person by number and name together: nobody, no right, no longer shared and too many "
        "guesses in a day are one and the same 404"
    ),
    "oneOf": [
        object_of({"code": {**TEXT, "minLength": 1, "maxLength": LONGEST_CODE}}, ["code"]),
        object_of(
            {
                "number": {**TEXT, "minLength": 1, "maxLength": LONGEST_NUMBER},
                "name": {**TEXT, "minLength": 1, "maxLength": LONGEST_NAME},
            },
            ["number", "name"],
        ),
    ],
}
CHANGE = {
    "type": "object",
    "properties": {
        "change": {"type": "integer"},
        "code": MAYBE_TEXT,
        "record": {"type": "integer"},
        "item": TEXT,
        "kind": TEXT,
        "effective_at": TEXT,
        "at": TEXT,
    },
}
PARTICULARS: dict[str, Described] = {
    "item": ITEM,
    "agreement": AGREEMENT,
    "case": CASE,
    "purpose": PURPOSE,
    "fields": FIELDS,
}
ROW: Described = {
    "description": "代码；或者代码和这一行自己的依据、案件，写入查询日志 / a code, or a code with the row's own basis and case for the log",
    "oneOf": [TEXT, object_of({"code": TEXT, "basis": TEXT, "case": TEXT}, ["code"])],
}
ORDER: Described = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": (
                "再发一次不会多查一批；同键不同批是 422 E-KEY-REUSED / sent again, no second batch; "
                "another order by the same key is 422 E-KEY-REUSED"
            ),
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
        },
        *(
            {
                "name": name,
                "in": "query",
                "required": False,
                "schema": schema,
                "style": "form",
                "explode": False,
            }
            for name, schema in PARTICULARS.items()
        ),
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": object_of(
                    {
                        "identifiers": {"type": "array", "items": ROW, "minItems": 1, "maxItems": MOST},
                        **PARTICULARS,
                    },
                    ["identifiers"],
                )
            },
            "text/csv": BINARY,
            "text/plain": BINARY,
            "application/octet-stream": BINARY,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": BINARY,
        },
    },
}
OAUTH_ERROR: Described = {
    "description": "RFC 6749, 5.2",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"error": TEXT, "error_description": TEXT},
                "required": ["error"],
            }
        }
    },
}
TOKEN_FORM: Described = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "properties": {
                    "grant_type": {"const": "client_credentials"},
                    "scope": {
                        **TEXT,
                        "description": "清单事项代码、batch、changes / codes of items, batch, changes",
                    },
                    "client_id": TEXT,
                    "client_secret": TEXT,
                },
                "required": ["grant_type"],
            }
        }
    },
}
