"""Documents that belong to one person: the columns' answer is that of a plain union-find, contradictions included."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from anxin.subjects.documents import NONE, code_documents, group_documents

Document = tuple[str, str]


def union_find(rows: list[list[Document]]) -> tuple[dict[Document, int], set[int]]:
    """Document → group, and the groups in which two resident ID numbers meet; one row at a time."""
    parent: dict[Document, Document] = {one: one for row in rows for one in row}

    def root(one: Document) -> Document:
        while parent[one] != one:
            one = parent[one]
        return one

    for row in rows:
        for one in row[1:]:
            parent[root(one)] = root(row[0])
    roots = sorted({root(one) for one in parent})
    groups = {one: roots.index(root(one)) for one in parent}
    primaries: dict[int, set[Document]] = {}
    for one, group in groups.items():
        if one[0] == "id":
            primaries.setdefault(group, set()).add(one)
    return groups, {group for group, numbers in primaries.items() if len(numbers) > 1}


def grouped(rows: list[list[Document]]) -> tuple[dict[Document, int], set[int]]:
    lines = [(number, kind, value) for number, row in enumerate(rows) for kind, value in row]
    frame = pl.DataFrame(
        lines, schema={"row": pl.Int64, "kind": pl.String, "number": pl.String}, orient="row"
    )
    codes = code_documents(frame["kind"], frame["number"])
    identity = np.where((frame["kind"] == "id").to_numpy(), codes, NONE)
    found = group_documents(
        frame["row"].to_numpy(), codes, identity, documents=int(codes.max(initial=-1)) + 1
    )
    groups = {
        (kind, value): int(found.of_document[code])
        for kind, value, code in zip(frame["kind"], frame["number"], codes, strict=True)
    }
    return groups, set(np.flatnonzero(found.contradictory).tolist())


def partition(groups: dict[Document, int], only: set[int] | None = None) -> set[frozenset[Document]]:
    return {
        frozenset(one for one, other in groups.items() if other == group)
        for group in set(groups.values())
        if only is None or group in only
    }


identifiers = st.tuples(st.sampled_from(["id", "passport", "permit"]), st.sampled_from("abcdefgh"))


@given(st.lists(st.lists(identifiers, min_size=1, max_size=3, unique_by=lambda one: one[0]), max_size=12))
def test_art_12_1_groups_are_those_of_a_union_find(rows: list[list[Document]]) -> None:
    expected, conflicts = union_find(rows)
    groups, contradictory = grouped(rows)

    assert partition(groups) == partition(expected)
    assert partition(groups, contradictory) == partition(expected, conflicts)


def test_equal_numbers_of_different_kinds_are_different_documents() -> None:
    codes = code_documents(pl.Series(["id", "passport", "id"]), pl.Series(["1", "1", "1"]))

    assert (codes[0] == codes[2], codes[0] == codes[1]) == (True, False)


def test_two_primary_numbers_under_one_passport_contradict_each_other() -> None:
    rows = [[("id", "a"), ("passport", "x")], [("id", "b"), ("passport", "x")], [("id", "c")]]

    groups, contradictory = grouped(rows)

    assert contradictory == {groups["passport", "x"]}
    assert groups["id", "c"] not in contradictory
