"""What no field may be named and no value may state: Art. 16(2), 16(3), and records sealed by statute.

    screen_field("blood_type", "血 型")         # Category blood_type (prohibited)
    screen_value("经诊断为抑郁症患者")           # Category illness (prohibited)

The catalog refuses such a field, intake quarantines such a value; the word list is data (`packs/china/prohibited.yaml`). A screen
by words finds what is named; it does not prove that nothing is hidden. False alarms go to a person, never to a silent drop.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from anxin.kernel.citations import Citation
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.law.documents import (
    Located,
    Problems,
    allow_keys,
    bilingual,
    choice,
    entries,
    read_located,
    require,
    section,
    texts,
)
from anxin.law.reading import read_citation
from anxin.law.registry import PACKS

KINDS = ("prohibited", "restricted", "sealed")
_GAPS = re.compile(r"[\W_]+")
_BESIDE_HAN = re.compile(r"(?<=[\u4e00-\u9fff:])\s+|\s+(?=[\u4e00-\u9fff:])")
_CAPITAL = re.compile(r"([a-z])([A-Z])")


class ProhibitedField(Refusal):
    """A field would hold what may not be collected, or only with written consent."""

    code: ClassVar[str] = "E-PROHIBITED"
    clause: ClassVar[str | None] = "anshan-2022-9/16/3"
    message: ClassVar[Bilingual] = Bilingual(
        "字段“{name}”属于“{category}”，依{place}不得在此归集。",
        "The field “{name}” is {category}; {place} does not allow it here.",
    )
    remedy: ClassVar[Bilingual] = Bilingual(
        "删除该字段；其值不要另存他处。", "Remove the field, and do not move its values elsewhere."
    )


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of information with its clause. `kind`: prohibited, restricted (written consent) or sealed by statute."""

    name: str
    kind: str
    clause: Citation
    label: Bilingual
    headers: tuple[str, ...]
    exempt_headers: tuple[str, ...]
    values: tuple[re.Pattern[str], ...]
    person_values: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    categories: tuple[Category, ...]
    look_alikes: Mapping[str, str]
    look_alike_digits: Mapping[str, str]


@carries_out("anshan-2022-9/16/2", "anshan-2022-9/16/3")
def screen_field(name: str, label: str = "") -> Category | None:
    """The category a field's name or label points to, or None. The first in the order of the list decides."""
    headers = [_header(text) for text in (name, label)]
    for category in vocabulary().categories:
        for tokens in headers:
            if any(_named(word, tokens, category.exempt_headers) for word in category.headers):
                return category
    return None


@carries_out("anshan-2022-9/16/3")
def screen_value(text: str, *, person: bool = False) -> Category | None:
    """The category a free text states a fact of, or None. Phrases only: a lone word in a name is no statement.

    `person`: the row is about a natural person, so that records sealed by statute are found as well.
    """
    folded = _BESIDE_HAN.sub("", fold(text))
    for category in vocabulary().categories:
        patterns = (*category.values, *category.person_values) if person else category.values
        if any(pattern.search(folded) for pattern in patterns):
            return category
    return None


def value_pattern(*, person: bool = False) -> str:
    """One pattern over all value phrases, without look-around, for a first look at a whole column (lower-cased, NFKC).

    A hit is then asked again with `screen_value`; spellings that hide behind look-alike letters show only there.
    """
    found = [one.values + (one.person_values if person else ()) for one in vocabulary().categories]
    return "|".join(f"(?:{pattern.pattern})" for patterns in found for pattern in patterns)


def prohibited_field(name: str, label: str = "") -> ProhibitedField | None:
    """The refusal for a field that may not be declared, ready to raise or to collect."""
    category = screen_field(name, label)
    if category is None:
        return None
    return ProhibitedField(
        name=label or name,
        category=f"{category.label.zh} / {category.label.en}",
        place=str(category.clause),
    )


def fold(text: str) -> str:
    """Width, case, marks and look-alike characters evened out; Han characters keep their place."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    # Decomposed only to drop accents and joiners that hide a Latin word; Hangul and Han are untouched by it.
    visible = (
        c for c in unicodedata.normalize("NFD", plain) if unicodedata.category(c) not in ("Mn", "Cf", "Cc")
    )
    folded = "".join(visible)
    for odd, usual in vocabulary().look_alikes.items():
        folded = folded.replace(odd, usual)
    return folded


def _header(text: str) -> tuple[str, ...]:
    """The words of a header: split at marks, underscores and inner capitals; digits read as the letters they mimic."""
    folded = fold(_CAPITAL.sub(r"\1 \2", text))
    for digit, letter in vocabulary().look_alike_digits.items():
        folded = folded.replace(digit, letter)
    return tuple(token for token in _GAPS.split(folded) if token)


def _named(word: str, tokens: tuple[str, ...], exempt: tuple[str, ...]) -> bool:
    """Han and long Latin words match anywhere; short Latin ones must be whole words, so that `general` is no gene."""
    joined = "".join(tokens)
    for harmless in exempt:
        joined = joined.replace(harmless, "")
    if not word.isascii() or len(word) > 6:
        return word in joined
    return word in tokens or word == joined


@lru_cache(maxsize=1)
def vocabulary() -> _Vocabulary:
    """The word list. `PackError` with file and line where it is faulty."""
    problems = Problems()
    root = read_located(PACKS / "china" / "prohibited.yaml", problems, relative_to=PACKS)
    allow_keys(root, {"categories", "look_alikes", "look_alike_digits", "checked_on", "sources"})
    categories = tuple(_category(node) for node in entries(root, "categories"))
    alikes, digits = _letters(root, "look_alikes"), _letters(root, "look_alike_digits")
    problems.raise_if_any()
    return _Vocabulary(categories, alikes, digits)


def _letters(root: Located, key: str) -> dict[str, str]:
    letters = section(root, key)
    return {odd: require(letters, odd, str) for odd in letters.mapping}


def _category(node: Located) -> Category:
    allow_keys(
        node, {"name", "kind", "clause", "label", "headers", "exempt_headers", "values", "person_values"}
    )
    return Category(
        name=require(node, "name", str),
        kind=choice(node, "kind", KINDS),
        clause=read_citation(node, require(node, "clause", str)),
        label=bilingual(node, "label"),
        headers=texts(node, "headers", needed=True),
        exempt_headers=texts(node, "exempt_headers"),
        values=tuple(_pattern(node, text) for text in texts(node, "values")),
        person_values=tuple(_pattern(node, text) for text in texts(node, "person_values")),
    )


def _pattern(node: Located, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error:
        node.fault(
            Bilingual(f"“{text}”不是有效的正则表达式", f"“{text}” is not a valid pattern"),
            Bilingual("检查括号", "check its brackets"),
        )
        return re.compile("(?!)")
