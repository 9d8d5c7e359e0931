"""Personal numbers in free text, and how they are masked."""

from __future__ import annotations

import sys
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.kernel.identifiers import (
    IdentifierKind,
    find_personal_numbers,
    identify,
    mask,
    mask_identifier,
    mask_text,
)
from anxin.kernel.identifiers.finding import _LAST_DIGIT
from tests.kernel.identifiers.strategies import resident_number, resident_numbers, uscc_code, usccs

NUMBER = resident_number(date(1990, 3, 7), 12)
FULL_WIDTH = "".join(chr(ord(digit) + 0xFEE0) for digit in NUMBER)
CHINESE = NUMBER.translate({ord(str(value)): zh for value, zh in enumerate("〇一二三四五六七八九")})


@pytest.mark.parametrize(
    "disguised",
    [
        NUMBER,
        FULL_WIDTH,
        CHINESE,
        f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}",
        f"{NUMBER[:6]}-{NUMBER[6:14]}-{NUMBER[14:]}",
        " ".join(NUMBER),
        "\u200b".join(NUMBER),
        NUMBER.translate({ord(str(value)): chr(0x660 + value) for value in range(10)}),
        NUMBER.translate({ord(str(value)): chr(0x1D7CE + value) for value in range(10)}),
    ],
)
def test_a_number_is_found_however_it_is_dressed(disguised: str) -> None:
    text = f"经查,当事人(身份证{disguised})于当日"

    found = find_personal_numbers(text)

    assert [text[start:end] for start, end, _ in found] == [disguised]
    assert found[0][2] == "resident_id_number"
    assert disguised not in mask_text(text)


@given(resident_numbers, st.text("0123456789", max_size=12), st.text("0123456789", max_size=6))
def test_a_number_inside_a_longer_run_of_digits_does_not_get_through(
    number: str, before: str, after: str
) -> None:
    text = before + number + after

    assert find_personal_numbers(text)
    assert number not in mask_text(text)


def test_the_check_character_may_be_a_likeness() -> None:
    for likeness in "xXХх×Ⅹ":
        assert find_personal_numbers(f"号码11010519491231002{likeness}。")


def test_several_numbers_are_found_in_order_with_their_kinds() -> None:
    text = f"{NUMBER},810000199505200123;110105491231011"

    found = find_personal_numbers(text)

    assert [(text[start:end], kind) for start, end, kind in found] == [
        (NUMBER, "resident_id_number"),
        ("810000199505200123", "residence_permit_hmt"),
        ("110105491231011", "resident_id_number"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "鞍市监罚〔2026〕210302202601151234号",
        "电话 0412-5550000, 13800000000",
        "金额 123456789012.34 元, 2026-01-15 至 2026-02-15",
        "注册号 320113000027810",
        "处罚决定书文号 2103992026011500123456",
    ],
)
def test_other_long_numbers_are_left_alone(text: str) -> None:
    assert find_personal_numbers(text) == []
    assert mask_text(text) == text


def test_a_uscc_is_not_personal() -> None:
    assert find_personal_numbers(uscc_code("91", "MA0ABCDE1")) == []


@given(usccs | resident_numbers)
def test_free_text_and_identify_agree_on_what_is_personal(value: str) -> None:
    assert bool(find_personal_numbers(value)) is identify(value).kind.personal


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    for start, end, _ in find_personal_numbers(text):
        assert 0 <= start < end <= len(text)


def test_masking_hides_birth_date_and_sequence_and_never_less_than_half() -> None:
    assert mask_identifier(IdentifierKind.RESIDENT_ID_NUMBER, NUMBER) == f"2103************{NUMBER[-2:]}"
    assert mask_identifier(IdentifierKind.PASSPORT, "E12345678") == "E******78"
    assert mask_identifier(IdentifierKind.PASSPORT, "E1234") == "*****"
    assert mask_identifier(IdentifierKind.USCC, "91110000600037341L") == "91110000600037341L"
    assert mask("张三", 1, 0) == "张*"
    assert mask("", 1, 1) == ""


def test_a_number_stuck_in_words_is_masked_in_the_answer() -> None:
    found = identify(f"身份证{NUMBER}")

    assert not found.valid
    assert found.masked == f"身份证2103************{NUMBER[-2:]}"
    assert NUMBER not in found.masked
    assert NUMBER not in identify(f"{NUMBER}1").masked
    assert NUMBER not in identify(f"{NUMBER},{NUMBER}").masked


def test_no_digit_lies_beyond_the_last_one_looked_at() -> None:
    beyond = (chr(code) for code in range(_LAST_DIGIT, sys.maxunicode + 1))

    assert all(unicodedata.digit(character, None) is None for character in beyond)
