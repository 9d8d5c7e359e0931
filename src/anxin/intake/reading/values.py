"""Forms of cell text that reading leaves as they are and that checks refuse. Both are polars (Rust) patterns."""

from __future__ import annotations

# A number that a numeric cell could not hold exactly, as Excel or our own reading writes it: 2.1030219900101e+17.
INEXACT_NUMBER = r"^-?[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{2,3}$"

# Characters that only mean something on the machine that made them: E-ENC-PUA where they stand in a name.
PRIVATE_USE = r"[\x{E000}-\x{F8FF}\x{F0000}-\x{FFFFD}\x{100000}-\x{10FFFD}]"
