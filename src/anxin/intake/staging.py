"""The staging tables of one submission, and how checked rows get there (COPY)."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
from psycopg import Cursor

from anxin.catalog.definitions import ItemDefinition
from anxin.intake.display import display_columns
from anxin.intake.reading import ROW_NUMBER
from anxin.subjects.folding import folded
from anxin.subjects.keys import KeyRing

CREATE = """
DROP TABLE IF EXISTS pg_temp.intake_staging, pg_temp.intake_exception;
CREATE TEMPORARY TABLE intake_staging (
    row_number integer NOT NULL,
    identifier text NOT NULL,
    name text NOT NULL,
    name_folded text NOT NULL,
    registered_on date,
    key_text text NOT NULL,
    public_fields text NOT NULL,
    restricted_fields text,
    encrypted_fields bytea,
    document_number text,
    decided_on date,
    served_on date,
    effective_on date,
    legal_status text,
    tier smallint,
    display_rule_version text NOT NULL,
    display_from timestamptz,
    display_to timestamptz,
    record_id bigint NOT NULL DEFAULT nextval('record_number'),
    business_key bytea GENERATED ALWAYS AS (decode(md5(key_text), 'hex')) STORED,
    content_digest bytea GENERATED ALWAYS AS
        (decode(md5(public_fields || coalesce(restricted_fields, '') || coalesce(encode(encrypted_fields, 'hex'), '')),
                'hex')) STORED
) ON COMMIT DROP;
CREATE TEMPORARY TABLE intake_exception (
    row_number integer PRIMARY KEY,
    outcome text NOT NULL,
    reason text NOT NULL,
    subject_id bigint,
    record_id bigint,
    number integer
) ON COMMIT DROP;
"""
COLUMNS = (
    *("row_number", "identifier", "name", "name_folded", "registered_on", "key_text", "public_fields"),
    *("restricted_fields", "encrypted_fields", "document_number", "decided_on", "served_on", "effective_on"),
    *("legal_status", "tier", "display_rule_version", "display_from", "display_to"),
)
NULL = "\\N"
ENCRYPTION_CONTEXT = "records_recordversion.encrypted_fields"
ENDED_STATES = {"撤销": "withdrawn"}


def copy_rows(
    cursor: Cursor, typed: pl.DataFrame, item: ItemDefinition, *, received_on: date, keys: KeyRing | None
) -> None:
    """Append checked rows to the staging table."""
    staged = _staged(typed, item, received_on, keys)
    text = staged.write_csv(include_header=False, null_value=NULL, quote_style="necessary")
    columns = ", ".join(COLUMNS)
    with cursor.copy(f"COPY intake_staging ({columns}) FROM STDIN (FORMAT csv, NULL '{NULL}')") as copy:
        copy.write(text.encode())


def _staged(
    typed: pl.DataFrame, item: ItemDefinition, received_on: date, keys: KeyRing | None
) -> pl.DataFrame:
    code, name = _needed(item, "subject_code"), _needed(item, "subject_name")
    day = _role(item, "decided_on", pl.Date)
    display = display_columns(typed.with_columns(pl.lit(received_on).alias("received_on")), item)
    values = typed.select(
        pl.col(ROW_NUMBER).alias("row_number"),
        pl.col(code).alias("identifier"),
        pl.col(name).alias("name"),
        folded(pl.col(name)).alias("name_folded"),
        _role(item, "registered_on", pl.Date).alias("registered_on"),
        _key_text(item).alias("key_text"),
        _json(item, {"public"}).alias("public_fields"),
        _json(item, {"on_application", "ex_officio"}).alias("restricted_fields"),
        _encrypted(typed, item, keys),
        _role(item, "document_number", pl.String).alias("document_number"),
        day.alias("decided_on"),
        _role(item, "served_on", pl.Date).alias("served_on"),
        _role(item, "effective_on", pl.Date).fill_null(day).alias("effective_on"),
        _role(item, "legal_status", pl.String)
        .replace_strict(ENDED_STATES, default=None, return_dtype=pl.String)
        .alias("legal_status"),
    )
    return values.hstack(display).select(COLUMNS)


def _needed(item: ItemDefinition, role: str) -> str:
    found = item.field_with_role(role)
    if found is None:
        raise ValueError(f"catalog item {item.code} has no field with role {role}")
    return found.name


def _role(item: ItemDefinition, role: str, kind: type[pl.DataType]) -> pl.Expr:
    found = item.field_with_role(role)
    return pl.lit(None, kind) if found is None else pl.col(found.name)


def _key_text(item: ItemDefinition) -> pl.Expr:
    """What makes a row the same fact again. Where no part but the subject is given, the whole content decides."""
    code = _needed(item, "subject_code")
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in item.business_key]
    others = [pl.col(name).is_not_null() for name in item.business_key if name != code]
    key = pl.concat_str(parts, separator="\x1f")
    if not others:
        return key
    content = _json(item, {"public", "on_application", "ex_officio"})
    return pl.when(pl.any_horizontal(others)).then(key).otherwise(content)


def _json(item: ItemDefinition, visibilities: set[str]) -> pl.Expr:
    names = [field.name for field in item.fields if field.visibility in visibilities]
    if not names:
        return pl.lit(None, pl.String)
    return pl.struct(names).struct.json_encode()


def _encrypted(typed: pl.DataFrame, item: ItemDefinition, keys: KeyRing | None) -> pl.Series:
    names = [field.name for field in item.fields if field.visibility == "never"]
    nothing = pl.Series("encrypted_fields", [None] * typed.height, dtype=pl.String)
    if not names or typed.select(pl.all_horizontal(pl.col(names).is_null()).all()).item():
        return nothing
    if keys is None:
        raise ValueError("personal numbers need the key ring: set ANXIN_KEY_RING")
    return pl.Series(
        "encrypted_fields", [_sealed(row, keys) for row in typed.select(names).iter_rows(named=True)]
    )


def _sealed(row: dict[str, str | None], keys: KeyRing) -> str | None:
    values = {name: value for name, value in row.items() if value is not None}
    if not values:
        return None
    plain = json.dumps(values, ensure_ascii=False, sort_keys=True).encode()
    return "\\x" + keys.encrypt(plain, ENCRYPTION_CONTEXT).hex()
