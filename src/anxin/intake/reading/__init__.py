"""From a unit's file (CSV, xlsx or JSON, told by its content) to frames of text, a few megabytes at a time."""

from anxin.intake.reading.digest import check_digest, file_digest, written_digest
from anxin.intake.reading.table import ROW_NUMBER, Table, open_table

__all__ = [
    "ROW_NUMBER",
    "Table",
    "check_digest",
    "file_digest",
    "open_table",
    "written_digest",
]
