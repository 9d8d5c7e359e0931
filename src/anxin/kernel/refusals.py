"""Refusals: why something lawful could not be done, and what to do next.

A refusal is a class beside the function that raises it. Its `code` is public API: it never changes meaning.
"""

from __future__ import annotations

from typing import ClassVar

from anxin.kernel.text import Bilingual


class Refusal(Exception):
    """What the product declines to do. Subclasses set the four class attributes.

    `code`: stable, such as `E-USCC-CHECK`. `clause`: a citation such as `anshan-2022-9/12/2`, or None where no
    clause stands behind it. `message` and `remedy`: may hold `{name}` placeholders, filled from keyword arguments.
    Values given here are shown to people: never pass a personal number.
    """

    code: ClassVar[str]
    clause: ClassVar[str | None] = None
    message: ClassVar[Bilingual]
    remedy: ClassVar[Bilingual]

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(f"{self.code}: {self.explain('en')}")

    def explain(self, language: str) -> str:
        """What happened, in the language asked for."""
        return self.message.format(**self.values).in_language(language)

    def advise(self, language: str) -> str:
        """What to do next, in the language asked for."""
        return self.remedy.format(**self.values).in_language(language)

    def as_problem(self, language: str) -> dict[str, str | None]:
        """The fields of a problem document (RFC 9457): code, clause, detail, remedy."""
        return {
            "code": self.code,
            "clause": self.clause,
            "detail": self.explain(language),
            "remedy": self.advise(language),
        }
