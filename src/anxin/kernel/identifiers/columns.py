"""The same checks over a whole column, for files of millions of rows.

A column is a `uint8` array of shape (rows, 18): ASCII bytes, zero padded (`matrix_of` makes one). Every function
gives exactly what its namesake for one value gives. Values are expected normalized (`normalize`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from anxin.kernel.identifiers import resident_id, uscc
from anxin.kernel.identifiers.divisions import PROVINCES

if TYPE_CHECKING:
    import polars as pl

Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Mask = NDArray[np.uint8]
Item = TypeVar("Item", bound=np.generic)

WIDTH = 18
# Rows worked on at a time: their columns stay in the processor's cache.
_CHUNK = 1 << 15
_BAD = 255


def _values(alphabet: str) -> NDArray[np.uint8]:
    table = np.full(256, _BAD, np.uint8)
    table[np.frombuffer(alphabet.encode(), np.uint8)] = np.arange(len(alphabet))
    return table


_USCC_VALUES = _values(uscc.ALPHABET)
_DEPARTMENTS = np.isin(np.arange(256), [ord(character) for character in uscc.DEPARTMENTS])
_RESIDENT_CHECK = np.frombuffer(resident_id.CHECK_CHARACTERS.encode(), np.uint8)
_PROVINCES = np.isin(np.arange(100), [int(code) for code in PROVINCES])
_DAYS_IN_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, *[0] * 87], np.int32)

# Bits of the masks, and the error code each stands for.
LENGTH, CHARACTER, FIRST, CHECK = 1, 2, 4, 8
USCC_CODES = {
    LENGTH: "E-USCC-LENGTH",
    CHARACTER: "E-USCC-CHAR",
    FIRST: "E-USCC-DEPARTMENT",
    CHECK: "E-USCC-CHECK",
}
RESIDENT_CODES = {LENGTH: "E-ID-LENGTH", CHARACTER: "E-ID-CHAR", FIRST: "E-ID-DATE", CHECK: "E-ID-CHECK"}


def matrix_of(series: pl.Series) -> Bytes:
    """A column of strings as bytes, shape (rows, 18). Missing, longer and non-ASCII values become rows of zeros."""
    import polars as pl

    text = pl.col("text").cast(pl.String)
    padded = text.str.pad_end(WIDTH, "\0")
    # As many bytes as characters: ASCII, and no more of them than fit.
    fits = (text.str.len_bytes() <= WIDTH) & (padded.str.len_bytes() == WIDTH)
    rows = pl.when(fits).then(padded).otherwise(pl.lit("\0" * WIDTH))
    joined = series.alias("text").to_frame().select(rows.str.join("")).item() if len(series) else ""
    return np.frombuffer(joined.encode(), np.uint8).reshape(-1, WIDTH)


def uscc_errors(matrix: Bytes) -> Mask:
    """The errors of each row as bits (`USCC_CODES`); zero where the code is valid."""
    return _by_chunk(matrix, _uscc_errors, np.uint8)


def uscc_alphabet_ok(matrix: Bytes) -> Flags:
    """18 characters, all in the alphabet of the standard."""
    return np.asarray((uscc_errors(matrix) & (LENGTH | CHARACTER)) == 0)


def uscc_check_ok(matrix: Bytes) -> Flags:
    """18 characters of the alphabet whose check character holds. Says nothing about department or region."""
    return np.asarray((uscc_errors(matrix) & (LENGTH | CHARACTER | CHECK)) == 0)


def resident_id_errors(
    matrix: Bytes, *, as_of: date | None = None, earliest_birth: date = resident_id.EARLIEST_BIRTH
) -> Mask:
    """The errors of each row as bits (`RESIDENT_CODES`); zero where the number is valid."""
    latest = as_of or date.max
    bounds = (_as_number(earliest_birth), _as_number(latest))
    return _by_chunk(matrix, lambda columns: _resident_errors(columns, *bounds), np.uint8)


def resident_id_ok(
    matrix: Bytes, *, as_of: date | None = None, earliest_birth: date = resident_id.EARLIEST_BIRTH
) -> Flags:
    """Whether each row is a valid number of the resident ID's form (three documents share it)."""
    return np.asarray(resident_id_errors(matrix, as_of=as_of, earliest_birth=earliest_birth) == 0)


def region_known(matrix: Bytes) -> Flags:
    """Whether each row's region is a province's, or a foreigner's permanent residence card points to one."""
    return _by_chunk(matrix, _region_known, np.bool_)


