"""A report's content as lines of text, so that the paper's template only lays out.

Every value is worded here once: fen as yuan, lists with commas, an unknown day as a dash. Long runs without a space get places
where a line may break.
"""

from __future__ import annotations

import re
from typing import Any, TypedDict

from anxin.access.issued_content import SPECIAL_REPORT, IssuedContent
from anxin.access.report_content import ReportField, ReportRecord

TITLES = {"credit_report": "公共信用信息报告", "special_credit_report": "专项信用报告"}
DASH = "—"
MARKS = {
    "disputed": "异议处理中",
    "restored": "已修复",
    "shielded": "已申请屏蔽",
    "display_ended": "已停止公示",
    "corrected": "已更正",
    "changed": "已变更",
}
LONGEST_UNBROKEN = 900  # characters of one record that still fit on a page in one piece
_LONG_RUN = re.compile(r"[!-~]{25,}")
_EVERY_TWELVE = re.compile(r"(.{12})(?=.)")


class PaperRecord(TypedDict):
    """`facts`: label and text of each line; `whole`: must not be parted by the end of a page."""

    title: str
    marks: list[str]
    number: str
    decided: str
    shown: str
    facts: list[tuple[str, str]]
    source: str
    whole: bool


def paper_of(content: IssuedContent, *, digest: str) -> dict[str, Any]:
    """What `report.typ` reads. `digest`: hexadecimal SHA-256 of the signed data."""
    special = content["kind"] == SPECIAL_REPORT
    return {
        "number": content["number"],
        "title": TITLES[content["kind"]],
        "special": special,
        "as_of": content["as_of"][:19].replace("T", " "),
        "issuer": content["issuer_zh"],
        "name": content["subject"]["name"],
        "facts": [*_subject_facts(content["subject"]), *_choice_facts(content)],
        "sections": [
            {
                "title": section["title_zh"],
                "count": section["count"],
                "records": [_record(record) for record in section["records"]],
            }
            for section in content["sections"]
        ],
        "objection_at": content["objection_at"],
        "verify_at": content["verify_at"],
        "digest": " ".join(digest[start : start + 8] for start in range(0, len(digest), 8)),
        "signer": content["signer"],
        "checkpoint": (content["checkpoint"] or "").split("\n")[:3],
    }


def _choice_facts(content: IssuedContent) -> list[tuple[str, str]]:
    """What was asked for, so that nobody takes a part for the whole."""
    period = content["period"]
    if period is None:
        return []
    items = "、".join(section["title_zh"] for section in content["sections"])
    return [("所选时段", f"{period['first']} 至 {period['last']}"), ("所选领域", items)]


def _subject_facts(subject: dict[str, Any]) -> list[tuple[str, str]]:
    if subject["kind"] == "natural_person":
        return []
    facts = [
        ("统一社会信用代码", subject["uscc"] or DASH),
        ("登记日期", subject["registered_on"] or DASH),
    ]
    former = "、".join(subject["former_names"])
    return [*facts, ("曾用名", former)] if former else facts


def _record(record: ReportRecord) -> PaperRecord:
    facts = [(field["label_zh"], breakable(_worded(field))) for field in record["fields"]]
    lineage = record["lineage"]
    return PaperRecord(
        title=record["name_zh"],
        marks=[MARKS.get(mark, mark) for mark in record["marks"]],
        number=breakable(record["document_number"] or ""),
        decided=(record["decided_on"] or DASH)[:10],
        shown=f"公示至 {shown}" if (shown := record["last_displayed_on"]) else "不公示",
        facts=facts,
        source=(
            f"来源 {lineage['unit_zh'] or DASH} · 文件 {(lineage['file'] or DASH)[:12]}"
            f" · 第 {lineage['row'] or DASH} 行 · 版本 {lineage['version']}"
        ),
        whole=sum(len(text) + 20 for _, text in facts) < LONGEST_UNBROKEN,
    )


def _worded(field: ReportField) -> str:
    value = field["value"]
    if field["type"] == "money" and isinstance(value, int):
        return f"{'-' if value < 0 else ''}{abs(value) // 100:,}.{abs(value) % 100:02d} 元"
    if isinstance(value, list):
        return "、".join(str(part) for part in value)
    if isinstance(value, dict):
        return "、".join(str(part) for part in value.values())
    return str(value)


def breakable(text: str) -> str:
    """The same text with a zero-width space after every twelve characters of a run that no line could hold."""
    return _LONG_RUN.sub(lambda run: _EVERY_TWELVE.sub("\\1\u200b", run.group()), text)
