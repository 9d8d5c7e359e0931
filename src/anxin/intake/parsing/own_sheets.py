"""The sheets that we ourselves put beside the rows, in returned workbooks and in templates: on their way back they are passed over."""

from __future__ import annotations

SUMMARY = "汇总"
SUMMARY_TITLES = ("行数 / rows", "列 / column", "代码 / code", "原因 / reason", "处理 / remedy")
EXPLANATION = "说明"
EXPLANATION_TITLES = (
    "列名 / column",
    "英文 / English",
    "类型 / type",
    "长度 / length",
    "必填 / required",
    "代码 / codes",
)
OWN = {SUMMARY: SUMMARY_TITLES, EXPLANATION: EXPLANATION_TITLES}


def is_own_sheet(name: str, titles: list[str]) -> bool:
    """Whether a sheet of this name, with this first row, is our own summary of reasons or explanation of columns."""
    return OWN.get(name) == tuple(titles)
