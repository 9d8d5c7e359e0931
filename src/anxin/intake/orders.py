"""What is handed in, and what became of it: plain data that the desk, the command and the interface share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path


@dataclass
class Outcome:
    """What became of a file. Conservation: read = accepted + returned + duplicates + queued.

    `late`: accepted new rows that came later than the catalog allows; None where it sets no period of working days.
    """

    declared: int | None = None
    read: int = 0
    accepted: int = 0
    returned: int = 0
    duplicates: int = 0
    linked: int = 0
    queued: int = 0
    new_subjects: int = 0
    late: int | None = None
    warnings: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    submission: int | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be taken in, by whom, and from when on it counts. `as_of` is the day of receipt.

    `declared`, `declared_digest` (SHA-256, 32 bytes) and `declared_encoding` (of a text file, empty where it was not
    named) are what the unit says of its file; it is held to them. `sealed`: at `path` lies an upload of ours, encrypted,
    and `file_size` is what was sent.
    """

    path: Path
    item: str
    unit: str | None
    channel: str
    received_at: datetime
    as_of: date
    file_name: str = ""
    mapping: str = "double-publicity"
    declared: int | None = None
    declared_digest: bytes | None = None
    declared_encoding: str = ""
    by_account_id: int | None = None
    idempotency_key: str | None = None
    dry_run: bool = False
    returned_to: Path | None = None
    sealed: bool = False
    file_size: int | None = None
