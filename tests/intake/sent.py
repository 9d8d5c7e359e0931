"""Writing files as a unit sends them, and what became of them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.factories import fictional_uscc

from anxin.catalog.definitions import ItemDefinition
from anxin.catalog.pack import PACKS, read_catalog
from anxin.intake.orders import Outcome

Intake = Callable[..., Outcome]
ITEMS = {item.code: item for item in read_catalog([PACKS / "china" / "catalog"])}
PENALTY, PERMIT = ITEMS["administrative-penalty"], ITEMS["administrative-permit"]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident(born: str = "19800101", sequence: int = 1) -> str:
    """A made-up resident ID number: division 210399 is assigned to nobody."""
    body = f"210399{born}{sequence:03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]


def penalty(number: int = 1, **changes: str) -> dict[str, str]:
    """A row of the penalty template without fault."""
    values = {
        "subject_name": f"虚构第{number}有限公司",
        "subject_class": "法人及非法人组织",
        "uscc": fictional_uscc(number),
        "legal_representative_id_number": resident(),
        "document_number": f"虚罚字〔2026〕{number}号",
        "breach_type": "虚构违法行为",
        "facts": "虚构事实",
        "basis": "虚构依据",
        "penalty_kinds": "罚款",
        "content": "罚款",
        "fine": "2",
        "decided_on": "2026/11/20",
        "penalty_valid_to": "2099/12/31",
        "authority_name": "虚构机关",
        "authority_code": fictional_uscc(77),
        "source_name": "虚构机关",
        "source_code": fictional_uscc(77),
    }
    return {**values, **changes}


def person(number: int = 1, *, id_number: str | None = None, **changes: str) -> dict[str, str]:
    """A row about a (fictional) natural person."""
    return penalty(
        number,
        **{
            "subject_name": "虚构人",
            "subject_class": "自然人",
            "uscc": "",
            "person_id_kind": "身份证",
            "person_id_number": id_number or resident(sequence=number),
            **changes,
        },
    )


def written(path: Path, item: ItemDefinition, *rows: dict[str, str]) -> Path:
    """A file in the national template's Chinese column names."""
    return table(
        path,
        [one.label.zh for one in item.fields],
        *[[row.get(one.name, "") for one in item.fields] for row in rows],
    )


def table(path: Path, header: list[str], *rows: list[Any]) -> Path:
    """Any CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path
