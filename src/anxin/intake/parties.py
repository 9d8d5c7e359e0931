"""Whom the rows of a frame are about: each organization and person once, with what identifies them (Art. 12).

An organization is its code. A person is a document's number, and leaves this module only as keyed hash and
ciphertext. A code with prefix 92 is an organization whatever class a source files it under; the class stays as told.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from anxin.catalog.definitions import ItemDefinition
from anxin.intake.checks import PERSON
from anxin.kernel.identifiers import mask, normalize
from anxin.subjects.folding import folded
from anxin.subjects.keys import IDENTIFIER_CONTEXT, KeyRing
from anxin.subjects.models import PersonalIdentifier

Kind = PersonalIdentifier.Kind
# As the national templates call the documents.
DOCUMENT_KINDS = {
    "身份证": Kind.RESIDENT_ID_NUMBER,
    "居民身份证": Kind.RESIDENT_ID_NUMBER,
    "护照号": Kind.PASSPORT,
    "护照": Kind.PASSPORT,
    "港澳居民来往内地通行证": Kind.MAINLAND_TRAVEL_PERMIT_HONG_KONG_MACAO,
    "台湾居民来往大陆通行证": Kind.MAINLAND_TRAVEL_PERMIT_TAIWAN,
    "外国人永久居留身份证": Kind.FOREIGN_PERMANENT_RESIDENT_ID,
    "社会保障卡": Kind.SOCIAL_SECURITY_CARD,
    "驾驶证": Kind.DRIVING_LICENSE,
}
# Whatever a source calls it: a number of this form is compared as one (the checks have looked at its digits).
RESIDENT_FORM = r"^[0-9]{17}[0-9X]$"
# Roles of the fields that hold a document's kind and number: the one that identifies, and one more.
DOCUMENT_ROLES = (("person_id_kind", "person_id_number"), ("other_id_kind", "other_id_number"))


@dataclass(frozen=True, slots=True)
class Parties:
    """`rows`: one line a row of the frame, in its order: `party` (number), `person` (flag), `identity` (text that
    names the party without telling a personal number).

    `parties`: one line a party: `party`, `person`, `code`, `name`, `name_folded`, `registered_on`, `born_on`,
    `shown` (the code, or the masked number).
    `documents`: one line a document of a person and key of the ring: `party`, `kind`, `digest` (32 bytes, under the
    current key), `lookup` (under this line's key), `key_name`, `encrypted` (null but for the current key).
    """

    rows: pl.DataFrame
    parties: pl.DataFrame
    documents: pl.DataFrame


def find_parties(typed: pl.DataFrame, item: ItemDefinition, first: int, keys: KeyRing | None) -> Parties:
    """The parties of checked rows, numbered from `first` in the order of the file."""
    person = typed[PERSON]
    told = _told(typed, item)
    documents = _documents(typed, item, person, keys)
    primary = documents.unique("row", keep="first", maintain_order=True).select("row", "identity", "shown")
    rows = (
        told.with_columns(pl.int_range(pl.len()).alias("row"))
        .join(primary, on="row", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("code", "identity").alias("identity"), pl.coalesce("code", "shown").alias("shown")
        )
    )
    # Two documents of a row belong to its party, so rows with another second document are another party.
    several = documents.group_by("row", maintain_order=True).agg(
        pl.col("identity").str.join(" ").alias("all")
    )
    rows = rows.join(several, on="row", how="left", maintain_order="left").with_columns(
        pl.coalesce("all", "identity").alias("all")
    )
    once = rows.unique(["all", "name"], keep="first", maintain_order=True).with_columns(
        (pl.int_range(pl.len()) + first).alias("party")
    )
    placed = rows.select("row", "all", "name").join(
        once.select("all", "name", "party"), on=["all", "name"], nulls_equal=True, maintain_order="left"
    )
    flags = rows.select("person", "identity").with_columns(placed["party"])
    ofs = once.select("row", "party")
    return Parties(
        rows=flags,
        parties=once.select(
            *("party", "person", "code", "name", "name_folded", "registered_on", "born_on", "shown")
        ),
        documents=documents.join(ofs, on="row", how="inner", maintain_order="left").select(
            "party", "kind", "digest", "lookup", "key_name", "encrypted"
        ),
    )


def code_kind(item: ItemDefinition) -> str | None:
    """The kind of code that an item's organizations are known by, None for the unified social credit code."""
    field = item.field_with_role("subject_code")
    return field.code_kind.name if field is not None and field.code_kind is not None else None


def _told(typed: pl.DataFrame, item: ItemDefinition) -> pl.DataFrame:
    """`person`, `code`, `name`, `name_folded`, `registered_on`, `born_on` a row."""
    name = item.field_with_role("subject_name")
    if name is None:
        raise ValueError(f"catalog item {item.code} has no field with role subject_name")
    number = item.field_with_role(DOCUMENT_ROLES[0][1])
    digits = pl.lit(None, pl.String) if number is None else pl.col(number.name)
    born = pl.when(digits.str.contains(RESIDENT_FORM)).then(
        digits.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    )
    return typed.select(
        pl.col(PERSON).alias("person"),
        pl.when(~pl.col(PERSON)).then(_role(item, "subject_code", pl.String)).alias("code"),
        pl.col(name.name).alias("name"),
        folded(pl.col(name.name)).alias("name_folded"),
        _role(item, "registered_on", pl.Date).alias("registered_on"),
        pl.when(PERSON).then(born).alias("born_on"),
    )


def _role(item: ItemDefinition, role: str, kind: type[pl.DataType]) -> pl.Expr:
    found = item.field_with_role(role)
    return pl.lit(None, kind) if found is None else pl.col(found.name)


def _documents(
    typed: pl.DataFrame, item: ItemDefinition, person: pl.Series, keys: KeyRing | None
) -> pl.DataFrame:
    """Every document of every person's row, resident ID numbers first: `row`, `kind`, `digest`, …, `identity`."""
    empty = pl.DataFrame(
        schema={
            "row": pl.Int64,
            "kind": pl.String,
            "digest": pl.Binary,
            "lookup": pl.Binary,
            "key_name": pl.String,
            "encrypted": pl.Binary,
            "identity": pl.String,
            "shown": pl.String,
        }
    )
    if not person.any():
        return empty
    if keys is None:
        raise ValueError("rows about persons need the key ring: set ANXIN_KEY_RING")
    found = [_column_documents(typed, item, person, roles) for roles in DOCUMENT_ROLES]
    given = pl.concat([one for one in found if one is not None])
    sealed = _sealed_documents(given.select("kind", "number").unique(maintain_order=True), keys)
    order = (pl.col("kind") != Kind.RESIDENT_ID_NUMBER.value).alias("second")
    return (
        given.join(sealed, on=["kind", "number"], maintain_order="left")
        .sort("row", order, pl.col("encrypted").is_null(), maintain_order=True)
        .select(empty.columns)
        .cast(empty.schema)
    )


def _column_documents(
    typed: pl.DataFrame, item: ItemDefinition, person: pl.Series, roles: tuple[str, str]
) -> pl.DataFrame | None:
    kind, number = (item.field_with_role(role) for role in roles)
    if kind is None or number is None:
        return None
    told = pl.col(kind.name)
    return typed.select(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("row"),
        pl.when(pl.col(number.name).str.contains(RESIDENT_FORM))
        .then(pl.lit(Kind.RESIDENT_ID_NUMBER.value))
        .otherwise(told.replace_strict(DOCUMENT_KINDS, default=Kind.OTHER.value, return_dtype=pl.String))
        .alias("kind"),
        pl.col(number.name).alias("number"),
    ).filter(person & pl.col("number").is_not_null())


def _sealed_documents(distinct: pl.DataFrame, keys: KeyRing) -> pl.DataFrame:
    """Hash and ciphertext of each distinct number; the plain number stays in this process."""
    lines = []
    for kind, number in distinct.iter_rows():
        plain = normalize(number).text
        shown = mask(plain, 4, 2) if len(plain) >= 15 else mask(plain, 1, 2)
        digest = keys.digest(plain)
        sealed = keys.encrypt(plain.encode(), IDENTIFIER_CONTEXT)
        identity = f"{kind}:{keys.mark(plain).hex()}"
        for key_name, lookup in keys.digests(plain).items():
            own = sealed if key_name == keys.current else None
            lines.append((kind, number, digest, lookup, key_name, own, identity, shown))
    names = ("kind", "number", "digest", "lookup", "key_name", "encrypted", "identity", "shown")
    types = (pl.String, pl.String, pl.Binary, pl.Binary, pl.String, pl.Binary, pl.String, pl.String)
    return pl.DataFrame(lines, schema=dict(zip(names, types, strict=True)), orient="row")
