"""The sheet that we ourselves add to a returned workbook: when the corrected workbook comes back, it is passed over."""

from __future__ import annotations

SUMMARY = "汇总"
SUMMARY_TITLES = ("行数 / rows", "列 / column", "代码 / code", "原因 / reason", "处理 / remedy")


def is_own_summary(name: str, titles: list[str]) -> bool:
    """Whether a sheet of this name, with this first row, is our own summary of reasons."""
    return name == SUMMARY and tuple(titles) == SUMMARY_TITLES
