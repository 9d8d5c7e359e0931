"""How much a child may use before the system stops it (fault F19)."""

from __future__ import annotations

import resource
from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Address space and output in bytes; processor and wall-clock time in seconds."""

    memory: int = 2048 * MEGABYTE
    output: int = 1024 * MEGABYTE
    processor: int = 120
    wall: float = 180.0

    def as_arguments(self) -> list[str]:
        """The part that the child sets on itself, for its command line."""
        return [str(self.memory), str(self.output), str(self.processor)]


def confine(memory: int, output: int, processor: int) -> None:
    """Bind this process. The processor limit is hard: a handler cannot postpone it."""
    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_CPU, processor),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(kind, (limit, limit))
