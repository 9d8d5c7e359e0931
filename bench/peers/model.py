"""pydantic: a model with validators; the reasons of a row are the errors of its one ValidationError."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationError, model_validator

from bench.peers import rules


def _none_where_empty(value: str | None) -> str | None:
    return value or None


def _code(value: str) -> str:
    if wrong := rules.code_reasons(value):
        raise ValueError(" ".join(wrong))
    return value


def _text(value: str, *, name: str) -> str:
    if wrong := rules.text_reasons(name, value):
        raise ValueError(" ".join(wrong))
    return value


def _amount(value: str | None) -> str | None:
    if value and not rules.MONEY.fullmatch(value):
        raise ValueError("E-NUM")
    return value


def _class(value: str) -> str:
    if value not in rules.CLASSES:
        raise ValueError("E-CODE")
    return value


def _kinds(value: str) -> str:
    if not rules.SOME_KINDS.fullmatch(value):
        raise ValueError("E-CODE")
    return value


def _day(value: str) -> date:
    if (found := rules.day_of(value)) is None:
        raise ValueError("E-DATE")
    return found


Needed = Annotated[str, BeforeValidator(_none_where_empty)]
Code = Annotated[str, BeforeValidator(_none_where_empty), AfterValidator(_code)]
Amount = Annotated[str | None, BeforeValidator(_none_where_empty), AfterValidator(_amount)]
Day = Annotated[date, BeforeValidator(_day)]


class Penalty(BaseModel):
    """One row."""

    subject_name: Annotated[Needed, AfterValidator(partial(_text, name="subject_name"))]
    subject_class: Annotated[Needed, AfterValidator(_class)]
    uscc: Code
    document_number: Annotated[Needed, AfterValidator(partial(_text, name="document_number"))]
    breach_type: Needed
    facts: Annotated[Needed, AfterValidator(partial(_text, name="facts"))]
    basis: Needed
    penalty_kinds: Annotated[Needed, AfterValidator(_kinds)]
    content: Annotated[Needed, AfterValidator(partial(_text, name="content"))]
    fine: Amount
    confiscated: Amount
    decided_on: Day
    penalty_valid_to: Day
    authority_name: Needed
    authority_code: Code
    source_name: Needed
    source_code: Code

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """The end follows the decision, and the decision is no later than today."""
        if self.penalty_valid_to < self.decided_on or self.decided_on > rules.AS_OF:
            raise ValueError("E-DATE-ORDER")
        return self


def rejected(row: dict[str, str | None]) -> bool:
    """Whether the row has reasons; all of them are made."""
    try:
        Penalty.model_validate(row)
    except ValidationError as wrong:
        return bool(wrong.errors(include_url=False, include_context=False))
    return False


def check(path: str) -> dict[str, float]:
    """Every row of a file."""
    return rules.timed_rows(path, rejected)
