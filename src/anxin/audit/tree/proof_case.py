"""One test case of a proof as JSON, in the form of the public Merkle test vectors.

Inclusion: `leafIdx`, `treeSize`, `leafHash`, `proof`, `root`. Consistency: `size1`, `size2`, `root1`, `root2`, `proof`.
Bytes are base64; `proof` may be null; other fields (`desc`, `wantErr`) are passed over.
"""

from __future__ import annotations

import json
from typing import Any

from anxin.audit.tree.keys import Malformed, decode
from anxin.audit.tree.proofs import ProofInvalid, verify_consistency, verify_inclusion

INCLUSION = {"leafIdx", "treeSize", "leafHash", "root"}
CONSISTENCY = {"size1", "size2", "root1", "root2"}
LARGEST_CASE = 1 << 20


def check_case(given: bytes) -> None:
    """Return where the case's proof is valid; else raise `ProofInvalid`, whatever the bytes are."""
    case = _read(given)
    proof = _hashes(case)
    if case.keys() & CONSISTENCY:
        verify_consistency(
            size1=_number(case, "size1"),
            size2=_number(case, "size2"),
            root1=_bytes(case, "root1"),
            root2=_bytes(case, "root2"),
            proof=proof,
        )
    else:
        verify_inclusion(
            index=_number(case, "leafIdx"),
            size=_number(case, "treeSize"),
            leaf_hash=_bytes(case, "leafHash"),
            proof=proof,
            root=_bytes(case, "root"),
        )


def _read(given: bytes) -> dict[str, Any]:
    if len(given) > LARGEST_CASE:
        raise ProofInvalid("输入过长", "the input is too long")
    try:
        case = json.loads(given.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise ProofInvalid("输入不是 JSON", "the input is not JSON") from error
    if not isinstance(case, dict):
        raise ProofInvalid("输入不是 JSON 对象", "the input is no JSON object")
    if "leafIndex" in case and "leafIdx" not in case:
        case["leafIdx"] = case["leafIndex"]
    if case.keys() & INCLUSION and case.keys() & CONSISTENCY:
        raise ProofInvalid("同时给出了两种证明", "the input holds fields of both kinds of proof")
    return case


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ProofInvalid("同一字段出现两次", "a field stands twice")
    return found


def _field(case: dict[str, Any], name: str) -> Any:
    if name not in case:
        raise ProofInvalid(f"缺少字段 {name}", f"the field {name} is missing")
    return case[name]


def _number(case: dict[str, Any], name: str) -> int:
    value = _field(case, name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ProofInvalid(f"{name} 不是整数", f"{name} is not a whole number")
    return value


def _bytes(case: dict[str, Any], name: str) -> bytes:
    return _decoded(_field(case, name), name)


def _hashes(case: dict[str, Any]) -> list[bytes]:
    values = _field(case, "proof")
    if values is None:
        return []
    if not isinstance(values, list):
        raise ProofInvalid("proof 不是列表", "proof is not a list")
    return [_decoded(value, "proof") for value in values]


def _decoded(value: Any, name: str) -> bytes:
    if not isinstance(value, str):
        raise ProofInvalid(f"{name} 不是文本", f"{name} is not text")
    try:
        return decode(value)
    except Malformed as error:
        raise ProofInvalid(f"{name}：{error.why.zh}", f"{name}: {error.why.en}") from error
