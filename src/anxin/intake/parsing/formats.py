"""Number formats of a workbook, as far as they change which digits a clerk sees: `000000` shows 123 as 000123.

A code typed as a number lives on its format alone. One that only fills up with zeros is applied; one that fills up and
does more (`000-000`, `"X"000`) shows what nobody can be sure of, so a number under it is refused.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from anxin.intake.parsing.markup import Attributes

# Quoted and escaped text, then what shows nothing: languages, colors, spacing, filling.
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|\[(?:\$[^\]]*|[A-Za-z]+[0-9]*)\]|[_*].', re.DOTALL)
_FILLING = re.compile(r"0{2,}")
_WHOLE_PART = re.compile(r"[^.eE/]*")
_SHOWN = "x"


def filled_to(code: str) -> int | None:
    """How many digits a format shows at least, 0 where it adds none; None where it adds zeros and more."""
    plain = _TOKEN.sub(_literal, code).split(";")[0].strip()
    if _FILLING.fullmatch(plain):
        return len(plain)
    whole = _WHOLE_PART.match(plain)
    return None if whole is not None and whole[0].count("0") > 1 else 0


def _literal(token: re.Match[str]) -> str:
    return _SHOWN if ((token[1] or "") + (token[2] or "")).strip() else ""


class Formats:
    """Callbacks for `read_markup` over the part with the styles.

    `widths`: by a style's index as cells name it, how many digits it shows at least, None where that is unclear; styles
    that add no zeros are left out.
    """

    def __init__(self) -> None:
        self.widths: dict[str, int | None] = {}
        self._codes: dict[str, int | None] = {}
        self._number = 0
        self._in_cells = False

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if name == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = filled_to(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            # None of the formats that every workbook knows without naming them adds zeros.
            width = self._codes.get(attributes.get("numFmtId", ""), 0)
            if width != 0:
                self.widths[str(self._number)] = width
            self._number += 1

    def end(self, name: str) -> None:
        """An element is over."""
        if name == "cellXfs":
            self._in_cells = False


@dataclass
class Fillings:
    """To how many digits the numbers of a table are filled up: for each column the rows at which that changes.

    Numbers are noted row after row, every one of them, so that what lies between two changes is as the first.
    """

    _rows: dict[int, list[int]] = field(default_factory=dict)
    _widths: dict[int, list[int]] = field(default_factory=dict)

    def note(self, row: int, column: int, width: int) -> None:
        """The number at this place is filled up to `width` digits."""
        widths = self._widths.setdefault(column, [0])
        if widths[-1] != width:
            widths.append(width)
            self._rows.setdefault(column, []).append(row)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def at(self, row: int, column: int) -> int:
        """For a number that was noted: to how many digits."""
        rows = self._rows.get(column)
        return 0 if rows is None else self._widths[column][bisect_right(rows, row)]
