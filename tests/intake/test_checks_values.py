"""Coded values, amounts, days, and texts that look like commands (inputs 53 to 60)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.intake.sent import PENALTY, PERMIT, Intake, penalty, written

from anxin.records.models import RecordVersion


def taken(intake: Intake, folder: Path, **changes: str) -> tuple[dict[str, int], dict[str, int]]:
    """Reasons and warnings of one penalty row."""
    outcome = intake(written(folder / "p.csv", PENALTY, penalty(**changes)), "administrative-penalty")
    return outcome.reasons, outcome.warnings


def stored(name: str) -> object:
    return RecordVersion.objects.get().public_fields[name]


@pytest.mark.parametrize(
    ("written_as", "kept", "noted"),
    [
        ("罚款", "罚款", False),
        ("警告;罚款", "警告;罚款", False),
        ("警告、罚款", "警告;罚款", False),
        ("罚款，拘留", "罚款;行政拘留", True),
        ("暂扣许可证", "暂扣许可证件", True),
        ("其他-责令改正", "其他-责令改正", False),
        ("罚款；其他-责令改正", "罚款;其他-责令改正", False),
    ],
)
def test_kinds_become_the_lists_values(
    intake: Intake, tmp_path: Path, written_as: str, kept: str, noted: bool
) -> None:
    assert taken(intake, tmp_path, penalty_kinds=written_as) == ({}, {"W-CODE-ALIAS": 1} if noted else {})
    assert stored("penalty_kinds") == kept


@pytest.mark.parametrize("kinds", ["1", "罚", "罚款;从未见过", "其他-", ";"])
def test_a_kind_that_no_list_knows_goes_back(intake: Intake, tmp_path: Path, kinds: str) -> None:
    assert taken(intake, tmp_path, penalty_kinds=kinds)[0] == {"E-CODE": 1}


@pytest.mark.parametrize(("told", "codes"), [("001", {}), ("企业法人", {}), ("机关", {"E-CODE": 1})])
def test_a_class_is_checked_by_its_list(
    intake: Intake, tmp_path: Path, told: str, codes: dict[str, int]
) -> None:
    assert taken(intake, tmp_path, subject_class=told)[0] == codes


@pytest.mark.parametrize("amount", ["1,234.5", "壹万", "-0", "-1", "1e309", "NaN", "1.1234567", "０.２"])
def test_53_an_amount_that_is_no_plain_number_goes_back(intake: Intake, tmp_path: Path, amount: str) -> None:
    assert taken(intake, tmp_path, fine=amount)[0] == {"E-NUM": 1}


@pytest.mark.parametrize(
    ("amount", "fen"), [("0.2", 200_000), (" 0.000001 ", 1), ("12", 12_000_000), ("0", 0), ("1.5", 1_500_000)]
)
def test_an_amount_is_kept_to_the_fen(intake: Intake, tmp_path: Path, amount: str, fen: int) -> None:
    assert taken(intake, tmp_path, fine=amount)[0] == {}
    assert stored("fine") == fen


@pytest.mark.parametrize(
    "day", ["2024/2/30", "二〇二四年", "20240230", "+2024-01-01", "24-01-01", "2024-13-01", "0001-01-01"]
)
def test_54_a_day_that_is_none_goes_back(intake: Intake, tmp_path: Path, day: str) -> None:
    assert taken(intake, tmp_path, decided_on=day)[0] == {"E-DATE": 1}


@pytest.mark.parametrize(
    "day",
    [
        *("2026-11-20", "2026/11/20", "2026.11.20", "2026年11月20日", " 2026-11-20 ", "2026-11-20 10:20"),
        *("2026-11-20T00:00:00", "２０２６-11-20"),
    ],
)
def test_a_day_is_read_as_sources_write_it(intake: Intake, tmp_path: Path, day: str) -> None:
    assert taken(intake, tmp_path, decided_on=day)[0] == {}
    assert stored("decided_on") == "2026-11-20"


@pytest.mark.parametrize(
    "changes",
    [
        {"decided_on": "2026-11-25"},
        {"penalty_valid_to": "2026-11-19"},
        {"display_until": "2026-11-19"},
    ],
)
def test_55_days_follow_one_another(intake: Intake, tmp_path: Path, changes: dict[str, str]) -> None:
    assert taken(intake, tmp_path, **changes)[0] == {"E-DATE-ORDER": 1}


def test_55_a_permit_does_not_end_before_it_begins(intake: Intake, tmp_path: Path) -> None:
    row = penalty() | {
        "document_name": "虚构许可",
        "permit_kind": "普通",
        "valid_from": "2027-01-01",
        "valid_to": "2026-12-31",
    }

    assert intake(written(tmp_path / "x.csv", PERMIT, row), "administrative-permit").reasons == {
        "E-DATE-ORDER": 1
    }


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0",
        "+1",
        "-2+3",
        "@SUM(1)",
        "＝1+1",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "' OR 1=1 --",
    ],
)
def test_59_60_what_looks_like_a_command_is_stored_as_it_is(
    intake: Intake, tmp_path: Path, text: str
) -> None:
    assert taken(intake, tmp_path, facts=text)[0] == {}
    assert stored("facts") == text


@pytest.mark.parametrize(("length", "codes"), [(128, {}), (129, {"E-LENGTH": 1})])
def test_a_text_has_the_length_of_the_catalog(
    intake: Intake, tmp_path: Path, length: int, codes: dict[str, int]
) -> None:
    assert taken(intake, tmp_path, document_number="号" * length)[0] == codes


@pytest.mark.parametrize("word", ["无", "null", "/", "-", "—", " "])
def test_a_word_that_means_nothing_is_nothing(intake: Intake, tmp_path: Path, word: str) -> None:
    assert taken(intake, tmp_path, facts=word)[0] == {"E-REQUIRED": 1}
