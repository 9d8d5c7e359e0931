"""Cell references such as `AD20001`, and lists of them that stay short."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


def column_number(letters: str) -> int:
    """`A` → 1, `XFD` → 16384; 0 where the letters name no column."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - 64
    return number if number <= LAST_COLUMN else 0


def column_letters(number: int) -> str:
    """1 → `A`, 16384 → `XFD`."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def area(reference: str) -> tuple[int, int, int, int] | None:
    """`B2:D4` → (2, 2, 4, 4): first row, first column, last row, last column. None where it is no area."""
    corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")]
    found = [(int(c[2]), column_number(c[1])) for c in corners if c is not None]
    if not found or len(found) != len(corners):
        return None
    rows, columns = zip(*found, strict=True)
    return min(rows), min(columns), max(rows), max(columns)


@dataclass
class Places:
    """The first three places where something was found, and how many there are."""

    number: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, place: str) -> None:
        """Note a place."""
        self.number += 1
        if len(self.first) < 3:
            self.first.append(place)

    def __bool__(self) -> bool:
        return self.number > 0

    def __str__(self) -> str:
        return ", ".join(self.first) + (f" … ({self.number})" if self.number > len(self.first) else "")
