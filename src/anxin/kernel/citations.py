"""Citations: which clause of which instrument, as `instrument/article/paragraph/item`.

`anshan-2022-9/41/2/1` reads 第四十一条第二款第一项, Art. 41(2)(1). Articles inserted later carry a suffix:
`criminal-law/120-1` reads 第一百二十条之一, Art. 120-1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual

_INSTRUMENT = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ARTICLE = re.compile(r"([1-9][0-9]{0,3})(?:-([1-9][0-9]?))?")
_NUMBER = re.compile(r"[1-9][0-9]{0,2}")
_DIGITS = "零一二三四五六七八九"


class CitationMalformed(Refusal):
    """The text is not `instrument/article/paragraph/item`."""

    code = "E-CITATION"
    message = Bilingual("引用“{text}”的格式不正确。", "The citation “{text}” is malformed.")
    remedy = Bilingual(
        "请写成“文件代号/条/款/项”，例如 anshan-2022-9/41/2/1。",
        "Write instrument/article/paragraph/item, for example anshan-2022-9/41/2/1.",
    )


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """A clause. Sorts in the order of the law; zero stands for a part that is not named.

    `inserted` is the suffix of an article inserted later (120-1 has article 120, inserted 1).
    """

    instrument: str
    article: int = 0
    inserted: int = 0
    paragraph: int = 0
    item: int = 0
    _text: str = field(init=False, repr=False, compare=False, default="")

    def __post_init__(self) -> None:
        parts = [self.article, self.paragraph, self.item]
        named = [number > 0 for number in parts]
        if not _INSTRUMENT.fullmatch(self.instrument) or min(*parts, self.inserted) < 0:
            raise CitationMalformed(text=self.instrument)
        if named != sorted(named, reverse=True) or (self.inserted and not self.article):
            raise CitationMalformed(text=f"{self.instrument}/{'/'.join(map(str, parts))}")
        object.__setattr__(self, "_text", self._write())

    @classmethod
    def parse(cls, text: str) -> Citation:
        """Reads `instrument[/article[/paragraph[/item]]]`; refuses anything else with E-CITATION."""
        instrument, *numbers = text.split("/")
        if len(numbers) > 3 or not _INSTRUMENT.fullmatch(instrument):
            raise CitationMalformed(text=text)
        if not numbers:
            return cls(instrument)
        article = _ARTICLE.fullmatch(numbers[0])
        if article is None or not all(_NUMBER.fullmatch(number) for number in numbers[1:]):
            raise CitationMalformed(text=text)
        paragraph, item = [*map(int, numbers[1:]), 0, 0][:2]
        return cls(instrument, int(article[1]), int(article[2] or 0), paragraph, item)

    def __str__(self) -> str:
        return self._text

    def covers(self, other: Citation) -> bool:
        """Whether `other` is this clause or a part of it: article 41 covers 41(2)(1)."""
        return f"{other}/".startswith(f"{self}/")

    @property
    def zh(self) -> str:
        """第四十一条第二款第一项; empty for an instrument as a whole."""
        if not self.article:
            return ""
        suffix = f"之{_chinese(self.inserted)}" if self.inserted else ""
        parts = [f"第{_chinese(self.article)}条{suffix}"]
        if self.paragraph:
            parts.append(f"第{_chinese(self.paragraph)}款")
        if self.item:
            parts.append(f"第{_chinese(self.item)}项")
        return "".join(parts)

    @property
    def en(self) -> str:
        """Art. 41(2)(1); empty for an instrument as a whole."""
        if not self.article:
            return ""
        suffix = f"-{self.inserted}" if self.inserted else ""
        below = "".join(f"({number})" for number in (self.paragraph, self.item) if number)
        return f"Art. {self.article}{suffix}{below}"

    @property
    def place(self) -> Bilingual:
        """The place within the instrument, in both languages."""
        return Bilingual(self.zh, self.en)

    def _write(self) -> str:
        article = f"{self.article}-{self.inserted}" if self.inserted else str(self.article)
        numbers = [article, str(self.paragraph), str(self.item)]
        return "/".join([self.instrument, *(number for number in numbers if number != "0")])


def _chinese(number: int) -> str:
    """Chinese numeral as statutes write it: 10 十, 41 四十一, 101 一百零一, 1260 一千二百六十."""
    if number < 20:
        return _DIGITS[number] if number < 10 else "十" + (_DIGITS[number - 10] if number > 10 else "")
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + name
        gap = not digit
    return text
