"""From a unit's file (CSV, xlsx or JSON, told by its content) to frames of text, a few megabytes at a time."""

from anxin.intake.reading.digest import check_digest, file_digest, written_digest
from anxin.intake.reading.sealed import SealedSource, SealingWriter, new_key
from anxin.intake.reading.source import Source
from anxin.intake.reading.table import ROW_NUMBER, Table, open_table

__all__ = [
    "ROW_NUMBER",
    "SealedSource",
    "SealingWriter",
    "Source",
    "Table",
    "check_digest",
    "file_digest",
    "new_key",
    "open_table",
    "written_digest",
]
