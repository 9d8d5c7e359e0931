"""Names as they are compared and searched. Names never identify; folding only decides whether two texts say the same."""

from __future__ import annotations

import unicodedata

import polars as pl

# Removed when names are compared: spaces, and the marks that sources put differently.
_IGNORED = r"[\s·•・\-—_]"


def fold_name(name: str) -> str:
    """A name in compatibility form, upper case, without spaces and dots; brackets half-width."""
    import re

    return re.sub(_IGNORED, "", unicodedata.normalize("NFKC", name)).upper()


def folded(names: pl.Expr) -> pl.Expr:
    """The same over a column."""
    return names.str.normalize("NFKC").str.replace_all(_IGNORED, "").str.to_uppercase()


def bigrams(folded_name: str) -> list[str]:
    """Every two neighboring characters, each once: what the search index holds."""
    return sorted({folded_name[i : i + 2] for i in range(len(folded_name) - 1)})
