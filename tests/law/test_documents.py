from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from anxin.law.documents import (
    PackError,
    Problems,
    allow_keys,
    bilingual,
    choice,
    entries,
    optional,
    read_located,
    require,
    texts,
)


def written(folder: Path, text: str) -> Path:
    path = folder / "sample.yaml"
    path.write_text(text, "utf-8")
    return path


def faults(problems: Problems) -> list[str]:
    return [problem.sentence("en") for problem in problems.found]


def test_values_know_their_line_and_keep_plain_types(tmp_path: Path) -> None:
    root = read_located(written(tmp_path, "slug: a\nday: 2026-04-01\ncount: 12\non: yes\ncode: 0123\n"))
    assert root.plain() == {"slug": "a", "day": date(2026, 4, 1), "count": 12, "on": "yes", "code": "0123"}
    assert root.mapping["count"].line == 3


def test_all_faults_are_reported_at_once_with_file_and_line(tmp_path: Path) -> None:
    problems = Problems()
    text = "name: 3\nkind: other\nitems:\n  - {zh: 甲, en: first, nt: x}\nname: again\nday: 2026-02-30\nfee: 1.5\n"
    root = read_located(written(tmp_path, text), problems, relative_to=tmp_path)
    require(root, "missing", int)
    choice(root, "kind", {"one", "two"})
    allow_keys(entries(root, "items")[0], {"zh", "en", "note"})
    with pytest.raises(PackError) as caught:
        problems.raise_if_any()
    lines = [(problem.file, problem.line) for problem in caught.value.problems]
    assert lines == [("sample.yaml", line) for line in (1, 2, 4, 5, 6, 7)]
    assert "sample.yaml:4: “nt” is not known here: perhaps you mean: note" in caught.value.explain("en")
    assert "处错误" in caught.value.explain("zh")


def test_a_wrong_type_gives_the_empty_value_so_that_reading_goes_on(tmp_path: Path) -> None:
    problems = Problems()
    root = read_located(written(tmp_path, "flag: yes\nwords: [a, 2]\nlabel: {zh: 甲}\n"), problems)
    assert require(root, "flag", bool) is False
    assert texts(root, "words") == ("a", "")
    assert bilingual(root, "label").en == ""
    assert optional(root, "nothing", date) is None
    assert len(problems.found) == 3


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    problems = Problems()
    read_located(written(tmp_path, "a: 1\nb: [1, 2\nc: 3\n"), problems)
    assert problems.found[0].line >= 2
    assert "not valid YAML" in faults(problems)[0]


def test_aliases_are_refused(tmp_path: Path) -> None:
    problems = Problems()
    read_located(written(tmp_path, "a: &x {b: 1}\nc: *x\n"), problems)
    assert "alias" in faults(problems)[0]


def test_a_missing_file_is_a_fault_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(PackError) as caught:
        read_located(tmp_path / "absent.yaml")
    assert "cannot be read" in caught.value.explain("en")
