"""The traps of identifiers and names (inputs 01 to 20), each through the whole of intake."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.factories import fictional_uscc
from tests.intake.sent import PENALTY, Intake, penalty, resident, written

from anxin.intake.models import ReturnedReason
from anxin.subjects.models import Organization

PLAIN = resident()
WITH_X = next(number for n in range(999) if (number := resident("19850505", n)).endswith("X"))
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
ARABIC = {ord("0") + n: 0x0660 + n for n in range(10)}
CODE = fictional_uscc(5)
WITH_ZERO = CODE.replace("0", "{}", 1)


def taken(intake: Intake, folder: Path, **changes: str) -> tuple[dict[str, int], dict[str, int]]:
    """Reasons and warnings of one penalty row."""
    outcome = intake(written(folder / "p.csv", PENALTY, penalty(5, **changes)), "administrative-penalty")
    return outcome.reasons, outcome.warnings


@pytest.mark.parametrize(
    "number",
    [
        PLAIN.translate(WIDE),
        WITH_X.lower(),
        WITH_X[:-1] + "Ｘ",
        f"{PLAIN} \n",
        f"{PLAIN}\u200b",
        f"'{PLAIN}",
    ],
    ids=["01 full width", "03 x", "03 wide X", "05 space", "05 no width", "10 apostrophe"],
)
def test_a_persons_number_written_otherwise_is_normalized_and_noted(
    intake: Intake, tmp_path: Path, number: str
) -> None:
    assert taken(intake, tmp_path, legal_representative_id_number=number) == ({}, {"W-NORMALIZED": 1})


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (PLAIN.translate(ARABIC), "E-ID-CHAR"),
        (WITH_X[:-1] + "Х", "E-ID-CHAR"),
        (WITH_X[:-1] + "Ⅹ", "E-ID-CHAR"),
        (PLAIN[:-1] + ("0" if PLAIN[-1] != "0" else "1"), "E-ID-CHECK"),
        (resident("19900230"), "E-ID-DATE"),
        (resident("20300101"), "E-ID-DATE"),
        (resident("18991231"), "E-ID-DATE"),
        ("210399800101001", "E-ID-OLD"),
        ("2.1030219900101e+17", "E-ID-NUM"),
        ("1.1E+17", "E-ID-NUM"),
        (fictional_uscc(9), "E-KIND"),
        ("无此人", "E-ID-LENGTH"),
    ],
)
def test_a_persons_number_that_is_wrong_goes_back_masked(
    intake: Intake, tmp_path: Path, number: str, code: str
) -> None:
    reasons, _ = taken(intake, tmp_path, legal_representative_id_number=number)

    assert reasons == {code: 1}
    [reason] = ReturnedReason.objects.all()
    assert reason.sample.count("*") * 2 >= len(number)
    assert number not in reason.sample


@pytest.mark.parametrize(
    ("kind", "number", "codes"),
    [
        ("护照号", "E12345678", {}),
        ("护照号", "护照", {"E-ID-FORM": 1}),
        ("台湾居民来往大陆通行证", "12345678", {}),
        ("台湾居民来往大陆通行证", "X1", {"E-ID-FORM": 1}),
        ("身份证", "E12345678", {"E-ID-LENGTH": 1}),
        ("其他-士兵证", "虚字0001", {}),
        ("工牌", "0001", {"E-CODE": 1, "E-ID-LENGTH": 1}),
    ],
)
def test_a_number_is_read_by_the_document_that_is_named(
    intake: Intake, tmp_path: Path, kind: str, number: str, codes: dict[str, int]
) -> None:
    reasons, _ = taken(
        intake, tmp_path, legal_representative_id_kind=kind, legal_representative_id_number=number
    )

    assert reasons == codes


@pytest.mark.parametrize(
    ("code", "reasons"),
    [
        *[(WITH_ZERO.format(letter), {"E-USCC-CHAR"}) for letter in "IOZSV"],
        (CODE[:-1] + ("A" if CODE[-1] != "A" else "B"), {"E-USCC-CHECK"}),
        (CODE[:-1], {"E-USCC-LENGTH"}),
        ("210300000012340", {"E-USCC-LENGTH"}),
        ("2103000000123", {"E-USCC-OLD"}),
        ("企合辽鞍总字第000001号", {"E-USCC-OLD"}),
        (PLAIN, {"E-KIND", "E-PERSONAL"}),
        (PLAIN.translate(WIDE), {"E-KIND", "E-PERSONAL"}),
        (PLAIN[:-1] + ("0" if PLAIN[-1] != "0" else "1"), {"E-KIND"}),
        (f"法人{PLAIN}", {"E-USCC-LENGTH", "E-PERSONAL"}),
        ("9.1210399e+17", {"E-ID-NUM"}),
    ],
)
def test_an_organizations_code_that_is_wrong_goes_back(
    intake: Intake, tmp_path: Path, code: str, reasons: set[str]
) -> None:
    found, _ = taken(intake, tmp_path, uscc=code)

    assert set(found) == reasons
    assert not any(PLAIN[6:14] in reason.sample for reason in ReturnedReason.objects.all())


def test_an_old_registration_number_is_known_by_its_own_check(intake: Intake, tmp_path: Path) -> None:
    body = "21039900000012"
    product = 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    number = body + str((11 - product) % 10)

    assert taken(intake, tmp_path, uscc=number)[0] == {"E-USCC-OLD": 1}


@pytest.mark.parametrize(
    "code", [CODE.lower(), CODE.translate(WIDE), f"{CODE[:6]} {CODE[6:]}", f"{CODE}\u200b"]
)
def test_an_organizations_code_written_otherwise_is_stored_plain(
    intake: Intake, tmp_path: Path, code: str
) -> None:
    assert taken(intake, tmp_path, uscc=code) == ({}, {"W-NORMALIZED": 1})
    assert Organization.objects.get().uscc == CODE


@pytest.mark.parametrize("name", ["虚构㐂𠮷茶社", "阿布都·虚构商行", "虚构·⼈工厂", "虚构 (鞍山) 厂"])
def test_a_name_is_kept_exactly(intake: Intake, tmp_path: Path, name: str) -> None:
    assert taken(intake, tmp_path, subject_name=name)[0] == {}
    assert Organization.objects.get().name == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("虚构\u202e厂", "E-CTRL"),
        ("虚\u200b构厂", "E-CTRL"),
        ("虚构\u2066厂", "E-CTRL"),
        ("虚构\x07厂", "E-CTRL"),
        ("虚构\ue863厂", "E-ENC-PUA"),
    ],
)
def test_an_invisible_or_private_character_in_a_name_goes_back(
    intake: Intake, tmp_path: Path, name: str, code: str
) -> None:
    assert taken(intake, tmp_path, subject_name=name)[0] == {code: 1}


def test_a_private_character_in_a_text_is_noted(intake: Intake, tmp_path: Path) -> None:
    assert taken(intake, tmp_path, remarks="虚构\ue863") == ({}, {"W-ENC-PUA": 1})
