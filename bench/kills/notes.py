"""What the clients of the kill series were told: each acknowledgement is a promise that is checked afterwards."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that was handed in under an idempotency key: its organizations, and the submission that we were told."""

    key: str
    codes: tuple[str, ...]
    submission: int


@dataclass
class Notes:
    """Shared by all clients; every list only grows."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    handed: list[Handed] = field(default_factory=list)
    contradicted: list[str] = field(default_factory=list)
    # Case references of look-ups that were answered, and numbers of reports.
    looked_up: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    # Answers that were reports, cut short or whole.
    report_answers: int = 0
    checkpoints: dict[str, str] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)

    def told(self, client: str, status: int | str) -> None:
        """One more answer of that kind, or none at all."""
        with self.lock:
            self.statuses[f"{client} {status}"] += 1

    @property
    def promises(self) -> int:
        """Acknowledged writes and answers so far."""
        return len(self.handed) + len(self.looked_up) + self.report_answers
