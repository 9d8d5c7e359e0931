"""That one entry is in the log: a receipt that its holder can check alone, made from an export and checked without one.

{"index":5,"kind":"q","salt":"…","entry":"…","commitment":"…","proof":["…"],"checkpoint":"…"}
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from anxin.audit.tree.hashing import SHA256
from anxin.audit.tree.keys import Malformed, decode, encode
from anxin.audit.tree.merkle import ReadNode, inclusion_proof, nodes_of
from anxin.audit.tree.proofs import ProofInvalid, verify_inclusion
from anxin.audit.verifier.export import LATEST, LEVEL, Portion, portions
from anxin.audit.verifier.faults import Fault, Kind
from anxin.audit.verifier.hashed import Hashed, Wanted, hash_all
from anxin.audit.verifier.history import read_text
from anxin.audit.verifier.lines import read_lines
from anxin.audit.verifier.trust import Trust, check_log_signature, missing_witnesses, see

LINE = ("index", "kind", "salt", "entry", "erased", "commitment")


def find_entry(folder: Path, name: str) -> int | None:
    """The place of the entry of a name such as `q17` (kind and number); None where the export has it not or erased."""
    number = name[1:]
    if name[:1] not in {"q", "e"} or not (number.isascii() and number.isdigit()):
        return None
    needle = f'"[\\"{name[0]}\\", {int(number)}, '.encode()
    for portion in portions(folder):
        place = portion.first
        for piece in portion.pieces:
            lines = piece.read()
            at = lines.find(needle)
            if at >= 0:
                return place + lines.count(b"\n", 0, at)
            place += piece.count
    return None


def make_receipt(folder: Path, index: int, trusted: Trust, *, processes: int = 1) -> tuple[str, list[Fault]]:
    """The receipt of the entry at `index` under the export's latest checkpoint; empty where there is none to make."""
    faults: list[Fault] = []
    text = read_text(folder / LATEST, faults)
    seen = see(text, trusted, LATEST, faults)
    if seen is None or index >= seen.checkpoint.size:
        return "", [*faults, Fault(Kind.LEAVES_MISSING, index, index + 1)]
    size = seen.checkpoint.size
    needed = [portion for portion in portions(folder) if portion.first < size]
    held = next((one for one in needed if one.first <= index < one.first + one.count), None)
    if held is None or needed[-1].first + needed[-1].count < size:
        return "", [*faults, Fault(Kind.LEAVES_MISSING, index, index + 1)]
    hashed = list(hash_all(needed, Wanted((size,), leaf=index, tail=size), processes))
    proof = inclusion_proof(index, size, _nodes(hashed))
    row = _line(held, index)
    receipt = row | {"proof": [encode(one) for one in proof], "checkpoint": text}
    return json.dumps(receipt, ensure_ascii=False), faults


def check_receipt(text: str, trusted: Trust) -> tuple[dict[str, Any], list[Fault]]:
    """What a receipt holds and what is wrong with it."""
    faults: list[Fault] = []
    try:
        receipt = json.loads(text)
        index, proof = receipt["index"], [decode(one) for one in receipt["proof"]]
        line = json.dumps({name: receipt[name] for name in LINE if name in receipt}, ensure_ascii=False)
        read = read_lines(line.encode(), index, 1)
        seen = see(receipt["checkpoint"], trusted, "checkpoint", faults)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Malformed):
        return {}, [Fault(Kind.LINE, detail="receipt")]
    faults += [
        *read.faults,
        *(Fault(Kind.OUT_OF_PLACE, place, place + 1) for place, at in read.marks if at != place),
    ]
    if seen is None:
        return receipt, faults
    faults += check_log_signature(seen, trusted, seen.moment(trusted), "checkpoint")
    faults += missing_witnesses(seen, trusted, "checkpoint")
    try:
        verify_inclusion(
            index=index,
            size=seen.checkpoint.size,
            leaf_hash=SHA256.leaf(read.commitments[0]),
            proof=proof,
            root=seen.checkpoint.root,
        )
    except ProofInvalid as error:
        faults.append(Fault(Kind.PROOF, index, index + 1, error.why.en))
    return receipt, faults


def _nodes(hashed: Iterable[Hashed]) -> ReadNode:
    """Nodes from whole portions' roots, and below them from the leaves of those that were handed over."""
    portions = list(hashed)
    above = nodes_of([one.tails[SHA256.name][one.end] for one in portions])
    below = {one.first >> LEVEL: nodes_of(one.leaves) for one in portions if one.leaves}

    def node(level: int, index: int) -> bytes:
        if level >= LEVEL:
            return above(level - LEVEL, index)
        number = index >> (LEVEL - level)
        return below[number](level, index - (number << (LEVEL - level)))

    return node


def _line(portion: Portion, index: int) -> dict[str, Any]:
    lines = b"".join(piece.read() for piece in portion.pieces).split(b"\n")
    row: dict[str, Any] = json.loads(lines[index - portion.first])
    return {name: row[name] for name in LINE if name in row}
