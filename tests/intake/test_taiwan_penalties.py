"""A foreign file with dirt in it, under an item made for this test: what the checks read equals plain counting.

The penalties of another jurisdiction name facilities by a number of their own and are in whole dollars. Reading,
mapping and checking, under terms that differ from those of `test_declared_code_kinds`, where the file is stored.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.intake.sent import PENALTY
from tests.shared_data import shared_file

from anxin.catalog.definitions import FieldDefinition, ItemDefinition
from anxin.intake.checks import Terms, check_frame
from anxin.intake.header import Mapping, choose_columns, match_header
from anxin.intake.reading import ROW_NUMBER, open_table
from anxin.kernel.text import Bilingual

FILE = "penalties/tw_prtr_penalties_dev.csv"
DATES = {"PENALTYDATE": "decided_on", "TRANSGRESSDATE": "", "IMPROVEDEADLINE": "valid_to"}
REQUIRED = ("REGISTRATIONNO", "FACILITYNAME", "DOCUMENTNO", "PENALTYDATE", "PENALTYMONEY", "TRANSGRESSLAW")
KEY = ("COUNTY", "DOCUMENTNO")


def one_field(column: str) -> FieldDefinition:
    name = column.lower()
    kind = "date" if column in DATES else "integer" if column == "PENALTYMONEY" else "text"
    kind = "name" if column == "FACILITYNAME" else kind
    return FieldDefinition(
        name=name,
        label=Bilingual(column, column),
        type=kind,
        visibility="public",
        length=400,
        required=column in REQUIRED,
        role=DATES.get(column, ""),
    )


@pytest.fixture(scope="module")
def source() -> list[dict[str, str]]:
    with shared_file(FILE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def checked() -> tuple[pl.DataFrame, dict[str, int], int]:
    """Typed rows, number of reasons by code, number of rejected rows."""
    table = open_table(Path(shared_file(FILE)))
    values: dict[str, Any] = {name: getattr(PENALTY, name) for name in PENALTY.__slots__}
    item = ItemDefinition(**values | {"code": "foreign", "fields": tuple(map(one_field, table.header))})
    fields = match_header(table.header, item, Mapping("foreign", {}))
    typed, reasons, rejected = [], Counter[str](), 0
    for raw in table.frames():
        found = check_frame(
            raw.select(ROW_NUMBER, *choose_columns(fields)), item, Terms(as_of=date(2026, 11, 24))
        )
        typed.append(found.typed)
        rejected += int(found.rejected.sum())
        for reason in found.reasons:
            reasons[reason.code] += len(reason.rows)
    return pl.concat(typed), dict(reasons), rejected


Checked = tuple[pl.DataFrame, dict[str, int], int]
Source = list[dict[str, str]]


def test_no_row_is_lost_and_repeats_are_counted_alike(checked: Checked, source: Source) -> None:
    typed, _, _ = checked
    rows = typed.drop(ROW_NUMBER)

    assert typed.height == len(source) == 12_776
    assert rows.height - rows.unique().height == len(source) - len({tuple(r.values()) for r in source}) == 299


def test_a_document_number_is_unique_only_within_its_county(checked: Checked, source: Source) -> None:
    typed, _, _ = checked
    keys = typed.group_by("county", "documentno").len().filter(pl.col("len") > 1).height

    assert keys == sum(n > 1 for n in Counter(tuple(r[c] for c in KEY) for r in source).values()) == 394
    assert typed["documentno"].n_unique() == len({r["DOCUMENTNO"] for r in source}) == 9_086


def test_both_writings_of_days_are_read(checked: Checked, source: Source) -> None:
    typed, _, _ = checked

    for column in DATES:
        told = [r[column].replace("/", "-") for r in source]
        read = [day.isoformat() if day else "" for day in typed[column.lower()].to_list()]
        assert read == told
    assert typed.filter(pl.col("penaltydate") < pl.col("transgressdate")).height == 1


def test_what_is_missing_or_out_of_order_goes_back_with_its_reason(checked: Checked, source: Source) -> None:
    _, reasons, rejected = checked
    empty = sum(not r[column].strip() for r in source for column in REQUIRED)
    ends = [r for r in source if r["IMPROVEDEADLINE"]]
    early = sum(r["IMPROVEDEADLINE"] < r["PENALTYDATE"].replace("/", "-") for r in ends)

    assert early == 359
    assert reasons == {"E-REQUIRED": empty, "E-DATE-ORDER": early}
    assert rejected == sum(
        (bool(r["IMPROVEDEADLINE"]) and r["IMPROVEDEADLINE"] < r["PENALTYDATE"].replace("/", "-"))
        or not all(r[column].strip() for column in REQUIRED)
        for r in source
    )


def test_amounts_are_whole_and_zero_or_empty_five_times(checked: Checked, source: Source) -> None:
    typed, _, _ = checked
    money = typed["penaltymoney"]

    assert int(money.sum()) == sum(int(r["PENALTYMONEY"] or 0) for r in source)
    assert int((money.fill_null(0) == 0).sum()) == 5


def test_names_in_traditional_characters_are_kept_exactly(checked: Checked, source: Source) -> None:
    typed, _, _ = checked

    assert typed["facilityname"].to_list() == [r["FACILITYNAME"].strip() for r in source]


def test_what_happened_to_a_decision_afterwards_is_kept(checked: Checked, source: Source) -> None:
    typed, _, _ = checked

    keyed_wrong = typed.filter(pl.col("appealrescind") == "資料鍵入錯誤").height
    assert keyed_wrong == sum(r["APPEALRESCIND"] == "資料鍵入錯誤" for r in source) == 248


def test_decisions_that_were_cancelled_later_are_told_from_the_rest(checked: Checked, source: Source) -> None:
    typed, _, _ = checked
    withdrawn = ["資料鍵入錯誤", "陳情撤銷", "撤銷並另立裁處書", "自行撤銷", "案件廢止"]
    annulled = ["原處分撤銷", "撤銷並另立裁處書", "實體撤銷"]

    read = typed.filter(
        pl.col("appealrescind").is_in(withdrawn).fill_null(False)
        | pl.col("petitionresults").is_in(annulled).fill_null(False)
    )

    told = [r for r in source if r["APPEALRESCIND"] in withdrawn or r["PETITIONRESULTS"] in annulled]
    assert read.height == len(told) == 618
