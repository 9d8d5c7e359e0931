"""A text in the product's two languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same sentence in Chinese (`zh`) and English (`en`)."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The text for a language tag such as `zh-hans` or `en`; anything that is not English reads Chinese."""
        return self.en if language.lower().startswith("en") else self.zh

    def format(self, **values: object) -> Bilingual:
        """Both texts with the named placeholders filled in."""
        return Bilingual(self.zh.format(**values), self.en.format(**values))
