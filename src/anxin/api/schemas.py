"""The shapes of the answers, as JSON Schema (2020-12), named as OpenAPI components. A test holds real answers against them."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def _object(description: str, /, **properties: Schema) -> Schema:
    """Every named property is always there; nothing else is."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _maybe(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _list(items: str) -> Schema:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{items}"}}


_TEXT: Schema = {"type": "string"}
_DAY: Schema = {"type": "string", "format": "date"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_SECONDS: Schema = {"type": "integer", "description": "1970 年以来的秒数 / seconds since 1970"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_FLAG: Schema = {"type": "boolean"}
USCC: Schema = {"type": "string", "pattern": "^[0-9A-Z]{18}$"}
# Either the national code, or a code of a kind that the city's pack declares.
_IDENTIFIED: dict[str, Schema] = {
    "uscc": _maybe(USCC),
    "code_kind": {**_maybe(_TEXT), "description": "当地代码的种类 / kind of the local code"},
    "local_code": {**_maybe(_TEXT), "description": "当地代码 / local code"},
}

SCHEMAS: dict[str, Schema] = {
    "Organization": _object(
        "一个组织在应答时刻（Date 头）公开的内容 / what is public of an organization at the moment of the answer (header Date)",
        **_IDENTIFIED,
        code_kind_zh=_maybe(_TEXT),
        code_kind_en=_maybe(_TEXT),
        name=_TEXT,
        registered_on=_maybe(_DAY),
        division_code=_maybe(_TEXT),
        parent_uscc=_maybe(_TEXT),
        former_names=_list("FormerName"),
        record_count=_COUNT,
        disputed_count=_COUNT,
        next_display_end={
            **_maybe(_MOMENT),
            "description": "最早有记录停止展示的时刻 / when the first record stops being shown",
        },
        counts={"type": "object", "additionalProperties": _COUNT, "description": "section → records"},
        records=_list("Record"),
    ),
    "FormerName": _object("曾用名 / former name", name=_TEXT, valid_from=_maybe(_DAY), valid_to=_DAY),
    "Record": _object(
        "一条公开的记录 / one public record",
        record={"type": "integer"},
        version={"type": "integer", "minimum": 1},
        item={**_TEXT, "description": "目录项代码 / code of the catalog item"},
        name_zh=_TEXT,
        name_en=_TEXT,
        section=_TEXT,
        adverse=_FLAG,
        disputed={**_FLAG, "description": "异议处理中 / an objection is being examined"},
        document_kind=_TEXT,
        document_number=_TEXT,
        decided_on=_maybe(_DAY),
        effective_on=_maybe(_DAY),
        tier={"type": ["integer", "null"], "enum": [1, 2, 3, None]},
        display_from=_MOMENT,
        display_to={**_MOMENT, "description": "不含这一刻 / exclusive"},
        recorded_at=_MOMENT,
        unit_zh=_maybe(_TEXT),
        unit_en=_maybe(_TEXT),
        file_digest={**_maybe(_TEXT), "description": "SHA-256 of the source file"},
        row_number={"type": "integer", "minimum": 1},
        fields=_list("Field"),
    ),
    "Field": _object(
        "一个字段；金额以分为单位 / one field; money in fen",
        name=_TEXT,
        label_zh=_TEXT,
        label_en=_TEXT,
        type=_TEXT,
        value={"description": "从不为空 / never null"},
    ),
    "Found": _object("查询结果 / search answer", total=_COUNT, organizations=_list("FoundOrganization")),
    "FoundOrganization": _object(
        "一个结果 / one result", **_IDENTIFIED, name=_TEXT, former_name=_maybe(_TEXT)
    ),
    "Statistics": _object(
        "最近一次发布的统计；没有合计 / the latest release; no totals",
        released_on=_DAY,
        fewer_than={**_COUNT, "description": "自然人少于此数不公布 / fewer persons are not told"},
        cells=_list("StatisticsCell"),
    ),
    "StatisticsCell": _object(
        "一个目录项、一类主体 / one item, one kind of subject",
        item=_TEXT,
        name_zh=_TEXT,
        name_en=_TEXT,
        subject_kind={**_TEXT, "enum": ["organization", "natural_person"]},
        number={**_maybe(_COUNT), "description": "不公布时为空 / null where it is not told"},
        since={
            **_maybe(_DAY),
            "description": "这个数首次公布的日期；此后变化小于 fewer_than 时不改 / first told on; a change below fewer_than moves neither",
        },
    ),
    "Checkpoint": {
        **_TEXT,
        "description": "C2SP tlog-checkpoint，附见证联署 / with the cosignatures of witnesses",
    },
    "LogProof": _object(
        "RFC 9162 包含证明，base64 / inclusion proofs, base64",
        entry=_TEXT,
        index=_COUNT,
        size=_COUNT,
        commitment={
            **_TEXT,
            "description": "加盐承诺值，树叶的内容 / the salted commitment, what the leaf holds",
        },
        proof_sha256={"type": "array", "items": _TEXT},
        proof_sm3={"type": "array", "items": _TEXT},
        checkpoint=_TEXT,
    ),
    "Keys": _object(
        "公钥(RFC 7517)/ public keys", keys=_list("Key"), papers={"$ref": "#/components/schemas/PaperTrust"}
    ),
    "Key": {
        "type": "object",
        "description": "Ed25519 (RFC 8037)",
        "properties": {
            "kty": {"const": "OKP"},
            "crv": {"const": "Ed25519"},
            "x": _TEXT,
            "kid": _TEXT,
            "nbf": _SECONDS,
            "exp": _SECONDS,
            "revoked": {"$ref": "#/components/schemas/Revoked"},
        },
        "required": ["kty", "crv", "x", "kid"],
    },
    "Revoked": _object(
        "此后的签名无效 / what it signed from then on is void", revoked_at=_SECONDS, reason=_TEXT
    ),
    "PaperTrust": _object(
        "纸面印章的根证书 / who vouches for seals on paper",
        roots={"type": "array", "items": {**_TEXT, "description": "PEM"}},
        revoked=_list("RevokedCertificate"),
    ),
    "RevokedCertificate": _object(
        "已吊销的证书 / a revoked certificate", serial=_TEXT, revoked_at=_SECONDS, reason=_TEXT
    ),
    "Description": {"type": "object", "description": "OpenAPI 3.1"},
    "Problem": _object(
        "RFC 9457; code 稳定不变 / the code is stable",
        type=_TEXT,
        status={"type": "integer"},
        code=_TEXT,
        title=_TEXT,
        detail=_TEXT,
    ),
}
