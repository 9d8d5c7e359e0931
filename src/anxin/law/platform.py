"""What the platform of a pack is called, and in whose name it issues reports. Another city is another pack.

    platform_of("anshan").issuer.zh

Reads the head of the pack only: a page or a report must not wait for 55 articles.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from anxin.kernel.text import Bilingual
from anxin.law.documents import Located, Problems, allow_keys, bilingual, read_located, section
from anxin.law.registry import PACKS


@dataclass(frozen=True, slots=True)
class Platform:
    """`name`: short, as people say it. `issuer`: as it stands on a report."""

    name: Bilingual
    issuer: Bilingual


@lru_cache(maxsize=8)
def platform_of(pack: str, *, root: Path = PACKS) -> Platform:
    """The names in `pack.yaml` of that pack. `PackError` with file and line where they are missing."""
    problems = Problems()
    head = read_located(root / pack / "pack.yaml", problems, relative_to=root)
    found = _read(section(head, "platform"))
    problems.raise_if_any()
    return found


def _read(node: Located) -> Platform:
    allow_keys(node, {"name", "issuer"})
    return Platform(bilingual(node, "name"), bilingual(node, "issuer"))