def registration_number_ok(matrix: Bytes) -> Flags:
    """Whether each row is 15 digits that satisfy ISO 7064 MOD 11,10."""
    return _by_chunk(matrix, _registration_number_ok, np.bool_)


def personal_number_ok(matrix: Bytes, *, as_of: date | None = None) -> Flags:
    """Whether `identify` would take each row for a person's valid 18-character number: looked for before the USCC."""
    found = resident_id_ok(matrix, as_of=as_of)
    rows = np.flatnonzero(found)
    if len(rows):
        chosen = matrix[rows]
        found[rows] = region_known(chosen) | (uscc_errors(chosen) != 0)
    return found


def _by_chunk(matrix: Bytes, read: Callable[[Bytes], NDArray[Item]], kind: type[Item]) -> NDArray[Item]:
    result = np.empty(len(matrix), kind)
    for start in range(0, len(matrix), _CHUNK):
        rows = slice(start, start + _CHUNK)
        result[rows] = read(np.ascontiguousarray(matrix[rows].T))
    return result


def _weighted(values: Bytes, weights: tuple[int, ...]) -> NDArray[np.int32]:
    total = np.zeros(values.shape[1], np.int32)
    for row, weight in zip(values, weights, strict=False):
        total += row.astype(np.int32) * weight
    return total


def _complete(columns: Bytes) -> Flags:
    # Zeros only pad the end, so a last character means that all are there.
    return np.asarray(columns[WIDTH - 1] != 0)


def _uscc_errors(columns: Bytes) -> Mask:
    values = _USCC_VALUES.take(columns)
    letters = (values != _BAD).all(axis=0)
    check = (_weighted(values, uscc.WEIGHTS) + values[17]) % 31 == 0
    first = _DEPARTMENTS.take(columns[0])
    return _mask(columns, letters, first, check)


def _mask(columns: Bytes, letters: Flags, first: Flags, check: Flags) -> Mask:
    """One bit for the length, else one for a character, else one each for the other two."""
    errors = (~first * np.uint8(FIRST)) | (~check * np.uint8(CHECK))
    errors[~letters] = CHARACTER
    errors[~_complete(columns)] = LENGTH
    return errors


def _resident_errors(columns: Bytes, earliest: int, latest: int) -> Mask:
    digits = columns[:17] - np.uint8(ord("0"))
    last = columns[17]
    letters = (digits <= 9).all(axis=0) & ((last - np.uint8(ord("0")) <= 9) | (last == ord("X")))
    check = _RESIDENT_CHECK.take(_weighted(digits, resident_id.WEIGHTS) % 11) == last
    born = _weighted(digits[6:14], (10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1))
    plausible = _is_day(digits) & (born >= earliest) & (born <= latest)
    return _mask(columns, letters, plausible, check)


def _is_day(digits: Bytes) -> Flags:
    year = _weighted(digits[6:10], (1000, 100, 10, 1))
    month = _weighted(digits[10:12], (10, 1))
    day = _weighted(digits[12:14], (10, 1))
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    length = _DAYS_IN_MONTH.take(month, mode="clip") + (leap & (month == 2))
    return np.asarray((year > 0) & (day >= 1) & (day <= length))


def _region_known(columns: Bytes) -> Flags:
    digits = columns[:6] - np.uint8(ord("0"))
    province = _is_province(digits[0], digits[1])
    country = _weighted(digits[3:6], (100, 10, 1))
    foreign = (digits[0] == 9) & _is_province(digits[1], digits[2]) & (country >= 4) & (country <= 894)
    return np.asarray(province | (foreign & (digits[3:6] <= 9).all(axis=0)))


def _is_province(tens: Bytes, ones: Bytes) -> Flags:
    known = _PROVINCES.take(tens.astype(np.int32) * 10 + ones, mode="clip")
    return np.asarray(known & (tens <= 9) & (ones <= 9))


def _registration_number_ok(columns: Bytes) -> Flags:
    digits = columns[:15] - np.uint8(ord("0"))
    product = np.full(columns.shape[1], 10, np.int16)
    for digit in digits[:14]:
        total = (product + digit) % 10
        total[total == 0] = 10
        product = 2 * total % 11
    fifteen = (digits <= 9).all(axis=0) & (columns[15] == 0)
    return np.asarray(fifteen & ((product + digits[14]) % 10 == 1))


def _as_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
