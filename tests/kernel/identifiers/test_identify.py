"""What a value is, on the published samples, on real registers, and on input as people type it."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.kernel.identifiers import FINDINGS, IdentifierKind, identify
from anxin.kernel.identifiers.resident_id import convert_old_number
from tests.kernel.identifiers.strategies import resident_number, resident_numbers, usccs
from tests.shared_data import shared_file

NUMBER = resident_number(date(1990, 3, 7), 12)
CODE = "91210399MA0ABCDE1G"


def column(path: str, name: str) -> list[str]:
    with shared_file(path).open(encoding="utf-8", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


@pytest.mark.parametrize(
    ("value", "kind", "errors"),
    [
        ("210399199002301237", "resident_id_number", ("E-ID-DATE", "E-ID-CHECK")),
        (NUMBER[:17] + ("0" if NUMBER[17] != "0" else "1"), "resident_id_number", ("E-ID-CHECK",)),
        ("٢١٠٣٩٩١٩٩٠٠٣٠٧٠١٢٣", "resident_id_number", ("E-ID-CHAR",)),
        ("11010519491231002Х", "resident_id_number", ("E-ID-CHAR",)),
        ("11010519491231002Ⅹ", "resident_id_number", ("E-ID-CHAR",)),
        ("11010519491231002ⅹ", "resident_id_number", ("E-ID-CHAR",)),
        ("21O399199003070123", "resident_id_number", ("E-ID-CHAR",)),
        ("110105491231002", "resident_id_number", ("E-ID-OLD",)),
        ("1.1E+17", "resident_id_number", ("E-ID-NUM",)),
        ("2.1030219900101e+17", "resident_id_number", ("E-ID-NUM",)),
        ("210399199003070123.0", "resident_id_number", ("E-ID-NUM",)),
        ("21039919900307012", "resident_id_number", ("E-ID-LENGTH",)),
        ("91210399MA0ABCDE1I", "uscc", ("E-USCC-CHAR",)),
        ("9121О399MA0ABCDE15", "uscc", ("E-USCC-CHAR",)),
        ("91220521664295839", "uscc", ("E-USCC-LENGTH",)),
        ("000000000000000000", "uscc", ("E-USCC-DEPARTMENT",)),
        ("00000000000000000X", "uscc", ("E-USCC-DEPARTMENT", "E-USCC-CHECK")),
        ("2103992400012", "registration_number", ("E-USCC-OLD",)),
        ("企合辽鞍总字第000123号", "registration_number", ("E-USCC-OLD",)),
        ("210399NA000302X", "registration_number", ("E-USCC-OLD",)),
        ("210399000012345", "registration_number", ("E-CODE-CHECK",)),
        ("12345", "unknown", ("E-CODE-UNKNOWN",)),
        ("无", "unknown", ("E-CODE-PLACEHOLDER",)),
        ("null", "unknown", ("E-CODE-PLACEHOLDER",)),
        ("", "unknown", ("E-CODE-EMPTY",)),
        (" \u200b\n", "unknown", ("E-CODE-EMPTY",)),
        ("鞍山测试有限公司", "unknown", ("E-CODE-UNKNOWN",)),
    ],
)
def test_an_invalid_value_gets_the_most_plausible_kind_and_every_error(
    value: str, kind: str, errors: tuple[str, ...]
) -> None:
    found = identify(value)

    assert (found.kind, found.valid, found.errors) == (kind, False, errors)
    assert found.original == value


@pytest.mark.parametrize(
    ("value", "kind", "warnings"),
    [
        ("810000199505200123", "residence_permit_hmt", ()),
        ("932682198501010017", "foreign_permanent_resident_id", ()),
        ("990426199112010074", "resident_id_number", ("W-ID-REGION",)),
        ("440524188001010014", "resident_id_number", ("W-ID-CENTURY",)),
        ("E12345678", "passport", ("W-FORM-ONLY",)),
        ("EA1234567", "passport", ("W-FORM-ONLY",)),
        ("H12345678", "mainland_travel_permit_hong_kong_macao", ("W-FORM-ONLY",)),
        ("M1234567801", "mainland_travel_permit_hong_kong_macao", ("W-FORM-ONLY",)),
        ("12345678", "mainland_travel_permit_taiwan", ("W-FORM-ONLY",)),
        ("USA210090030712", "foreign_permanent_resident_id", ("W-FORM-ONLY",)),
        ("D2143569-X", "organization_code", ("W-NORMALIZED-HYPHEN",)),
        ("'" + NUMBER, "resident_id_number", ("W-NORMALIZED-APOSTROPHE",)),
    ],
)
def test_a_valid_value_has_its_kind_and_its_notes(value: str, kind: str, warnings: tuple[str, ...]) -> None:
    found = identify(value)

    assert (found.kind, found.valid, found.warnings) == (kind, True, warnings)


@pytest.mark.parametrize(
    ("dressed", "note"),
    [
        (lambda text: "".join(chr(ord(one) + 0xFEE0) for one in text), "W-NORMALIZED-WIDTH"),
        (lambda text: f"\ufeff {text[:6]}\u3000{text[6:]}\u200b\r\n", "W-NORMALIZED-SPACE"),
        (lambda text: f"{text[:8]}-{text[8:16]}—{text[16:]}", "W-NORMALIZED-HYPHEN"),
    ],
)
@given(value=resident_numbers | usccs)
def test_normalizing_keeps_the_answer_and_the_original(value: str, dressed: object, note: str) -> None:
    worn = dressed(value)  # type: ignore[operator]
    plain, found = identify(value), identify(worn)

    assert (found.kind, found.valid, found.normalized) == (plain.kind, plain.valid, value)
    assert found.original == worn
    assert note in found.warnings


@given(resident_numbers)
def test_a_resident_id_is_looked_for_first(number: str) -> None:
    found = identify(number.lower())

    assert found.kind is IdentifierKind.RESIDENT_ID_NUMBER
    assert found.valid
    assert number not in found.masked
    assert number[6:16] not in found.masked


@given(usccs)
def test_a_made_up_uscc_is_valid_and_shown_as_it_is(code: str) -> None:
    found = identify(code)

    assert found.valid
    if found.kind is IdentifierKind.USCC:
        assert found.masked == code
    else:
        assert found.kind.personal


def test_a_birth_after_the_day_of_reading_is_an_error_only_where_a_day_is_given() -> None:
    number = resident_number(date(2026, 11, 25), 1)

    assert identify(number).valid
    assert identify(number, as_of=date(2026, 11, 25)).valid
    assert identify(number, as_of=date(2026, 11, 24)).errors == ("E-ID-DATE",)


def test_intake_of_the_living_may_refuse_births_before_1900() -> None:
    found = identify("440524188001010014", earliest_birth=date(1900, 1, 1))

    assert found.errors == ("E-ID-DATE",)


def test_a_code_on_the_list_of_exceptions_is_accepted_and_says_so() -> None:
    wrong = "91210399MA0ABCDE10"
    assert identify(wrong).errors == ("E-USCC-CHECK",)

    found = identify(wrong.lower(), exceptions=frozenset({wrong}))

    assert found.valid
    assert found.warnings == ("W-NORMALIZED-CASE", "W-USCC-EXCEPTION")


def test_an_exception_settles_what_reads_as_a_persons_number() -> None:
    also_registration = "110105491231002"

    found = identify(also_registration, exceptions=frozenset({also_registration}))

    assert (found.kind, found.valid) == ("registration_number", True)
    assert identify(also_registration).warnings == ("W-ID-ALSO-REGISTRATION",)


def test_divisions_of_the_caller_sharpen_the_region_warning() -> None:
    code = "91210400119462173C"

    assert identify(code).warnings == ()
    assert identify(code, divisions=frozenset({"210400"})).warnings == ()
    assert identify(code, divisions=frozenset({"210300"})).warnings == ("W-USCC-REGION",)


@given(st.text() | st.text("0123456789ABXx-OIZ'１Ⅹ ", min_size=13, max_size=20))
def test_any_text_gets_an_answer_whose_codes_have_a_meaning(text: str) -> None:
    found = identify(text)

    assert found.valid is not bool(found.errors)
    for code in (*found.errors, *found.warnings):
        meaning = FINDINGS[code]
        assert meaning.is_error is (code in found.errors)


def test_the_old_form_converts_to_the_standards_own_sample() -> None:
    assert convert_old_number("110105491231002") == "11010519491231002X"


def test_published_resident_id_samples() -> None:
    expected = {
        "valid": (True, "resident_id_number", ()),
        "valid-after-normalising": (True, "resident_id_number", ()),
        "valid-15": (False, "resident_id_number", ("E-ID-OLD",)),
        "invalid-check": (False, "resident_id_number", ("E-ID-CHECK",)),
        "invalid-date": (False, "resident_id_number", ("E-ID-DATE",)),
        "invalid-character": (False, "resident_id_number", ("E-ID-CHAR",)),
        # Regions only warn.
        "invalid-region": (True, "resident_id_number", ()),
        "valid-number-but-region-not-yet-registered": (True, "resident_id_number", ()),
        "valid-hk-residence-permit": (True, "residence_permit_hmt", ()),
        "valid-macao-residence-permit": (True, "residence_permit_hmt", ()),
        "valid-taiwan-residence-permit": (True, "residence_permit_hmt", ()),
        "valid-foreign-permanent-residence": (True, "foreign_permanent_resident_id", ()),
    }
    numbers = column("codes/id_number_vectors.csv", "number")
    answers = column("codes/id_number_vectors.csv", "expected")

    for number, answer in zip(numbers, answers, strict=True):
        found = identify(number)
        assert (found.valid, found.kind, found.errors) == expected[answer], answer


def test_published_uscc_samples() -> None:
    expected = {
        "valid": (True, "uscc", ()),
        "valid-after-normalising": (True, "uscc", ()),
        "invalid-character": (False, "uscc", ("E-USCC-CHAR",)),
        "invalid-check": (False, "uscc", ("E-USCC-CHECK",)),
        "invalid-length": (False, "unknown", ("E-CODE-UNKNOWN",)),
    }
    codes = column("codes/uscc_vectors.csv", "code")
    answers = column("codes/uscc_vectors.csv", "expected")

    for code, answer in zip(codes, answers, strict=True):
        found = identify(code)
        assert (found.valid, found.kind, found.errors) == expected[answer], code


def test_odd_codes_of_real_registers_are_told_apart() -> None:
    found = [identify(code) for code in column("orgs/orgs_odd_codes_dev.csv", "登记代码")]

    kinds = Counter((str(one.kind), one.errors, bool(one.warnings)) for one in found)

    assert kinds[("uscc", (), False)] == 346
    assert kinds[("uscc", (), True)] == 155  # after upper-casing
    assert kinds[("uscc", ("E-USCC-CHECK",), False)] + kinds[("uscc", ("E-USCC-CHECK",), True)] == 99
    assert sum(len(one.normalized) != 18 for one in found) == 603
    assert kinds[("registration_number", (), False)] == 281  # every all-digit one of 15
    assert kinds[("registration_number", ("E-USCC-OLD",), False)] == 313  # 13 digits, or cooperatives' NA…X
    assert kinds[("organization_code", (), True)] == 4
    assert not any(one.kind.personal for one in found)


@pytest.mark.parametrize("file", ["orgs/orgs_liaoning_dev.csv", "orgs/orgs_listed_shenzhen.csv"])
def test_every_code_of_a_real_register_is_a_valid_uscc(file: str) -> None:
    found = [identify(code) for code in column(file, "统一社会信用代码")]

    assert all(one.valid and one.kind is IdentifierKind.USCC and not one.warnings for one in found)
    assert len(found) in (10_305, 426)
