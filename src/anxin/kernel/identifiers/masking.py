"""Masking: how much of a personal number may be shown to somebody who has to find the row again.

A rule is [head, tail], the characters kept at each end. For the 18-character numbers it is [4, 2]: province and
city, and the end of the number. The birth date and the sequence, which tell who it is, are always hidden.
"""

from __future__ import annotations

from anxin.kernel.identifiers.finding import find_personal_numbers
from anxin.kernel.identifiers.kinds import IdentifierKind

_LONG = (4, 2)
_SHORT = (1, 2)


def mask(value: str, head: int, tail: int) -> str:
    """Stars for all but the ends. Values too short to hide at least half of are hidden whole."""
    hidden = len(value) - head - tail
    if hidden < head + tail:
        return "*" * len(value)
    return value[:head] + "*" * hidden + value[len(value) - tail :]


def mask_identifier(kind: IdentifierKind, value: str) -> str:
    """A person's number masked; an organization's code as it is, because it is public."""
    if not kind.personal:
        return value
    return mask(value, *(_LONG if len(value) >= 15 else _SHORT))


def mask_text(text: str) -> str:
    """Free text with every personal number in it masked. Separators inside a number are hidden too."""
    for start, end, _ in reversed(find_personal_numbers(text)):
        text = text[:start] + mask(text[start:end], *_LONG) + text[end:]
    return text
