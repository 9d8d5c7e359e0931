"""The clauses are in our own words: no long run of the official text outside fixed terms and titles."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from anxin.law.documents import Located, read_located
from anxin.law.registry import PACKS
from tests.shared_data import ROOT

LONGEST_RUN = 12
# Terms of art and titles that have no other name; they break a run.
FIXED = [
    *("公共信用信息工作机构", "公共信用信息补充目录", "公共信用信息基础目录", "社会信用主管部门"),
    *("社会信用建设工作联席会议", "市场信用信息采集单位", "信用重点关注对象", "严重失信主体名单"),
    *("统一社会信用代码", "居民身份证号码", "法定代表人", "实际控制人", "主要负责人"),
    *(
        "关于推进社会信用体系建设高质量发展促进形成新发展格局的意见",
        "鞍山市社会信用管理办法",
        "辽宁省社会信用条例",
    ),
]
_BREAK = re.compile("|".join(sorted(FIXED, key=len, reverse=True)))


def runs(text: str) -> list[str]:
    """The text without punctuation, cut at every fixed term."""
    return [re.sub(r"[^\u4e00-\u9fff]", "", part) for part in _BREAK.split(re.sub(r"\s", "", text))]


def chinese(node: Located) -> Iterator[Located]:
    if isinstance(node.value, str):
        yield node
    for child in [*node.mapping.values(), *node.items]:
        yield from chinese(child)


def longest_shared(text: str, official: list[str]) -> str:
    pieces = [
        part[start : start + LONGEST_RUN + 1]
        for part in runs(text)
        for start in range(len(part) - LONGEST_RUN)
    ]
    return next((piece for piece in pieces if any(piece in run for run in official)), "")


def test_no_clause_repeats_the_official_text() -> None:
    path = ROOT / "law" / "anshan-2022-9.txt"
    if not path.exists():
        pytest.skip("the official text is not here")
    official = runs(path.read_text("utf-8"))
    assert longest_shared(
        "第二条本市行政区域内社会信用信息管理、社会信用评价和应用", official
    )  # the check can fail
    copied = [
        f"{text.file}:{text.line}: {piece}"
        for file in sorted((PACKS / "anshan").rglob("*.yaml"))
        for text in chinese(read_located(file, relative_to=PACKS))
        if (piece := longest_shared(str(text.value), official))
    ]
    assert copied == []
