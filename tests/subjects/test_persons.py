"""Whom a row about a person is about: documents decide, and doubts wait for an officer (Art. 12(1))."""

from __future__ import annotations

import polars as pl
import pytest

from anxin.subjects.persons import resolve_persons, under_present_names

ID, PASSPORT = "resident_id_number", "passport"
Party = tuple[str, dict[str, str]]
Answer = list[tuple[int | None, str | None]]


def resolve(parties: list[Party], stored: dict[int, Party] | None = None) -> pl.DataFrame:
    told = pl.DataFrame(
        {"party": range(len(parties)), "name_folded": [name for name, _ in parties]},
        schema={"party": pl.Int64, "name_folded": pl.String},
    )
    documents = pl.DataFrame(
        [
            (party, kind, number.encode())
            for party, (_, documents) in enumerate(parties)
            for kind, number in documents.items()
        ],
        schema={"party": pl.Int64, "kind": pl.String, "digest": pl.Binary},
        orient="row",
    )
    known = pl.DataFrame(
        [
            (person, name, kind, number.encode())
            for person, (name, documents) in (stored or {}).items()
            for kind, number in documents.items()
        ],
        schema={"person": pl.Int64, "name_folded": pl.String, "kind": pl.String, "digest": pl.Binary},
        orient="row",
    )
    return resolve_persons(told, documents, known)


def reasons(answer: pl.DataFrame) -> list[str | None]:
    return answer["reason"].to_list()


def test_the_resident_id_number_comes_first() -> None:
    answer = resolve([("甲", {ID: "1"}), ("乙", {ID: "2"}), ("甲", {ID: "1"})])

    assert reasons(answer) == [None, None, None]
    assert answer["cluster"][0] == answer["cluster"][2] != answer["cluster"][1]


def test_a_passport_links_to_the_person_whose_row_names_both() -> None:
    answer = resolve([("甲", {PASSPORT: "E1"}), ("甲", {ID: "1", PASSPORT: "E1"})])

    assert reasons(answer) == [None, None]
    assert answer["cluster"].n_unique() == 1


def test_a_row_with_a_known_passport_alone_links_to_the_person_on_file() -> None:
    answer = resolve([("甲", {PASSPORT: "E1"})], {7: ("甲", {ID: "1", PASSPORT: "E1"})})

    assert answer.select("person", "reason").rows() == [(7, None)]


def test_a_person_known_by_passport_learns_the_resident_id_number() -> None:
    answer = resolve([("甲", {ID: "1", PASSPORT: "E1"})], {7: ("甲", {PASSPORT: "E1"})})

    assert answer.select("person", "reason").rows() == [(7, None)]


@pytest.mark.parametrize(
    "stored",
    [
        {7: ("甲", {ID: "2", PASSPORT: "E1"})},
        {7: ("甲", {ID: "1"}), 8: ("甲", {ID: "2", PASSPORT: "E1"})},
        {7: ("甲", {ID: "1"}), 8: ("甲", {PASSPORT: "E1"})},
    ],
)
def test_a_document_of_somebody_else_is_never_a_silent_merge(stored: dict[int, Party]) -> None:
    answer = resolve([("甲", {ID: "1", PASSPORT: "E1"})], stored)

    assert reasons(answer) == ["Q-DOCUMENT-CONFLICT"]


def test_a_contradiction_leaves_rows_with_nothing_but_the_resident_id_number_alone() -> None:
    answer = resolve(
        [
            ("甲", {ID: "1", PASSPORT: "E1"}),
            ("甲", {ID: "2", PASSPORT: "E1"}),
            ("甲", {PASSPORT: "E1"}),
            ("甲", {ID: "1"}),
            ("甲", {ID: "2"}),
        ]
    )

    doubt = "Q-DOCUMENT-CONFLICT"
    assert reasons(answer) == [doubt, doubt, doubt, None, None]
    assert answer["cluster"][3] != answer["cluster"][4]


def test_another_name_than_on_file_waits_and_overwrites_nothing() -> None:
    answer = resolve([("乙", {ID: "1"})], {7: ("甲", {ID: "1"})})

    assert answer.select("person", "reason").rows() == [(7, "Q-NAME")]


def test_documents_of_a_row_under_another_name_join_nothing() -> None:
    answer = resolve([("甲", {ID: "1"}), ("乙", {ID: "1", PASSPORT: "E1"}), ("丙", {PASSPORT: "E1"})])

    assert reasons(answer) == [None, "Q-NAME", None]
    assert answer["cluster"][0] != answer["cluster"][2]


def test_a_row_without_any_document_links_to_nobody() -> None:
    assert reasons(resolve([("甲", {})])) == ["Q-IDENTIFIER"]


def test_a_name_borne_before_counts_only_for_the_person_whose_document_is_shown() -> None:
    parties = pl.DataFrame({"party": [0, 1, 2], "name_folded": ["旧", "旧", "乙"]})
    documents = pl.DataFrame({"party": [0, 1, 2], "kind": [ID, ID, ID], "digest": [b"1", b"2", b"1"]})
    stored = pl.DataFrame(
        {"person": [7, 8], "name_folded": ["新", "丙"], "kind": [ID, ID], "digest": [b"1", b"2"]}
    )
    former = pl.DataFrame({"person": [7], "former_folded": ["旧"]})

    answer = under_present_names(parties, documents, stored, former)

    assert answer.rows() == [(0, "新"), (1, "旧"), (2, "乙")]
