"""Which documents belong to one person, over the identifier rows of a file, and where that is contradictory (Art. 12(1)).

A row tells of one person: at most one primary number (resident ID) and any number of other documents. Rows that
share a document are about one person, unless more than one primary number then meets in the group: that is a
contradiction which an officer has to look at, and never a reason to take two persons for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
NONE = -1
# Keeps kind and number apart when their hashes are mixed.
_ODD = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Groups:
    """`of_document`: the group of each document code, shape (documents,). `contradictory`: one flag a group."""

    of_document: NDArray[np.int32]
    contradictory: Flags


def code_documents(kind: pl.Series, number: pl.Series) -> Codes:
    """Integer codes of documents from 0 up, shape (rows,): equal exactly for equal kind and number; no nulls.

    Ranks 64-bit hashes, which is several times faster than ranking texts, and then compares the texts of each code:
    where two documents share a hash, another seed is taken.
    """
    for seed in count():
        mixed = kind.hash(seed) * _ODD + number.hash(seed + 1)
        codes = (mixed.rank("dense").cast(pl.Int64) - 1).to_numpy()
        representative = np.zeros(int(codes.max(initial=-1)) + 1, np.int64)
        representative[codes] = np.arange(len(codes))
        same = representative[codes]
        if (number.gather(same) == number).all() and (kind.gather(same) == kind).all():
            return np.asarray(codes)
    raise AssertionError("count() has no end")


def group_documents(row: Codes, document: Codes, identity: Codes, *, documents: int) -> Groups:
    """Group documents by the rows that hold them.

    `row`, `document`, `identity`: shape (identifiers,), one line a document of a row, `row` ascending. `document`:
    codes from 0 to `documents` − 1. `identity`: what a primary number stands for, two different ones never being
    one person, or `NONE` for another document.
    """
    together = row[1:] == row[:-1]
    left, right = document[:-1][together], document[1:][together]
    edges = csr_array(
        (np.ones(len(left), np.int8), (left.astype(np.int32), right.astype(np.int32))),
        shape=(documents, documents),
    )
    number, group = connected_components(edges, directed=False)
    return Groups(group, contradictory(group[document], identity, number))


def contradictory(group: NDArray[np.int32], identity: Codes, number: int) -> Flags:
    """Which of `number` groups hold two different identities; `group`, `identity`: shape (identifiers,)."""
    known = identity != NONE
    of, identities = group[known], identity[known]
    # One identity of each group is remembered; whatever differs from it tells.
    remembered = np.full(number, NONE, np.int64)
    remembered[of] = identities
    flags = np.zeros(number, np.bool_)
    flags[of[remembered[of] != identities]] = True
    return flags
