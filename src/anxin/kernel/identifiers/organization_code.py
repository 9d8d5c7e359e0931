"""Organization codes (GB 11714-1997): 8 characters and a check character, often written 12345678-9."""

from __future__ import annotations

import re

WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

_FORM = re.compile(r"[0-9A-Z]{8}[0-9X]")


def organization_code_ok(code: str) -> bool:
    """Whether nine characters have the form and the check character of the standard."""
    if not _FORM.fullmatch(code):
        return False
    total = sum(int(character, 36) * weight for character, weight in zip(code, WEIGHTS, strict=False))
    return code[8] == "0123456789X0"[11 - total % 11]
