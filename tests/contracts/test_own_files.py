"""Everything in the repository is our own: no third-party file, no tool of one workplace, one way of spelling."""

from __future__ import annotations

import re

from tests.contracts.test_words import identifiers, texts
from tests.contracts.tracked import ROOT, python_files, tracked_files

KINDS = {
    ".py",
    ".yaml",
    ".md",
    ".html",
    ".css",
    ".po",
    ".txt",
    ".toml",
    ".typ",
    ".sql",
    ".lua",
    ".typed",
    ".json",
    ".js",
}
NAMES = {"anxin", "run", ".gitignore", "LICENSE"}
PICTURES, LARGEST_PICTURE = "docs/pictures", 300_000
# A file of others says so, or was squeezed by a machine.
FOREIGN = re.compile(
    r"@lic" + r"ense|Copyright \(c\)|sourceMapping" + r"URL|All rights res" + r"erved", re.IGNORECASE
)
LONGEST_LINE = 1_000
# Commands of one workplace, as prose or scripts would call them. In pieces, so that this file passes.
TOOL = re.compile(r"\b(?:iss" + r"ues (?:show|resolved|note|blocked)|dupli" + r"cates (?:find|check|scan))\b")
# Terms of the field in pinyin; `anshan` and `anxin` are names.
PINYIN = re.compile(
    r"xin_?yong|chu_?fa\b|xu_?ke\b|qi_?ye\b|ji_?gou|ming_?dan|shi_?xin|yi_?yi\b|xiu_?fu|shen_?fen|dai_?ma\b|bu_?men\b"
    r"|fa_?ren|gong_?shi\b|mu_?lu\b|zhu_?ti\b|ji_?lu\b|bao_?gao|cha_?xun|jian_?guan|cheng_?nuo|jiu_?zheng|tong_?yi"
)
BRITISH = {
    "organisation",
    "organisations",
    "catalogue",
    "catalogues",
    "behaviour",
    "licence",
    "normalise",
    "normalised",
}


def test_no_file_is_of_a_kind_that_we_do_not_write() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path.suffix not in KINDS and path.name not in NAMES and not path.is_relative_to(ROOT / PICTURES)
    ]
    assert not found, f"take it from a library at run time, or add its kind here with a reason: {found}"


def test_pictures_are_few_and_small() -> None:
    found = [path for path in tracked_files() if path.is_relative_to(ROOT / PICTURES)]
    assert {path.suffix for path in found} <= {".png"}
    assert all(path.stat().st_size < LARGEST_PICTURE for path in found)


def test_no_file_is_somebody_elses() -> None:
    found = [str(path) for path, text in texts() if path.name != "LICENSE" and FOREIGN.search(text)]
    assert not found, f"third-party files stay in their packages: {found}"
    squeezed = [
        str(path)
        for path, text in texts()
        if path.suffix in {".py", ".css", ".js", ".html"}
        and "migrations" not in path.parts
        and max(map(len, text.splitlines()), default=0) > LONGEST_LINE
    ]
    assert not squeezed, f"minified, so not written here: {squeezed}"


def test_no_file_calls_a_tool_of_one_workplace() -> None:
    found = [str(path) for path, text in texts() if TOOL.search(text)]
    assert not found, f"a stranger has no such command: {found}"


def test_identifiers_are_english_and_spelled_one_way() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in python_files(tests=True)
        for name in identifiers(path)
        if PINYIN.search(name.lower()) or BRITISH & set(name.lower().split("_"))
    ]
    assert not found, f"see the glossary: {found}"
