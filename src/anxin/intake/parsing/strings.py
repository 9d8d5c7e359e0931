"""The shared strings of a workbook: which of them are blank, and which are too long for a cell."""

from __future__ import annotations

from anxin.intake.parsing.markup import Attributes

MOST_CHARACTERS = 32_767


class SharedStrings:
    """Callbacks for `read_markup`. `blank` and `too_long` hold the indexes of strings, as text."""

    def __init__(self) -> None:
        self.blank: set[str] = set()
        self.too_long: set[str] = set()
        self._number = 0
        self._text = ""
        self._in_text = self._in_phonetic = False

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if name == "si":
            self._text = ""
        elif name == "rPh":
            self._in_phonetic = True
        elif name == "t":
            self._in_text = not self._in_phonetic

    def text(self, data: str) -> None:
        """Characters of the element at hand."""
        if self._in_text:
            self._text += data

    def end(self, name: str) -> None:
        """An element is over."""
        if name == "t":
            self._in_text = False
        elif name == "rPh":
            self._in_phonetic = False
        elif name == "si":
            if not self._text.strip():
                self.blank.add(str(self._number))
            elif len(self._text) > MOST_CHARACTERS:
                self.too_long.add(str(self._number))
            self._number += 1
