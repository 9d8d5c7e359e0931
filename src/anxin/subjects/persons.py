"""Whom rows about natural persons are about: resident ID number first, then any other valid document (Art. 12(1)).

Pure: works on the distinct parties of a submission and on what is stored of the persons they may be. A doubt never
becomes a link: another name than the one on file, and documents that point at two persons, wait for an officer.
"""

from __future__ import annotations

import polars as pl

from anxin.subjects.documents import NONE, code_documents, contradictory, group_documents

PRIMARY = "resident_id_number"
OTHER_NAME = "Q-NAME"
CONFLICT = "Q-DOCUMENT-CONFLICT"
NO_DOCUMENT = "Q-IDENTIFIER"


def resolve_persons(parties: pl.DataFrame, documents: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """Decide for each party which person it is.

    `parties`: `party`, `name_folded`, in the order of the file. `documents`: `party`, `kind`, `digest`, a line a
    document. `stored`: `person`, `name_folded`, `kind`, `digest`, every identifier of every person that a document
    meets. Returns `party`, `person` (number of the person on file, null where there is none), `cluster` (equal for
    the parties that are one person) and `reason` (null where nothing is doubtful; then the other two say nothing).
    """
    lines = _lines(parties, documents, stored)
    if lines.is_empty():
        placed = lines.with_columns(pl.lit(None, pl.Int64).alias("cluster"))
    else:
        # Whoever's primary number stands under another name is in doubt with all his documents.
        named = _named(lines, "identity")
        sure = named.filter(pl.col("reason").is_null())
        doubtful = named.filter(pl.col("reason").is_not_null())
        placed = pl.concat([_named(_clustered(sure), "cluster"), doubtful], how="diagonal")
    return _answer(parties, placed)


def under_present_names(
    parties: pl.DataFrame, documents: pl.DataFrame, stored: pl.DataFrame, former: pl.DataFrame
) -> pl.DataFrame:
    """The parties, with the present name where one bears a former name of a person whose document it shows.

    `former`: `person`, `former_folded`, a line a name borne before. The other frames are those of `resolve_persons`.
    """
    if former.is_empty():
        return parties
    names = stored.select("person", present="name_folded").unique()
    shown = (
        documents.select("party", "kind", "digest")
        .join(stored, on=["kind", "digest"])
        .select("party", "person")
    )
    renamed = (
        shown.join(former, on="person")
        .join(names, on="person")
        .select("party", "present", name_folded="former_folded")
        .unique(["party", "name_folded"])
    )
    return (
        parties.join(renamed, on=["party", "name_folded"], how="left", maintain_order="left")
        .with_columns(pl.coalesce("present", "name_folded").alias("name_folded"))
        .drop("present")
    )


def _lines(parties: pl.DataFrame, documents: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """A line a document; persons on file come first. `holder`: whose documents they are; `identity`: see `_identity`."""
    columns = ("person", "party", "name_folded", "kind", "digest")
    known = stored.with_columns(pl.lit(None, pl.Int64).alias("party")).sort("person")
    told = documents.join(parties.select("party", "name_folded"), on="party").sort("party")
    both = pl.concat(
        [
            known.select(pl.col("person").cast(pl.Int64), *columns[1:]),
            told.select(pl.lit(None, pl.Int64).alias("person"), pl.col("party").cast(pl.Int64), *columns[2:]),
        ]
    )
    holder = pl.struct("person", "party").rle_id().cast(pl.Int64)
    lines = both.with_columns(holder.alias("holder"), pl.lit(None, pl.String).alias("reason"))
    return lines.with_columns(_identity(lines))


def _identity(lines: pl.DataFrame) -> pl.Series:
    """What a primary number stands for: whoever has it on file, else the number itself; null for other documents."""
    coded = lines.select("person", "kind", code=pl.Series(code_documents(lines["kind"], lines["digest"])))
    owners = coded.filter(pl.col("person").is_not_null()).unique("code").select("code", owner="person")
    found = coded.join(owners, on="code", how="left", maintain_order="left")
    # Persons on file are counted below zero, so that none of them equals the code of a number.
    standing = pl.coalesce(-pl.col("owner") - 1, "code")
    primary = found.select(pl.when(pl.col("kind") == PRIMARY).then(standing)).to_series()
    return (primary.rank("dense").cast(pl.Int64) - 1).alias("identity")


def _clustered(lines: pl.DataFrame) -> pl.DataFrame:
    """Adds `cluster`. Where documents point at two persons, only lines with nothing but a primary number get one."""
    document = code_documents(lines["kind"], lines["digest"])
    identity = lines["identity"].fill_null(NONE).to_numpy()
    number = int(document.max(initial=-1)) + 1
    groups = group_documents(lines["holder"].to_numpy(), document, identity, documents=number)
    group = groups.of_document[document]
    persons = lines["person"].fill_null(NONE).to_numpy()
    conflict = groups.contradictory | contradictory(group, persons, len(groups.contradictory))
    alone = pl.col("identity").is_not_null().all().over("holder")
    placed = lines.with_columns(pl.Series("group", group, pl.Int64), pl.Series("conflict", conflict[group]))
    return placed.with_columns(
        pl.when(~pl.col("conflict"))
        .then(pl.col("group") * 2)
        .when(pl.col("person").is_not_null() | alone)
        .then(pl.col("identity") * 2 + 1)
        .alias("cluster"),
        pl.when(pl.col("conflict") & pl.col("person").is_null() & ~alone)
        .then(pl.lit(CONFLICT))
        .alias("reason"),
    )


def _named(lines: pl.DataFrame, by: str) -> pl.DataFrame:
    """Marks holders whose name is not the one on file, or else not the first one told, for the same `by`."""
    first = (
        lines.filter(pl.col(by).is_not_null() & pl.col("reason").is_null())
        .unique(by, keep="first", maintain_order=True)
        .select(by, expected="name_folded")
    )
    compared = lines.join(first, on=by, how="left", maintain_order="left")
    other = (pl.col("person").is_null() & (pl.col("expected") != pl.col("name_folded"))).fill_null(False)
    return compared.with_columns(
        pl.coalesce("reason", pl.when(other.any().over("holder")).then(pl.lit(OTHER_NAME))).alias("reason")
    ).drop("expected")


def _answer(parties: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    first = [pl.col(name).drop_nulls().first() for name in ("cluster", "identity", "reason")]
    decided = lines.filter(pl.col("party").is_not_null()).group_by("party", maintain_order=True).agg(first)
    answer = parties.select(pl.col("party").cast(pl.Int64))
    for frame, key in (
        (decided, "party"),
        (_owners(lines, "cluster"), "cluster"),
        (_owners(lines, "identity"), "identity"),
    ):
        answer = answer.join(frame, on=key, how="left", maintain_order="left")
    return answer.select(
        "party",
        pl.coalesce("cluster person", "identity person").alias("person"),
        "cluster",
        pl.when(pl.col("cluster").is_null())
        .then(pl.coalesce("reason", pl.lit(NO_DOCUMENT)))
        .otherwise(pl.col("reason"))
        .alias("reason"),
    )


def _owners(lines: pl.DataFrame, by: str) -> pl.DataFrame:
    known = lines.filter(pl.col(by).is_not_null() & pl.col("person").is_not_null())
    return known.group_by(by).agg(pl.col("person").first().alias(f"{by} person"))
