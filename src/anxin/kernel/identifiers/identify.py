"""What a value is: kind, validity, and every error and note at once."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from anxin.kernel.identifiers.documents_by_form import kind_by_form
from anxin.kernel.identifiers.finding import find_personal_numbers, plain_digits
from anxin.kernel.identifiers.guessing import resembles_resident_id, resembles_uscc
from anxin.kernel.identifiers.kinds import IdentifierKind
from anxin.kernel.identifiers.masking import mask_identifier, mask_text
from anxin.kernel.identifiers.normalization import HYPHEN, normalize
from anxin.kernel.identifiers.organization_code import organization_code_ok
from anxin.kernel.identifiers.registration_number import registration_number_ok
from anxin.kernel.identifiers.resident_id import (
    EARLIEST_BIRTH,
    kind_by_region,
    old_number_plausible,
    region_known,
    resident_id_errors,
)
from anxin.kernel.identifiers.uscc import uscc_alphabet_ok, uscc_errors, uscc_warnings

_PLAIN = re.compile(r"[0-9A-Z]+")
# 1.1E+17, 2.1030219900101e+17, 210302199001011234.0: what spreadsheets make of a number.
_NUMERIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{2}|[0-9]{13,20}\.0+")
# Numbers of before 2007, of foreign-invested enterprises, and of farmers' cooperatives.
_OLD_REGISTRATION = re.compile(r"[0-9]{13}|企.{1,8}字第?.+|[0-9]{6}N[A-Z][0-9]{6}X")
_PLACEHOLDERS = frozenset(
    {"无", "暂无", "没有", "空", "不详", "未知", "NULL", "NONE", "NIL", "NA", "N/A", "/", "\\", "*", "."}
)


@dataclass(frozen=True, slots=True)
class Identified:
    """A value and what it is. `original` and `normalized` may be personal: show `masked`."""

    kind: IdentifierKind
    valid: bool
    original: str
    normalized: str
    errors: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def masked(self) -> str:
        """The normalized value as it may be shown: personal numbers masked, wherever they stand in it."""
        if self.valid and not self.kind.personal:
            return self.normalized
        text = mask_text(self.normalized)
        return text if text != self.normalized else mask_identifier(self.kind, text)


@dataclass(frozen=True, slots=True)
class _Context:
    exceptions: frozenset[str]
    as_of: date | None
    earliest_birth: date
    divisions: Container[str] | None


@dataclass(frozen=True, slots=True)
class _Answer:
    kind: IdentifierKind
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def identify(
    text: str,
    *,
    exceptions: frozenset[str] = frozenset(),
    as_of: date | None = None,
    earliest_birth: date = EARLIEST_BIRTH,
    divisions: Container[str] | None = None,
) -> Identified:
    """Names the kind of a code or number and says everything that is wrong with it.

    A resident ID number is looked for first, because taking a person's number for an organization's would publish
    it. An invalid value gets the most plausible kind, so that its error helps.

    `exceptions`: USCCs and registration numbers (normalized) that officers accept although a check fails or they
    read as a person's number; they win over everything.
    `as_of`: the day of reading; births after it are errors. None: the future is not looked at.
    `earliest_birth`: births before it are errors. The standard itself has a sample born in 1880, so the default is
    1800 with W-ID-CENTURY before 1900; intake of data about the living passes 1900-01-01.
    `divisions`: six-digit division codes for W-USCC-REGION; without them only provinces are compared.
    """
    normalized = normalize(text)
    context = _Context(exceptions, as_of, earliest_birth, divisions)
    answer = _answer(normalized.text, HYPHEN in normalized.notes, context)
    return Identified(
        kind=answer.kind,
        valid=not answer.errors,
        original=text,
        normalized=normalized.text,
        errors=answer.errors,
        warnings=(*normalized.notes, *answer.warnings),
    )


def _answer(value: str, hyphenated: bool, context: _Context) -> _Answer:
    if not value or value in _PLACEHOLDERS:
        return _Answer(IdentifierKind.UNKNOWN, ("E-CODE-PLACEHOLDER" if value else "E-CODE-EMPTY",))
    if value in context.exceptions and uscc_alphabet_ok(value):
        return _Answer(IdentifierKind.USCC, (), ("W-USCC-EXCEPTION",))
    if _NUMERIC.fullmatch(value):
        return _Answer(IdentifierKind.RESIDENT_ID_NUMBER, ("E-ID-NUM",))
    if _OLD_REGISTRATION.fullmatch(value):
        return _Answer(IdentifierKind.REGISTRATION_NUMBER, ("E-USCC-OLD",))
    if not _PLAIN.fullmatch(value):
        return _with_strange_characters(value)
    if len(value) == 18:
        return _eighteen(value, context)
    return _fifteen(value, context) or _short(value, hyphenated) or _wrong_length(value)


def _with_strange_characters(value: str) -> _Answer:
    plain = plain_digits(value)
    if len(plain) in (15, 18) and resembles_resident_id(plain):
        return _Answer(IdentifierKind.RESIDENT_ID_NUMBER, ("E-ID-CHAR",))
    if len(plain) == 18 and resembles_uscc(plain):
        return _Answer(IdentifierKind.USCC, ("E-USCC-CHAR",))
    personal = find_personal_numbers(value)
    kind = IdentifierKind(personal[0][2]) if personal else IdentifierKind.UNKNOWN
    return _Answer(kind, ("E-ID-CHAR" if personal else "E-CODE-UNKNOWN",))


def _eighteen(value: str, context: _Context) -> _Answer:
    resident = resident_id_errors(value, as_of=context.as_of, earliest_birth=context.earliest_birth)
    uscc = uscc_errors(value)
    known = region_known(value)
    if not resident and (known or uscc):
        return _Answer(kind_by_region(value), (), _resident_warnings(value, known, not uscc))
    if not uscc:
        return _Answer(IdentifierKind.USCC, (), uscc_warnings(value, context.divisions))
    if resembles_resident_id(value):
        return _Answer(kind_by_region(value), resident)
    return _Answer(IdentifierKind.USCC, uscc)


def _resident_warnings(value: str, known: bool, also_uscc: bool) -> tuple[str, ...]:
    region = () if known else ("W-ID-REGION",)
    century = ("W-ID-CENTURY",) if value[6:8] < "19" else ()
    return (*region, *century, *(("W-ID-ALSO-USCC",) if also_uscc else ()))


def _fifteen(value: str, context: _Context) -> _Answer | None:
    if len(value) != 15 or not value.isdecimal():
        return None
    registered = registration_number_ok(value)
    if value in context.exceptions or (registered and not old_number_plausible(value)):
        return _Answer(IdentifierKind.REGISTRATION_NUMBER)
    if old_number_plausible(value):
        warnings = ("W-ID-ALSO-REGISTRATION",) if registered else ()
        return _Answer(IdentifierKind.RESIDENT_ID_NUMBER, ("E-ID-OLD",), warnings)
    return _Answer(IdentifierKind.REGISTRATION_NUMBER, ("E-CODE-CHECK",))


def _short(value: str, hyphenated: bool) -> _Answer | None:
    by_form = kind_by_form(value)
    # E1234567-8 is an organization code, E12345678 a passport; letters in the middle are in no passport.
    if organization_code_ok(value) and (hyphenated or by_form is None or value.startswith("MA")):
        return _Answer(IdentifierKind.ORGANIZATION_CODE)
    return _Answer(by_form, (), ("W-FORM-ONLY",)) if by_form else None


def _wrong_length(value: str) -> _Answer:
    if 16 <= len(value) <= 20:
        if resembles_resident_id(value):
            return _Answer(IdentifierKind.RESIDENT_ID_NUMBER, ("E-ID-LENGTH",))
        if resembles_uscc(value):
            return _Answer(IdentifierKind.USCC, ("E-USCC-LENGTH",))
    return _Answer(IdentifierKind.UNKNOWN, ("E-CODE-UNKNOWN",))
