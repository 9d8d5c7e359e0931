"""Rows about natural persons: who is one, who was a child or a minor, and what a statute seals."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from tests.factories import fictional_uscc
from tests.intake.sent import ITEMS, PENALTY, PERMIT, penalty, person, resident

from anxin.catalog.definitions import ItemDefinition
from anxin.intake.checks import MINOR, PERSON, Checked, Terms, check_frame
from anxin.intake.reading import ROW_NUMBER
from anxin.intake.samples import reason_rows

TERMS = Terms(as_of=date(2026, 11, 24))


def frame(*rows: dict[str, str], item: ItemDefinition = PENALTY) -> pl.DataFrame:
    columns = {
        one.name: pl.Series([row.get(one.name) or None for row in rows], dtype=pl.String)
        for one in item.fields
    }
    return pl.DataFrame({ROW_NUMBER: range(2, len(rows) + 2)} | columns)


def checked(*rows: dict[str, str], item: ItemDefinition = PENALTY) -> Checked:
    return check_frame(frame(*rows, item=item), item, TERMS)


def codes(found: Checked) -> set[str]:
    return {reason.code for reason in found.reasons}


@pytest.mark.parametrize(
    ("row", "is_person"),
    [
        (penalty(), False),
        (person(), True),
        (person(subject_class="002"), True),
        (penalty(subject_class="个体工商户"), False),
        (person(uscc=fictional_uscc(4, "92")), False),
    ],
)
def test_who_is_a_person_is_told_by_class_and_prefix(row: dict[str, str], is_person: bool) -> None:
    assert checked(row).typed[PERSON].to_list() == [is_person]


@pytest.mark.parametrize(
    ("born", "decided", "minor", "child"),
    [
        ("20081120", "2026-11-20", True, False),
        ("20081119", "2026-11-20", False, False),
        ("20121120", "2026-11-20", True, True),
        ("20121119", "2026-11-20", True, False),
        ("20080229", "2026-03-01", False, False),
        ("20080229", "2026-02-28", True, False),
        ("19800101", "2026-11-20", False, False),
    ],
)
def test_art_30_an_age_is_full_on_the_day_after_the_birthday(
    born: str, decided: str, minor: bool, child: bool
) -> None:
    found = checked(person(id_number=resident(born), decided_on=decided))

    assert found.typed[MINOR].to_list() == [minor]
    assert ("E-MINOR" in codes(found)) is child


def test_without_a_birth_date_nobody_knows_and_an_organization_is_no_minor() -> None:
    traveler = person(person_id_kind="护照号", id_number="E12345678")

    assert checked(traveler, penalty()).typed[MINOR].to_list() == [None, False]


def test_a_permit_for_a_child_is_no_penalty() -> None:
    row = person(id_number=resident("20150101")) | {
        "document_name": "虚构许可",
        "permit_kind": "普通",
        "valid_from": "2026-11-20",
        "valid_to": "2027-11-20",
    }
    found = checked(row, item=PERMIT)

    assert "E-MINOR" not in codes(found)
    assert found.typed[MINOR].to_list() == [True]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"basis": "《治安管理处罚法》第四十三条"}, "E-SEALED"),
        ({"document_number": "虚公(治)行罚决字〔2026〕1号"}, "E-SEALED"),
        ({"facts": "因违反 治安 管理被处罚"}, "E-SEALED"),
        ({"facts": "当事人有未成年人犯罪记录"}, "E-SEALED"),
        ({"facts": "行为人不满十四周岁"}, "E-MINOR"),
    ],
)
def test_what_a_statute_seals_goes_back_about_persons_only(changes: dict[str, str], code: str) -> None:
    assert code in codes(checked(person(**changes)))
    assert code not in codes(checked(penalty(**changes)))


def test_of_a_sealed_row_no_sample_is_kept_in_any_field() -> None:
    row = person(basis="《治安管理处罚法》第四十三条", fine="壹万", decided_on="2026-02-30")
    raw = frame(row)
    found = check_frame(raw, PENALTY, TERMS)

    lines = reason_rows(raw, found, PENALTY)

    assert {"E-SEALED", "E-NUM", "E-DATE"} <= set(lines["code"])
    assert set(lines["sample"]) == {""}
    assert lines.filter(pl.col("code") == "E-SEALED")["rule"].to_list() == ["public_security_penalty"]


def test_a_persons_name_is_masked_in_a_sample() -> None:
    raw = frame(person(subject_name="虚构之人\u202e"), penalty(2, subject_name="虚构之厂\u202e"))

    lines = reason_rows(raw, check_frame(raw, PENALTY, TERMS), PENALTY).filter(pl.col("code") == "E-CTRL")

    assert lines["sample"].to_list() == ["虚**", "虚构之厂\u202e"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"person_id_number": ""}, "E-REQUIRED"),
        ({"person_id_kind": ""}, "E-REQUIRED"),
        ({"person_id_number": fictional_uscc(3)}, "E-KIND"),
        ({"person_id_number": "210399800101001"}, "E-ID-OLD"),
        ({"uscc": resident(sequence=7)}, "E-PERSONAL"),
    ],
)
def test_a_persons_number_must_be_there_and_right(changes: dict[str, str], code: str) -> None:
    assert code in codes(checked(person(**changes)))


def test_a_person_under_an_item_about_organizations_goes_back() -> None:
    item = next(
        one for one in ITEMS.values() if one.field_with_role("subject_class") and one.code == PENALTY.code
    )
    narrowed = ItemDefinition(
        **{name: getattr(item, name) for name in item.__slots__} | {"subject_kinds": ("legal_person",)}
    )

    assert "E-KIND" in codes(checked(person(), item=narrowed))
