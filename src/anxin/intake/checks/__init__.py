"""Checking the rows of a file against a catalog item: every reason of every row at once, and typed columns.

    checked = check_frame(raw, item, terms)
    checked.typed, checked.rejected, checked.reasons, checked.warnings

One file per kind of check. Each looks at a whole column first, in the quickest way that finds the plainly good values;
only what is left is looked at value by value, each distinct text once (`settling`).
"""

from anxin.intake.checks.checked import MINOR, PERSON, Checked, Reason, Terms
from anxin.intake.checks.frame import check_frame

__all__ = ["MINOR", "PERSON", "Checked", "Reason", "Terms", "check_frame"]
