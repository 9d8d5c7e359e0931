"""Templates to fill in: the columns of a catalog item as CSV, or as a workbook that explains each of them (Art. 11)."""

from __future__ import annotations

import csv
from functools import lru_cache
from io import BytesIO, StringIO

import xlsxwriter

from anxin.catalog.codes import code_list
from anxin.catalog.definitions import FieldDefinition, ItemDefinition
from anxin.intake.parsing.own_sheets import EXPLANATION, EXPLANATION_TITLES

SHEET = "填报"
TYPES = {
    "text": "文本 / text",
    "name": "名称 / name",
    "date": "日期，如 2026-05-06 / date such as 2026-05-06",
    "money": "金额，万元，最多六位小数 / amount in 10,000 yuan, at most six decimals",
    "integer": "整数 / whole number",
    "uscc": "统一社会信用代码 / unified social credit code",
    "local_code": "本地代码 / local code",
    "personal_number": "证件号码 / personal number",
    "code": "代码表的值 / value of a code list",
    "codes": "代码表的值，可填多个，用分号隔开 / values of a code list, separated by semicolons",
}
REQUIRED = {
    "organization": "法人和非法人组织必填 / for organizations",
    "natural_person": "自然人必填 / for natural persons",
}


def template_csv(item: ItemDefinition) -> bytes:
    """One line of column names in UTF-8, with the mark by which spreadsheet programs know it."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(field.label.zh for field in item.fields)
    return text.getvalue().encode("utf-8-sig")


@lru_cache(maxsize=64)
def template_workbook(item: ItemDefinition) -> bytes:
    """A sheet with the column names, every cell text, and a second one that explains each column."""
    target = BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True})
    bold = workbook.add_format({"bold": True, "text_wrap": True, "num_format": "@"})
    text = workbook.add_format({"num_format": "@"})
    wrap = workbook.add_format({"text_wrap": True, "valign": "top"})
    sheet = workbook.add_worksheet(SHEET)
    # Numbers of eighteen digits lose their end where a spreadsheet takes them for numbers.
    sheet.set_column(0, len(item.fields) - 1, 22, text)
    for column, field in enumerate(item.fields):
        sheet.write_string(0, column, field.label.zh, bold)
    sheet.freeze_panes(1, 0)
    explanation = workbook.add_worksheet(EXPLANATION)
    explanation.set_column(0, 4, 24)
    explanation.set_column(5, 5, 70)
    for column, title in enumerate(EXPLANATION_TITLES):
        explanation.write_string(0, column, title, bold)
    for line, field in enumerate(item.fields, start=1):
        for column, value in enumerate(explained(field)):
            explanation.write_string(line, column, value, wrap)
    workbook.close()
    return target.getvalue()


def explained(field: FieldDefinition) -> tuple[str, ...]:
    """The explanation of one field, in the order of `EXPLANATION_TITLES`."""
    required = "是 / yes" if field.required else "; ".join(REQUIRED[kind] for kind in field.required_for)
    return (
        field.label.zh,
        field.label.en,
        TYPES.get(field.type, field.type),
        str(field.length or ""),
        required,
        _codes(field),
    )


def _codes(field: FieldDefinition) -> str:
    if not field.code_list:
        return ""
    found = code_list(field.code_list)
    return "、".join(found.values) + (" …" if found.open else "")
