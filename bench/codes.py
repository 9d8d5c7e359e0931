"""Fictional identifiers by the million: valid check characters, in the division 210399 that nobody lives in."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from anxin.city.codes import DIVISION
from anxin.kernel.identifiers import organization_code, resident_id, uscc

Bytes = NDArray[np.uint8]
ALPHABET = np.frombuffer(uscc.ALPHABET.encode(), np.uint8)
INNER_CHECKS = np.frombuffer(b"0123456789X0", np.uint8)
FIRST_BIRTH = date(1950, 1, 1)
BIRTHS_WITHIN_DAYS = 18_000


def with_check(first: Bytes) -> Bytes:
    """Rows of 17 characters of the alphabet → 18, with the check character of GB 32100."""
    values = np.zeros(256, np.int64)
    values[ALPHABET] = np.arange(31)
    total = values[first] @ np.array(uscc.WEIGHTS)
    return np.hstack([first, ALPHABET[-total % 31][:, None]])


def organization_codes(prefixes: NDArray[np.str_], numbers: NDArray[np.int64]) -> Bytes:
    """Codes as rows of 18 bytes; `prefixes` of two characters, `numbers` below 100,000,000."""
    powers = 10 ** np.arange(7, -1, -1)
    digits = (numbers[:, None] // powers % 10).astype(np.int64)
    inner = INNER_CHECKS[11 - (digits @ np.array(organization_code.WEIGHTS)) % 11]
    head = np.frombuffer("".join(prefixes).encode(), np.uint8).reshape(-1, 2)
    division = np.broadcast_to(np.frombuffer(DIVISION.encode(), np.uint8), (len(numbers), 6))
    return with_check(np.hstack([head, division, (digits + 48).astype(np.uint8), inner[:, None]]))


def as_text(matrix: Bytes) -> pl.Series:
    """Rows of bytes as a column of text."""
    return pl.Series(np.ascontiguousarray(matrix).view(f"S{matrix.shape[1]}").ravel().astype(str))


def resident_numbers(number: int, seed: int) -> pl.Series:
    """Resident ID numbers of nobody: a division that was never assigned."""
    draw = random.Random(seed)
    return pl.Series([_resident_number(draw) for _ in range(number)])


def _resident_number(draw: random.Random) -> str:
    born = FIRST_BIRTH + timedelta(days=draw.randrange(BIRTHS_WITHIN_DAYS))
    body = f"{DIVISION}{born:%Y%m%d}{draw.randrange(1000):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, resident_id.WEIGHTS, strict=True))
    return body + resident_id.CHECK_CHARACTERS[total % 11]


def registration_numbers(number: int, seed: int) -> pl.Series:
    """Old 15-digit registration numbers with their check digit (ISO 7064 MOD 11,10)."""
    draw = random.Random(seed)
    return pl.Series([_registration_number(f"{DIVISION}{draw.randrange(10**8):08d}") for _ in range(number)])


def _registration_number(body: str) -> str:
    product = 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return body + str((11 - product) % 10)
