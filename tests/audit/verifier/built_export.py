"""An export that a test builds by itself, held in memory so that a tamper can change any part of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from anxin.audit.tree.checkpoints import Checkpoint
from anxin.audit.tree.hashing import SHA256, SM3, commit
from anxin.audit.tree.keys import LOG, WITNESS, SigningKey, decode, encode
from anxin.audit.tree.merkle import Frontier
from anxin.audit.tree.notes import Note, Signature, cosign, sign
from anxin.audit.verifier.trust import Trust, trust

BEGAN = 1_764_000_000
SIZES = (100, 200, 350, 500, 600)
LOG_KEY = SigningKey.make("example.org/log", LOG, b"l" * 32)
OTHER_LOG_KEY = SigningKey.make("example.org/log", LOG, b"o" * 32)
WITNESSES = [SigningKey.make(f"example.org/w{one}", WITNESS, bytes([one]) * 32) for one in (1, 2)]
TRUST = trust([LOG_KEY.verifier, *(one.verifier for one in WITNESSES)], quorum=None, now=BEGAN + 86_400)
Row = dict[str, Any]


def moment(index: int) -> int:
    """When entry `index` was written, in microseconds: one a second."""
    return (BEGAN + index) * 1_000_000


def seen_at(size: int) -> int:
    """When witnesses saw the tree of that size, in seconds."""
    return BEGAN + size + 2


def row(index: int, *, at: int | None = None, text: str = "出具本人信用报告") -> Row:
    kind = "e" if index % 7 == 3 else "q"
    rest: list[Any] = (
        ["own_report", text, None, {"a": 'say "\\"'}] if kind == "e" else ["own_report", text, None]
    )
    entry = json.dumps([kind, index + 1, moment(index) if at is None else at, *rest], ensure_ascii=False)
    salt = sha256(f"salt {index}".encode()).digest()[:16]
    return sealed({"index": index, "kind": kind, "salt": encode(salt), "entry": entry})


def sealed(line: Row) -> Row:
    """The line with the commitment that belongs to its salt and text."""
    return line | {"commitment": encode(commit(decode(line["salt"]), line["entry"]))}


@dataclass
class Export:
    """`rows`: dicts, or raw lines where a tamper wants them. `notes`: the file `checkpoints`."""

    rows: list[Row | str]
    notes: list[Note]
    latest: Note
    missing: set[str] = field(default_factory=set)
    raw: dict[str, bytes] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        folder.mkdir()
        lines = [one if isinstance(one, str) else compact(one) for one in self.rows]
        files = {
            "leaves-000000.jsonl": "".join(f"{line}\n" for line in lines).encode(errors="surrogatepass"),
            "checkpoints": "".join(map(str, self.notes)).encode(),
            "checkpoint": str(self.latest).encode(),
        }
        for name, content in (files | self.raw).items():
            if name not in self.missing:
                (folder / name).write_bytes(content)
        return folder

    def copy(self) -> Export:
        rows = [one if isinstance(one, str) else dict(one) for one in self.rows]
        return Export(rows, list(self.notes), self.latest)

    def renumber(self) -> None:
        self.rows = [one | {"index": index} for index, one in enumerate(self.rows) if isinstance(one, dict)]


def compact(line: Row) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def checkpoint(rows: Sequence[Row], size: int) -> Checkpoint:
    first, second = Frontier(), Frontier(SM3)
    data = [decode(one["commitment"]) for one in rows[:size]]
    first.extend([SHA256.leaf(one) for one in data])
    second.extend([SM3.leaf(one) for one in data])
    return Checkpoint("example.org/log", size, first.root(), second.root())


def signed(
    made: Checkpoint,
    *,
    key: SigningKey = LOG_KEY,
    witnesses: Sequence[SigningKey] = tuple(WITNESSES),
    at: int | None = None,
) -> Note:
    """The checkpoint as a note with the log's signature and the witnesses' cosignatures."""
    time = seen_at(made.size) if at is None else at
    found: list[Signature] = [sign(made.text, key), *(cosign(made.text, one, at=time) for one in witnesses)]
    return Note(made.text).with_signatures(found)


def built(rows: Sequence[Row], sizes: Sequence[int] = SIZES) -> Export:
    notes = [signed(checkpoint(rows, size)) for size in sizes]
    return Export(list(rows), notes, notes[-1])


def ended(key: SigningKey, at: int) -> Trust:
    """The trust in which a key of the log ended at a moment and another follows it."""
    keys = [replace(LOG_KEY.verifier, ends=at), replace(key.verifier, begins=at - 60)]
    return trust([*keys, *(one.verifier for one in WITNESSES)], quorum=None, now=BEGAN + 86_400)


ROWS = [row(index) for index in range(SIZES[-1])]
GENUINE = built(ROWS)
