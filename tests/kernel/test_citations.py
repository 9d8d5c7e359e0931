"""Citations: reading, writing, order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.kernel.citations import Citation, CitationMalformed


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("anshan-2022-9/41/2/1", "第四十一条第二款第一项", "Art. 41(2)(1)"),
        ("anshan-2022-9/10", "第十条", "Art. 10"),
        ("civil-code/203/1", "第二百零三条第一款", "Art. 203(1)"),
        ("civil-code/1260", "第一千二百六十条", "Art. 1260"),
        ("civil-code/1010", "第一千零一十条", "Art. 1010"),
        ("civil-code/1001", "第一千零一条", "Art. 1001"),
        ("civil-code/110", "第一百一十条", "Art. 110"),
        ("criminal-law/120-1", "第一百二十条之一", "Art. 120-1"),
        ("anshan-2022-9/20", "第二十条", "Art. 20"),
        ("anshan-2022-9", "", ""),
    ],
)
def test_a_citation_reads_in_both_languages(text: str, zh: str, en: str) -> None:
    citation = Citation.parse(text)

    assert str(citation) == text
    assert (citation.zh, citation.en) == (zh, en)


@pytest.mark.parametrize(
    "text",
    ["", "/41", "Anshan/41", "anshan/0", "anshan/041", "anshan/41/2/1/1", "anshan/41/", "anshan/41//1", "anshan/４１",
     "anshan/41\n", "anshan-/1", "anshan/41/x", "anshan/-1", "anshan 1/2"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(CitationMalformed) as refusal:
        Citation.parse(text)
    assert refusal.value.code == "E-CITATION"


def test_citations_sort_in_the_order_of_the_law() -> None:
    texts = ["a/2", "a/2/1", "a/2/1/3", "a/2/10", "a/10", "a/10-1", "a/11", "b/1"]

    assert [str(one) for one in sorted(map(Citation.parse, reversed(texts)))] == texts


def test_an_item_needs_its_paragraph() -> None:
    with pytest.raises(CitationMalformed):
        Citation("anshan", article=41, item=2)


def test_a_clause_covers_its_parts_only() -> None:
    article = Citation.parse("a/4")

    assert article.covers(Citation.parse("a/4/1/2"))
    assert article.covers(article)
    assert not article.covers(Citation.parse("a/41"))
    assert not Citation.parse("a/4/1").covers(article)


numbers = st.tuples(st.integers(1, 1300), st.integers(0, 30), st.integers(0, 30)).map(
    lambda three: three if three[1] else (three[0], 0, 0)
)


@given(numbers)
def test_what_is_written_reads_back(parts: tuple[int, int, int]) -> None:
    article, paragraph, item = parts
    citation = Citation("anshan-2022-9", article, paragraph=paragraph, item=item)

    assert Citation.parse(str(citation)) == citation
