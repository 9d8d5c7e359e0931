"""What is stored of a checked row: its values by visibility, what makes it the same fact again, and its dates."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import polars as pl

from anxin.catalog.definitions import ItemDefinition
from anxin.intake.checks import PERSON
from anxin.intake.display import display_columns
from anxin.intake.header import JOIN
from anxin.intake.parties import Parties
from anxin.intake.reading import ROW_NUMBER
from anxin.subjects.keys import KeyRing

ENCRYPTION_CONTEXT = "records_recordversion.encrypted_fields"
# An identity, not a proof: lineage rests on the file's SHA-256.
DIGEST_BYTES = 16
_PART = "\x1f"


def stored_values(
    typed: pl.DataFrame,
    parties: Parties,
    item: ItemDefinition,
    *,
    received_on: date,
    keys: KeyRing | None,
    ended: dict[str, str],
) -> pl.DataFrame:
    """One line a row, in its order, with the columns of `records.batch.STORED` and what queueing needs besides.

    `ended`: by which words of a legal status a decision has ended, and how (`withdrawn`, `annulled`).
    """
    facts = typed.with_columns(
        pl.lit(received_on).alias("received_on"),
        pl.when(PERSON)
        .then(pl.lit("natural_person"))
        .otherwise(pl.lit("legal_person"))
        .alias("subject_kind"),
    )
    day = _role(item, "decided_on", pl.Date)
    values = typed.select(
        pl.col(ROW_NUMBER).cast(pl.Int32).alias("row_number"),
        _role(item, "document_number", pl.String).fill_null("").alias("document_number"),
        day.alias("decided_on"),
        _role(item, "served_on", pl.Date).alias("served_on"),
        _role(item, "effective_on", pl.Date).fill_null(day).alias("effective_on"),
        _legal_status(typed, item, ended).alias("legal_status"),
    )
    sealed = _sealed_fields(typed, item, keys)
    content = pl.DataFrame(
        [
            _json(typed, item, {"public"}).fill_null("{}").alias("public_fields"),
            _json(typed, item, {"on_application", "ex_officio"}).alias("restricted_fields"),
            sealed["encrypted_fields"],
        ]
    )
    key = _key_text(typed, item, parties.rows["identity"], content)
    identities = pl.DataFrame([key, _digest(key, "business_key"), _content_digest(content, sealed["mark"])])
    return pl.concat(
        [values, parties.rows.select("party"), content, identities, display_columns(facts, item)],
        how="horizontal",
    )


def _role(item: ItemDefinition, role: str, kind: type[pl.DataType]) -> pl.Expr:
    found = item.field_with_role(role)
    return pl.lit(None, kind) if found is None else pl.col(found.name)


def _legal_status(typed: pl.DataFrame, item: ItemDefinition, ended: dict[str, str]) -> pl.Expr:
    """Null where a decision stands. Of several words in one value, an annulment outweighs a withdrawal."""
    field = item.field_with_role("legal_status")
    if field is None:
        return pl.lit(None, pl.String)
    found: dict[str, str] = {}
    for text in typed[field.name].unique().drop_nulls():
        states = {ended[word] for word in text.split(JOIN) if word in ended}
        if states:
            found[text] = min(states)
    return pl.col(field.name).replace_strict(found, default=None, return_dtype=pl.String)


def _key_text(
    typed: pl.DataFrame, item: ItemDefinition, identity: pl.Series, content: pl.DataFrame
) -> pl.Series:
    """What makes a row the same fact again. Where no part but the subject is given, the whole content decides.

    A personal number stands in it only as the keyed hash.
    """
    subject = {
        found.name for role in ("subject_code", "person_id_number") if (found := item.field_with_role(role))
    }
    others = [name for name in item.business_key if name not in subject]
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in others]
    frame = typed.with_columns(identity.alias("identity of row"), *content.get_columns()[:2])
    who = pl.col("identity of row")
    key = pl.concat_str(who, *parts, separator=_PART)
    if others:
        whole = pl.concat_str(who, "public_fields", "restricted_fields", separator=_PART, ignore_nulls=True)
        key = (
            pl.when(pl.any_horizontal(pl.col(name).is_not_null() for name in others))
            .then(key)
            .otherwise(whole)
        )
    return frame.select(key.alias("key_text")).to_series()


def _json(typed: pl.DataFrame, item: ItemDefinition, visibilities: set[str]) -> pl.Series:
    """The values as a JSON object without nulls; null where the item has no such fields."""
    names = [field.name for field in item.fields if field.visibility in visibilities]
    if not names:
        return pl.Series([None] * typed.height, dtype=pl.String)
    given = [name for name in names if typed[name].null_count() < typed.height]
    if not given:
        return pl.Series(["{}"] * typed.height)
    text = typed.select(pl.struct(given).struct.json_encode()).to_series()
    if not any(typed[name].null_count() for name in given):
        return text
    # Inside a JSON text every quotation mark is escaped, so this finds keys only.
    return text.str.replace_all(r'"[a-z0-9_]+":null,?', "").str.replace(r",\}$", "}")


def identity(text: str) -> bytes:
    """SHA-256, cut to 16 bytes."""
    return hashlib.sha256(text.encode()).digest()[:DIGEST_BYTES]


def _digest(text: pl.Series, name: str) -> pl.Series:
    return pl.Series(name, [identity(one) for one in text], pl.Binary)


def _content_digest(content: pl.DataFrame, mark: pl.Series) -> pl.Series:
    """Of the readable fields and the `mark` of the others: ciphertext is another one after a change of keys."""
    parts = [content["public_fields"], content["restricted_fields"], mark]
    text = pl.select(pl.concat_str(parts, separator=_PART, ignore_nulls=True)).to_series()
    return _digest(text, "content_digest")


def _sealed_fields(typed: pl.DataFrame, item: ItemDefinition, keys: KeyRing | None) -> pl.DataFrame:
    """The personal numbers of each row: `encrypted_fields`, ciphertext of a JSON object, and `mark`, their keyed hash as
    text; both null where it has none."""
    schema = {"encrypted_fields": pl.Binary, "mark": pl.String}
    names = [field.name for field in item.fields if field.visibility == "never"]
    given = [one for one in names if typed[one].null_count() < typed.height]
    if not given:
        return pl.DataFrame({name: [None] * typed.height for name in schema}, schema=schema)
    if keys is None:
        raise ValueError("personal numbers need the key ring: set ANXIN_KEY_RING")
    rows = typed.select(given)
    distinct = rows.unique(maintain_order=True)
    sealed = pl.DataFrame(
        [_sealed(row, keys) for row in distinct.iter_rows(named=True)], schema=schema, orient="row"
    )
    placed = rows.join(distinct.hstack(sealed), on=given, how="left", nulls_equal=True, maintain_order="left")
    return placed.select(list(schema))


def _sealed(row: dict[str, str | None], keys: KeyRing) -> tuple[bytes | None, str | None]:
    values = {name: value for name, value in row.items() if value is not None}
    if not values:
        return None, None
    plain = json.dumps(values, ensure_ascii=False, sort_keys=True)
    return keys.encrypt(plain.encode(), ENCRYPTION_CONTEXT), keys.mark(plain).hex()
