"""Where the rows of one submission wait until all of them were read: narrow in the database, whole on disk.

The temporary tables hold what linking and comparing need: a row's number, its party, and two digests. The values
themselves go to a file without a name, from which they are copied into the records once it is known which rows are new;
a repeated file therefore sends none of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

import polars as pl
from psycopg import Cursor

from anxin.copying import copy_frame
from anxin.intake.parties import Parties
from anxin.subjects.batch import link_organizations, link_persons

CREATE = """
DROP TABLE IF EXISTS pg_temp.intake_staging, pg_temp.intake_exception, pg_temp.intake_party, pg_temp.intake_document,
    pg_temp.intake_person, pg_temp.intake_linked;
CREATE TEMPORARY TABLE intake_staging (
    row_number integer NOT NULL,
    party integer NOT NULL,
    business_key bytea NOT NULL,
    content_digest bytea NOT NULL
) ON COMMIT DROP;
CREATE TEMPORARY TABLE intake_party (
    party integer PRIMARY KEY,
    code text,
    name text NOT NULL,
    name_folded text NOT NULL,
    registered_on date,
    born_on date
) ON COMMIT DROP;
CREATE TEMPORARY TABLE intake_document (
    party integer NOT NULL,
    kind text NOT NULL,
    digest bytea NOT NULL,
    lookup bytea NOT NULL,
    key_name text NOT NULL,
    encrypted bytea
) ON COMMIT DROP;
CREATE TEMPORARY TABLE intake_person (party integer PRIMARY KEY, subject_id bigint, cluster bigint, reason text)
    ON COMMIT DROP;
CREATE TEMPORARY TABLE intake_linked (party integer PRIMARY KEY, subject_id bigint, reason text) ON COMMIT DROP;
CREATE TEMPORARY TABLE intake_exception (
    row_number integer PRIMARY KEY,
    outcome text NOT NULL,
    reason text NOT NULL,
    subject_id bigint,
    record_id bigint,
    number integer
) ON COMMIT DROP;
"""
# Sorting and hashing a million narrow rows in memory; back to the server's own setting at the end of the transaction.
MEMORY = "SET LOCAL work_mem = '192MB'; SET LOCAL temp_buffers = '192MB'"
PARTY_COLUMNS = ("party", "code", "name", "name_folded", "registered_on", "born_on")
DOCUMENT_COLUMNS = ("party", "kind", "digest", "lookup", "key_name", "encrypted")
STAGED_COLUMNS = ("row_number", "party", "business_key", "content_digest")


class Staging:
    """The waiting rows of one submission. `rows` and `parties` count; `persons` and `documents` are those of persons."""

    def __init__(self, cursor: Cursor[Any]) -> None:
        self.cursor = cursor
        self.parties = 0
        self.rows = 0
        self.persons: list[pl.DataFrame] = []
        self.documents: list[pl.DataFrame] = []
        self._frames: list[tuple[int, int]] = []
        self._file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115
        cursor.execute(MEMORY)
        cursor.execute(CREATE)

    def add(self, parties: Parties, values: pl.DataFrame) -> None:
        """Let a frame's checked rows wait. `values`: as `intake.values.stored_values` gives them."""
        copy_frame(self.cursor, "intake_party", parties.parties.select(PARTY_COLUMNS))
        copy_frame(self.cursor, "intake_staging", values.select(STAGED_COLUMNS))
        if parties.documents.height:
            copy_frame(self.cursor, "intake_document", parties.documents.select(DOCUMENT_COLUMNS))
            self.documents.append(
                parties.documents.select("party", "kind", "digest").unique(maintain_order=True)
            )
        self.persons.append(parties.parties.filter("person").select("party", "name_folded"))
        self.parties += parties.parties.height
        self.rows += values.height
        shown = parties.parties.select(
            "party", "name", "name_folded", "registered_on", "shown", pl.col("code").alias("identifier")
        )
        self._write(values.join(shown, on="party", how="left", maintain_order="left"))

    def link(self, *, registers: bool, code_kind: str | None = None) -> int:
        """Find or make the subject of every party. Returns the number of new subjects."""
        self.cursor.execute("CREATE INDEX ON intake_party (code)")
        self.cursor.execute("ANALYZE intake_party, intake_staging, intake_document")
        added = link_organizations(self.cursor, registers=registers, code_kind=code_kind)
        if self.documents:
            persons = pl.concat(self.persons)
            added += link_persons(self.cursor, persons, pl.concat(self.documents))
        return added

    def frames(self) -> Iterator[pl.DataFrame]:
        """The waiting rows again, frame by frame, with what they told of their parties."""
        for start, size in self._frames:
            self._file.seek(start)
            yield pl.read_ipc_stream(BytesIO(self._file.read(size)))

    def close(self) -> None:
        """Give the disk space back."""
        self._file.close()
        self.cursor.close()

    def _write(self, frame: pl.DataFrame) -> None:
        start = self._file.seek(0, 2)
        frame.write_ipc_stream(self._file, compression="lz4")
        self._frames.append((start, self._file.tell() - start))
