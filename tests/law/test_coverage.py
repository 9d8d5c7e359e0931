"""Only `@carries_out` makes a clause live, and it can only cite what exists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from anxin.cli.law import main
from anxin.law.coverage import LIVE, NOT_SOFTWARE, NOT_YET, citation_problems, coverage
from anxin.law.mentions import Mention, find_mentions
from anxin.law.references import reference_problems
from anxin.law.registry import load_pack

PACK = load_pack()
SOURCE = """
from anxin.law.carries_out import carries_out

@carries_out("anshan-2022-9/41/2", "anshan-2022-9/41/4")
class Objection:
    @carries_out("anshan-2022-9/40/1")
    async def shield(self): ...

@carries_out(CITATION)
def unreadable(): ...
"""


def mention(citation: str, kind: str) -> Mention:
    return Mention(citation, kind, "src/anxin/rights/services.py", 7, "anxin.rights.services", "act")


def test_every_citation_in_code_and_tests_names_a_clause() -> None:
    assert [problem.sentence("en") for problem in citation_problems(PACK)] == []


def test_every_clause_of_refusals_and_data_exists() -> None:
    assert [problem.sentence("en") for problem in reference_problems(PACK)] == []


def test_marks_are_read_from_the_source_with_file_line_and_kind(tmp_path: Path) -> None:
    source = tmp_path / "src" / "anxin"
    (source / "web" / "site").mkdir(parents=True)
    (source / "web" / "site" / "rights.py").write_text(SOURCE, "utf-8")
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_rights.py").write_text('@carries_out("anshan-2022-9/41/2")\ndef test_x(): ...\n', "utf-8")
    found, problems = find_mentions(source, tests)
    assert [(one.citation, one.kind, one.name, one.line) for one in found] == [
        ("anshan-2022-9/40/1", "page", "Objection.shield", 7),
        ("anshan-2022-9/41/2", "page", "Objection", 5),
        ("anshan-2022-9/41/2", "test", "test_x", 2),
        ("anshan-2022-9/41/4", "page", "Objection", 5),
    ]
    assert found[0].module == "anxin.web.site.rights"
    assert [problem.sentence("en").split(": ")[0] for problem in problems] == [
        "src/anxin/web/site/rights.py:9"
    ]


def test_a_tree_without_tests_has_no_test_links(tmp_path: Path) -> None:
    source = tmp_path / "src" / "anxin"
    source.mkdir(parents=True)
    assert find_mentions(source, tmp_path / "tests") == ((), ())


def test_a_test_alone_makes_nothing_live() -> None:
    marks = [mention("anshan-2022-9/40/1", "test"), mention("anshan-2022-9/41/3", "service")]
    by_citation = {
        str(clause.clause.citation): clause
        for article in coverage(PACK, mentions=marks)
        for clause in article.clauses
    }
    assert by_citation["anshan-2022-9/40/1"].status == NOT_YET
    assert by_citation["anshan-2022-9/41/3"].status == LIVE
    assert by_citation["anshan-2022-9/1/1"].status == NOT_SOFTWARE
    assert sum(one.status == LIVE for one in by_citation.values()) == 1


def test_the_command_lists_55_articles_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [one["article"] for one in answer["articles"]] == list(range(1, 56))
    clauses = [clause for one in answer["articles"] for clause in one["clauses"]]
    assert all(clause["status"] in (LIVE, NOT_SOFTWARE, NOT_YET) for clause in clauses)
    assert answer["counts"]["clauses"] == len(clauses) == 135
    assert all(clause["places"] for clause in clauses if clause["status"] == LIVE)


@pytest.mark.parametrize(("language", "word"), [("zh", "第四十一条"), ("en", "Art. 41")])
def test_the_command_shows_one_article_in_each_language(
    language: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--article", "41", "--language", language]) == 0
    shown = capsys.readouterr().out
    assert word in shown
    assert "anshan-2022-9/41/2/2" in shown


def test_the_check_of_the_command_passes_on_our_packs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "--language", "en"]) == 0, capsys.readouterr().out
