"""Row by row: plain Python and frictionless."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from bench.peers import rules


def plain(path: str) -> dict[str, float]:
    """The rules as functions, called for each row."""
    return rules.timed_rows(path, lambda row: bool(rules.row_reasons(row)))


def with_frictionless(path: str) -> dict[str, float]:
    """A table schema with constraints, and a check of its own for what a schema cannot say."""
    from frictionless import Check, Checklist, Dialect, Resource, Schema, errors, fields
    from frictionless.formats import CsvControl

    from bench.generate import labels

    names = list(labels())

    class Reasons(Check):
        type = "reasons"
        Errors = [errors.RowConstraintError]

        def validate_row(self, row: Any) -> Iterable[Any]:
            for name, code in rules.row_reasons({name: row[name] for name in names}):
                yield errors.RowConstraintError.from_row(row, note=f"{name} {code}")

    schema = Schema(fields=[fields.StringField(name=name) for name in names])
    began = time.perf_counter()
    resource = Resource(path=_beside(path), basepath=_folder(path), schema=schema)
    resource.dialect = Dialect(controls=[CsvControl()])
    resource.dialect.header_rows = [1]
    checklist = Checklist(checks=[Reasons()], skip_errors=["incorrect-label"])
    report = resource.validate(checklist, limit_errors=10_000_000)
    found = {
        error.row_number for task in report.tasks for error in task.errors if hasattr(error, "row_number")
    }
    return {"seconds": time.perf_counter() - began, "rejected": len(found)}


def _beside(path: str) -> str:
    return path.rsplit("/", 1)[1]


def _folder(path: str) -> str:
    return path.rsplit("/", 1)[0]
