"""Check digits against an independent implementation (python-stdnum), and one value against a column."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import uscc as other_uscc
from stdnum.iso7064 import mod_11_10

from anxin.kernel.identifiers import IdentifierKind, columns, identify, resident_id, uscc
from anxin.kernel.identifiers.organization_code import organization_code_ok
from anxin.kernel.identifiers.registration_number import registration_number_ok
from tests.kernel.identifiers.strategies import registration_bodies, resident_numbers, usccs

AS_OF = date(2026, 11, 24)
digits = st.text("0123456789", min_size=17, max_size=17)


@given(st.text(uscc.ALPHABET, min_size=17, max_size=17))
def test_the_uscc_check_character_is_the_same_elsewhere(body: str) -> None:
    assert uscc.check_character(body) == other_uscc.calc_check_digit(body)


@given(digits)
def test_the_resident_id_check_character_follows_iso_7064(body: str) -> None:
    # MOD 11-2: 2 to the power of the place, worked out without a table of weights.
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))

    assert resident_id.check_character(body) == "0123456789X"[(12 - total) % 11]


@given(registration_bodies)
def test_exactly_one_digit_completes_a_registration_number(body: str) -> None:
    completed = [digit for digit in "0123456789" if registration_number_ok(body + digit)]

    assert completed == [mod_11_10.calc_check_digit(body)]


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8))
def test_exactly_one_character_completes_an_organization_code(body: str) -> None:
    assert sum(organization_code_ok(body + check) for check in "0123456789X") == 1


def spoilt(value: str) -> st.SearchStrategy[str]:
    """The value with one character replaced, added or lost."""
    place = st.integers(0, len(value) - 1)
    character = st.sampled_from("0123456789XABIOZ \x7f")
    return st.one_of(
        st.builds(lambda at, new: value[:at] + new + value[at + 1 :], place, character),
        st.builds(lambda at: value[:at] + value[at + 1 :], place),
        st.builds(lambda at, new: value[:at] + new + value[at:], place, character),
    )


valid = (
    resident_numbers | usccs | registration_bodies.map(lambda body: body + mod_11_10.calc_check_digit(body))
)
dated = st.from_regex(r"[0-9]{6}(00|18|19|20)[0-9]{2}[01][0-9][0-3][0-9]{4}[0-9X]", fullmatch=True)
# Any region and any day, possible or not, with the right check character: only the rest can be wrong.
completed = st.from_regex(r"[0-9]{6}(00|18|19|20)[0-9]{2}[01][0-9][0-3][0-9]{4}", fullmatch=True).map(
    lambda body: body + resident_id.check_character(body)
)
foreign = st.from_regex(r"[09](11|21|99)[0-9]{3}199[0-9]0[0-9][0-2][0-9]{4}", fullmatch=True).map(
    lambda body: body + resident_id.check_character(body)
)
loose = st.text(st.characters(min_codepoint=1, max_codepoint=126), max_size=20)
values = st.lists(
    valid
    | valid.flatmap(spoilt)
    | dated
    | completed
    | foreign
    | loose
    | st.just("鞍山")
    | st.just("21039919900307012Ⅹ"),
    max_size=30,
)


def names(mask: int, codes: dict[int, str]) -> tuple[str, ...]:
    return tuple(code for bit, code in codes.items() if mask & bit)


@given(values)
def test_a_column_says_exactly_what_one_value_says(given_values: list[str]) -> None:
    matrix = columns.matrix_of(pl.Series(given_values, dtype=pl.String))
    fits = [value if len(value) <= 18 and value.isascii() else "" for value in given_values]

    resident = columns.resident_id_errors(matrix, as_of=AS_OF)
    found = columns.uscc_errors(matrix)

    assert [names(mask, columns.RESIDENT_CODES) for mask in resident] == [
        resident_id.resident_id_errors(value, as_of=AS_OF) for value in fits
    ]
    assert [names(mask, columns.USCC_CODES) for mask in found] == [uscc.uscc_errors(value) for value in fits]
    assert columns.uscc_check_ok(matrix).tolist() == [uscc.uscc_check_ok(value) for value in fits]
    assert columns.uscc_alphabet_ok(matrix).tolist() == [uscc.uscc_alphabet_ok(value) for value in fits]
    assert columns.registration_number_ok(matrix).tolist() == [
        registration_number_ok(value) for value in fits
    ]


@given(st.lists(completed | foreign, min_size=1, max_size=50))
def test_a_column_knows_the_regions_one_value_knows(numbers: list[str]) -> None:
    known = columns.region_known(columns.matrix_of(pl.Series(numbers)))

    assert known.tolist() == [resident_id.region_known(number) for number in numbers]


@given(st.lists(valid | dated | completed | foreign, min_size=1, max_size=30))
def test_a_column_takes_for_personal_what_identify_takes_for_personal(numbers: list[str]) -> None:
    assume(all(len(number) == 18 for number in numbers))
    answers = [identify(number, as_of=AS_OF) for number in numbers]

    personal = columns.personal_number_ok(columns.matrix_of(pl.Series(numbers)), as_of=AS_OF)

    assert personal.tolist() == [one.valid and one.kind is not IdentifierKind.USCC for one in answers]


def test_a_column_longer_than_a_chunk_is_read_to_its_end() -> None:
    matrix = columns.matrix_of(pl.Series(["91110000600037341L", "91110000600037341N"] * 40_000))

    assert columns.uscc_check_ok(matrix).sum() == 40_000
    assert matrix.shape == (80_000, 18)


def test_missing_and_overlong_values_are_rows_of_zeros() -> None:
    matrix = columns.matrix_of(
        pl.Series([None, "91110000600037341LL", "鞍山市铁东区一二三四五六七八九十甲乙丙"])
    )

    assert not matrix.any()
    assert columns.matrix_of(pl.Series([], dtype=pl.String)).shape == (0, 18)
    assert np.all(columns.uscc_errors(matrix) == columns.LENGTH)
