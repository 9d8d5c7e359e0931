"""Which of the database's own rules a statement broke, so that the refusal in words follows the rule and not the message."""

from __future__ import annotations

from django.db import DatabaseError


def broken(error: DatabaseError) -> str:
    """The name of the constraint that a statement broke, or empty."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
