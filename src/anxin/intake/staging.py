"""Where the rows of one part of a submission wait: narrow in the database, whole in this process or on disk.

The temporary tables hold what linking and comparing need: a row's number, its party, and two digests. The values
themselves stay in this process until it is known which rows are new; a repeated file therefore sends none of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

import polars as pl
from psycopg import Cursor

from anxin.copying import copy_frame
from anxin.intake.parties import Parties
from anxin.subjects.batch import link_organizations, link_persons

TABLES = "intake_staging, intake_exception, intake_party, intake_document, intake_person, intake_linked, intake_met"
CREATE = """
DROP TABLE IF EXISTS pg_temp.intake_staging, pg_temp.intake_exception, pg_temp.intake_party, pg_temp.intake_document,
    pg_temp.intake_person, pg_temp.intake_linked, pg_temp.intake_met, pg_temp.intake_queued_key,
    pg_temp.intake_repeated;
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
CREATE TEMPORARY TABLE intake_met (
    row_number integer NOT NULL,
    same_content boolean NOT NULL,
    same_subject boolean,
    subject_id bigint NOT NULL,
    record_id bigint NOT NULL,
    number integer NOT NULL,
    submission_id bigint
) ON COMMIT DROP;
CREATE TEMPORARY TABLE intake_queued_key (business_key bytea NOT NULL, content_digest bytea NOT NULL) ON COMMIT DROP;
CREATE TEMPORARY TABLE intake_repeated (record_id bigint NOT NULL) ON COMMIT DROP;
"""
# Sorting and hashing narrow rows in memory; back to the server's own setting at the end of the transaction.
# References are looked up as rows come, while this process readies the next ones, and not all at the commit.
SETTINGS = "SET LOCAL work_mem = '64MB'; SET LOCAL temp_buffers = '64MB'; SET CONSTRAINTS ALL IMMEDIATE"
PARTY_COLUMNS = ("party", "code", "name", "name_folded", "registered_on", "born_on")
DOCUMENT_COLUMNS = ("party", "kind", "digest", "lookup", "key_name", "encrypted")
STAGED_COLUMNS = ("row_number", "party", "business_key", "content_digest")
# A smaller part is planned as well without.
WORTH_ANALYZING = 2_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Checked rows of one frame: `values` as `intake.values.stored_values` gives them, `parties` and `documents` as
    `intake.parties.find_parties` does."""

    values: pl.DataFrame
    parties: pl.DataFrame
    documents: pl.DataFrame

    @classmethod
    def of(cls, parties: Parties, values: pl.DataFrame) -> Batch:
        return cls(values, parties.parties, parties.documents)

    def apart(self) -> tuple[Batch, Batch | None]:
        """The rows about organizations, and those about persons."""
        person = self.parties["person"]
        if not person.any():
            return self, None
        persons, others = self.parties.filter(person), self.parties.filter(~person)
        concerned = self.values["party"].is_in(persons["party"].implode())
        return (
            Batch(self.values.filter(~concerned), others, self.documents.clear()),
            Batch(self.values.filter(concerned), persons, self.documents),
        )

    def rows(self) -> pl.DataFrame:
        """The values, with what they told of their parties."""
        told = ("party", "name", "name_folded", "registered_on", "shown", pl.col("code").alias("identifier"))
        return self.values.join(self.parties.select(told), on="party", how="left", maintain_order="left")


class Held:
    """Rows that wait for the end of the file, in a file of their own without a name."""

    def __init__(self) -> None:
        self._file: BinaryIO | None = None
        self._batches: list[list[tuple[int, int]]] = []

    def add(self, batch: Batch) -> None:
        """Put a batch away."""
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115
        places = []
        for frame in (batch.values, batch.parties, batch.documents):
            start = self._file.seek(0, 2)
            frame.write_ipc_stream(self._file, compression="lz4")
            places.append((start, self._file.tell() - start))
        self._batches.append(places)

    def __iter__(self) -> Iterator[Batch]:
        for places in self._batches:
            yield Batch(*map(self._read, places))

    def _read(self, place: tuple[int, int]) -> pl.DataFrame:
        if self._file is None:
            raise ValueError("nothing is held")
        self._file.seek(place[0])
        return pl.read_ipc_stream(BytesIO(self._file.read(place[1])))

    def close(self) -> None:
        """Give the disk space back."""
        if self._file is not None:
            self._file.close()


class Staging:
    """The temporary tables of one submission, filled part by part."""

    def __init__(self, cursor: Cursor[Any]) -> None:
        self.cursor = cursor
        self._filled = self._analyzed = False
        cursor.execute(SETTINGS)
        cursor.execute(CREATE)

    def link(self, batches: Iterable[Batch], *, registers: bool, code_kind: str | None) -> tuple[int, int]:
        """Let these rows wait in place of earlier ones, and find or make the subject of every party.

        Returns the number of rows and the number of new subjects.
        """
        if self._filled:
            self.cursor.execute(f"TRUNCATE {TABLES}")
        self._filled = True
        rows = 0
        persons, documents = [], []
        for batch in batches:
            rows += batch.values.height
            copy_frame(self.cursor, "intake_party", batch.parties.select(PARTY_COLUMNS))
            copy_frame(self.cursor, "intake_staging", batch.values.select(STAGED_COLUMNS))
            persons.append(batch.parties.filter("person").select("party", "name_folded"))
            if batch.documents.height:
                copy_frame(self.cursor, "intake_document", batch.documents.select(DOCUMENT_COLUMNS))
                documents.append(
                    batch.documents.select("party", "kind", "digest").unique(maintain_order=True)
                )
        self._analyze(rows, persons=bool(documents))
        added = link_organizations(self.cursor, registers=registers, code_kind=code_kind)
        if documents:
            added += link_persons(self.cursor, pl.concat(persons), pl.concat(documents))
        return rows, added

    def _analyze(self, rows: int, *, persons: bool) -> None:
        """Once: what is known of one part of a file holds for the others."""
        if rows >= WORTH_ANALYZING and (persons or not self._analyzed):
            self._analyzed = True
            self.cursor.execute("ANALYZE intake_party, intake_staging, intake_document")
