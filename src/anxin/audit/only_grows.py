"""Triggers of tables that only grow."""

from __future__ import annotations

import pgtrigger


def append_only(
    refused: pgtrigger.core.Operation | pgtrigger.core.Operations = pgtrigger.Update | pgtrigger.Delete,
) -> list[pgtrigger.Trigger]:
    """Triggers that refuse update, delete and truncate, whoever asks; `refused` where one of them has its own rule."""
    return [
        pgtrigger.Protect(name="append_only", operation=refused),
        pgtrigger.Trigger(
            name="no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
        ),
    ]
