"""The description of the endpoints for units' systems with a token: what is sent, and what each status means."""

from __future__ import annotations

from anxin.access.batch.identifiers import MOST
from anxin.access.client_models import LONGEST_TOKEN_MINUTES
from anxin.api.client_schemas import (
    BINARY,
    CASE,
    CHANGE,
    COUNT,
    ITEM,
    NUMBER,
    OAUTH_ERROR,
    ORDER,
    PURPOSE,
    READ,
    RETRY,
    STANDING,
    SUBJECT,
    TEXT,
    TOKEN_FORM,
    Described,
    answers,
    in_json,
    object_of,
    operation,
)

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
            "requestBody": TOKEN_FORM,
            "responses": {
                "200": in_json(
                    "令牌 / the token",
                    {
                        "access_token": TEXT,
                        "token_type": {"const": "Bearer"},
                        "expires_in": COUNT,
                        "scope": TEXT,
                    },
                ),
                "400": OAUTH_ERROR,
                "401": OAUTH_ERROR,
                "405": {"description": "只能 POST / POST only"},
                "429": {**OAUTH_ERROR, "headers": RETRY},
            },
        }
    },
    "/api/readings": {
        "post": operation(
            "read",
            "依职权查询一个主体 / read one subject ex officio",
            ["{item}"],
            answers(
                {"200": in_json("清单所列字段 / the item's fields", READ)},
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
                        "schema": object_of(
                            {
                                "item": ITEM,
                                "case": CASE,
                                "purpose": PURPOSE,
                                "subject": SUBJECT,
                            },
                            ["item", "case", "subject"],
                        )
                    }
                },
            },
        )
    },
    "/api/batches": {
        "post": operation(
            "orderBatch",
            "批量查询组织 / read many organizations",
            ["batch", "{item}"],
            answers(
                {
                    "200": in_json(
                        "同一个键、同一批，此前已收下 / the same order came before by this key", STANDING
                    ),
                    "202": in_json("已收下，在 Location 查看进度 / accepted: progress at Location", STANDING),
                },
                *("400", "413", "415", "422", "503", "507"),
            ),
            description=(
                f"一批最多 {MOST} 个统一社会信用代码；文件作正文时，各项写在查询参数里 / "
                f"{MOST} unified social credit codes at most; where a file is the body, particulars are query parameters. "
                "一列“依据”（basis）和一列“案件编号”（case）可有可无：有则逐行写入日志，缺的行不查（E-ROW-BASIS）；"
                "禁止归集的列里有内容的行不查（E-PROHIBITED）/ columns basis and case are optional: the log then names them row by "
                "row, and a row without any is refused (E-ROW-BASIS); so is a row with a prohibited kind of cell (E-PROHIBITED)"
            ),
            **ORDER,
        )
    },
    "/api/batches/{number}": {
        "get": operation(
            "batch",
            "一批查询的进度 / where a batch stands",
            ["batch"],
            answers({"200": in_json("进度 / standing", STANDING)}, "404"),
            parameters=[NUMBER],
        ),
        "delete": operation(
            "cancelBatch",
            "取消尚未写入日志的一批 / cancel a batch that is not logged yet",
            ["batch"],
            answers({"200": in_json("已取消 / cancelled", STANDING)}, "404", "409"),
            parameters=[NUMBER],
        ),
    },
    "/api/batches/{number}/result": {
        "get": operation(
            "batchResult",
            "结果 / the answer",
            ["batch", "{item}"],
            answers(
                {
                    "200": {
                        "description": "NDJSON；Accept 为 text/csv 时给 CSV / NDJSON, or CSV where Accept names it",
                        "content": {"application/x-ndjson": BINARY, "text/csv; charset=utf-8": BINARY},
                    }
                },
                *("404", "409", "410"),
            ),
            parameters=[NUMBER],
        )
    },
    "/api/changes": {
        "get": operation(
            "changes",
            "所获信息之后的变更 / what changed in what was given",
            ["changes"],
            answers(
                {
                    "200": in_json(
                        "按发生的先后 / in order",
                        {
                            "changes": {"type": "array", "items": CHANGE},
                            "next": TEXT,
                            "more": {"type": "boolean"},
                        },
                    )
                },
                *("422", "503"),
            ),
            parameters=[{"name": "cursor", "in": "query", "required": False, "schema": TEXT}],
        )
    },
}
