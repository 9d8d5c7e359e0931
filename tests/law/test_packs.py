"""The pack: 55 articles, references that hold, faults with file and line, effective date, hash."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from anxin.law.carries_out import carries_out
from anxin.law.pack import BeforePackInForce, UnknownClause, UnknownParameter
from anxin.law.problems import PackError
from anxin.law.registry import PACKS, content_hash, load_pack
from tests.shared_data import ROOT

PACK = load_pack()


def test_all_55_articles_are_there_with_paragraphs_and_items() -> None:
    articles = PACK.articles_of("anshan-2022-9")
    assert [article.number for article in articles] == list(range(1, 56))
    assert [len([a for a in articles if a.chapter == chapter]) for chapter in range(1, 8)] == [
        7,
        11,
        5,
        14,
        8,
        9,
        1,
    ]
    assert len(PACK.clause("anshan-2022-9/28/1/9").what.zh) > 5


def test_paragraphs_and_items_are_those_of_the_official_text() -> None:
    path = ROOT / "law" / "anshan-2022-9.txt"
    if not path.exists():
        pytest.skip("the official text is not here")
    assert official_places(path.read_text("utf-8")) == {
        str(clause.citation).removeprefix("anshan-2022-9/")
        for article in PACK.articles_of("anshan-2022-9")
        for clause in article.clauses
    }


def official_places(text: str) -> set[str]:
    """`article/paragraph[/item]` of every paragraph and item: a line (一)… is an item of the paragraph above."""
    places: set[str] = set()
    article = paragraph = item = 0
    for line in text[text.index("第一条") :].splitlines():
        line = line.strip()
        if not line or (line.startswith("第") and "章" in line[:4]):
            continue
        if line.startswith("第") and "条" in line[:7]:
            article, paragraph, item = article + 1, 1, 0
        elif line.startswith("("):
            item += 1
        else:
            paragraph, item = paragraph + 1, 0
        places.add(f"{article}/{paragraph}" + (f"/{item}" if item else ""))
    return places


@carries_out("anshan-2022-9/2/1")
def test_the_pack_is_for_anshan_its_counties_and_its_development_zones() -> None:
    territory = PACK.jurisdiction
    assert territory.code == "210300"
    national = [one.code for one in territory.divisions if not one.local]
    assert national == ["210302", "210303", "210304", "210311", "210321", "210323", "210381"]
    zone = territory.division("210300802")
    assert zone is not None
    assert zone.local


@carries_out("anshan-2022-9/55/1")
def test_no_rule_of_the_pack_decides_about_a_day_before_it_was_in_force() -> None:
    PACK.require_in_force(date(2022, 8, 14))
    with pytest.raises(BeforePackInForce) as caught:
        PACK.require_in_force(date(2022, 8, 13))
    assert "2022-08-14" in caught.value.explain("zh")


@pytest.mark.parametrize(
    ("name", "unit", "value"),
    [
        ("objection.verification", "working-day", 3),
        ("objection.own_error_notice", "working-day", 2),
        ("objection.unit_answer", "working-day", 5),
        ("objection.result_notice", "working-day", 2),
        ("shield.self_declared", "working-day", 5),
        ("focus.objection_answer", "working-day", 5),
        ("focus.listing_period", "year", 1),
        ("focus.repetition_window", "year", 1),
        ("self_query.free_a_year", "count", 2),
    ],
)
def test_the_numbers_are_those_of_the_regulation(name: str, unit: str, value: int) -> None:
    parameter = PACK.parameter(name)
    assert (parameter.unit, parameter.on(date(2026, 11, 24))) == (unit, value)
    assert not parameter.unverified
    with pytest.raises(UnknownParameter):
        parameter.on(date(2022, 8, 13))


def test_order_36_follows_order_58_without_a_gap() -> None:
    old, new = PACK.instruments["ndrc-order-58"], PACK.instruments["ndrc-order-36"]
    assert old.valid_to == new.valid_from == date(2026, 4, 1)
    assert old.in_force(date(2026, 3, 31))
    assert not old.in_force(date(2026, 4, 1))
    assert new.unverified


def test_what_nobody_has_read_says_so() -> None:
    for instrument in PACK.instruments.values():
        assert instrument.unverified or instrument.checked_on, instrument.id


def test_an_unknown_clause_names_its_neighbors() -> None:
    with pytest.raises(UnknownClause) as caught:
        PACK.clause("anshan-2022-9/40/3")
    assert "anshan-2022-9/40/2" in caught.value.advise("en")
    assert PACK.covers("anshan-2022-9/40")
    assert not PACK.covers("anshan-2022-9/4/2")


def test_every_software_status_has_its_reason() -> None:
    silent = [c for c in PACK.clauses.values() if not c.by_code]
    assert 0 < len(silent) < 12
    assert all(clause.why and clause.why.zh and clause.why.en for clause in silent)


def copied(folder: Path) -> Path:
    for name in ("china", "anshan"):
        shutil.copytree(
            PACKS / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "catalog", "units")
        )
    return folder


def replaced(root: Path, file: str, old: str, new: str) -> None:
    path = root / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("anshan/clauses/article_41.yaml", 'at: "2/1"', 'at: "2"', "anshan/clauses/article_41.yaml:"),
        ("anshan/clauses/article_41.yaml", "[credit_office]", "[credit_ofice]", "no role “credit_ofice”"),
        ("anshan/clauses/article_41.yaml", "objection.verification", "objection.nothing", "no parameter"),
        ("anshan/clauses/article_42.yaml", "sources: [ndrc", "sources: [nrdc", "no instrument “nrdc"),
        ("anshan/clauses/article_42.yaml", "article: 42", "article: 43", "articles 42 are missing"),
        ("anshan/clauses/article_13.yaml", 'at: "1/2"', 'at: "1/0"', "is malformed"),
        ("anshan/parameters.yaml", "anshan-2022-9/41/2\n", "anshan-2022-9/77\n", "does not exist"),
        ("anshan/parameters.yaml", "unit: working-day", "unit: workday", "choose one of"),
        ("anshan/parameters.yaml", "checked_on: 2026-11-24", "unverified: false", "neither checked_on nor"),
        ("anshan/pack.yaml", "effective_on: 2022-08-14", "effective_on: 2022-08-41", "there is no day"),
        ("china/instruments.yaml", "valid_to: 2026-04-01", "valid_to: 2023-04-01", "end before it begins"),
        ("china/instruments.yaml", "id: ndrc-order-36", "id: ndrc-order-58", "is defined already"),
    ],
)
def test_a_faulty_pack_is_refused_with_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    root = copied(tmp_path)
    replaced(root, file, old, new)
    with pytest.raises(PackError) as caught:
        load_pack("anshan", root=root)
    assert said in caught.value.explain("en")
    assert all(problem.line >= 0 and problem.file for problem in caught.value.problems)


def test_the_hash_changes_with_the_content_and_not_with_line_ends(tmp_path: Path) -> None:
    root = copied(tmp_path)
    folders = [root / "china", root / "anshan"]
    before = content_hash(folders, root)
    path = root / "anshan" / "display.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert content_hash(folders, root) == before
    path.write_text(path.read_text("utf-8").replace("months: 36", "months: 35"), "utf-8")
    assert content_hash(folders, root) != before


def test_another_city_is_another_folder(tmp_path: Path) -> None:
    root = copied(tmp_path)
    shutil.copytree(root / "anshan", root / "yingkou")
    replaced(root, "yingkou/pack.yaml", "name: anshan", "name: yingkou")
    replaced(root, "yingkou/pack.yaml", '"210300"', '"210800"')
    assert load_pack("yingkou", root=tmp_path).jurisdiction.code == "210800"
