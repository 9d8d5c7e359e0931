"""Rows of departments' files, for any item of the catalog: values follow from each field's role, type and name."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from anxin.catalog.definitions import FieldDefinition, ItemDefinition
from anxin.city.codes import fictional_code
from anxin.city.organizations import FictionalOrganization
from anxin.city.persons import FictionalPerson

# Decisions reach back over both restoration orders and past the end of displays.
DAYS_BACK = 2_100
PENALTY_KINDS = (
    "警告",
    "通报批评",
    "罚款",
    "罚款",
    "罚款",
    "罚款;没收违法所得",
    "责令停产停业",
    "吊销许可证件",
)
PERFORMANCE = ("已履约", "已履约", "已履约", "履约中", "未履约")


Party = FictionalOrganization | FictionalPerson


@dataclass(frozen=True, slots=True)
class Sender:
    """The unit that reports."""

    code: str
    name: str
    uscc: str


def make_row(
    item: ItemDefinition,
    party: Party,
    sender: Sender,
    number: int,
    *,
    as_of: date,
    draw: random.Random,
) -> list[str]:
    """One row in the order of the item's fields; `number` makes its document number the only one."""
    decided = as_of - timedelta(days=draw.randrange(1, DAYS_BACK))
    ends = decided + timedelta(days=draw.choice((200, 1_000, 1_800)))
    kinds = draw.choice(PENALTY_KINDS)
    facts = {
        "decided_on": decided.isoformat(),
        "valid_from": decided.isoformat(),
        "valid_to": ends.isoformat(),
        "document_number": f"杏演{item.code[:2].upper()}〔{decided.year}〕{number}号",
        "authority_name": sender.name,
        "authority_code": sender.uscc,
        "penalty_kinds": kinds,
        "fine_amount": str(draw.randrange(1, 500) / 10) if "罚款" in kinds else "",
        "legal_status": "撤销" if draw.randrange(25) == 0 else "有效",
        "display_until": "",
    }
    facts |= _about(party)
    return [_value(field, facts, sender, decided, draw) for field in item.fields]


def _about(party: Party) -> dict[str, str]:
    """What identifies the party, by role."""
    if isinstance(party, FictionalPerson):
        return {
            "subject_name": party.name,
            "subject_code": "",
            "subject_class": "自然人",
            "person_id_kind": "身份证",
            "person_id_number": party.resident_id,
            "other_id_kind": "护照号" if party.passport else "",
            "other_id_number": party.passport,
        }
    return {
        "subject_name": party.name,
        "subject_code": party.uscc,
        "subject_class": "个体工商户" if party.kind == "个体工商户" else "法人及非法人组织",
        "registered_on": party.registered_on.isoformat(),
    }


def _value(
    field: FieldDefinition, facts: dict[str, str], sender: Sender, decided: date, draw: random.Random
) -> str:
    if field.role in facts:
        return facts[field.role]
    if field.name in ("valid_from", "permit_valid_from"):
        return decided.isoformat()
    if field.name == "source_name":
        return sender.name
    if field.name == "performance":
        return draw.choice(PERFORMANCE)
    return _by_type(field, sender, decided, draw) if field.required else ""


def _by_type(field: FieldDefinition, sender: Sender, decided: date, draw: random.Random) -> str:
    match field.type:
        case "uscc":
            return sender.uscc
        case "date":
            return decided.isoformat()
        case "money":
            return str(draw.randrange(1, 900))
        case "integer":
            return str(decided.year)
        case "code" | "codes":
            return "普通" if field.name == "permit_kind" else ""
        case _:
            return f"演示用{field.label.zh}"[: field.length or 40]


def sender_of(code: str, name: str, position: int) -> Sender:
    """The unit under a fictional code of its own."""
    return Sender(code, name, fictional_code("11", 90_000 + position))
