"""Reading submissions: a unit's own, what became of each, and why (Art. 11, 12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from anxin.authorities.models import Unit
from anxin.intake.explanations import meaning
from anxin.intake.header import mapping_files
from anxin.intake.models import ReturnedReason, Submission
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual

OPEN = (Submission.State.RECEIVED, Submission.State.PROCESSING)
_UNKNOWN = Bilingual("…", "…")


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many rows went back for one reason in one field; `label` is the field's, in both languages."""

    code: str
    field: str
    label: Bilingual
    rows: int
    message: Bilingual
    remedy: Bilingual


@dataclass(frozen=True, slots=True)
class RowReason:
    """Why one row went back. `row` is the row of the file; `sample` is masked."""

    row: int
    field: str
    label: Bilingual
    code: str
    message: Bilingual
    remedy: Bilingual
    sample: str


def submissions_of(units: Iterable[Unit]) -> QuerySet[Submission]:
    """The submissions of these units, the latest first."""
    found = Submission.objects.filter(unit__in=list(units)).select_related("unit", "item_version__item")
    return found.order_by("-received_at", "-pk")


def submission_of(units: Iterable[Unit], number: int) -> Submission | None:
    """One of these units' submissions; another unit's looks like none."""
    return submissions_of(units).filter(pk=number).first()


def reasons_by_code(submission: Submission) -> list[ReasonCount]:
    """The reasons of a submission's returned rows, the most frequent first."""
    labels = _labels(submission)
    counted = (
        _reasons(submission)
        .values("code", "field")
        .annotate(rows=Count("pk"))
        .order_by("-rows", "code", "field")
    )
    return [
        ReasonCount(
            one["code"], one["field"], _label(labels, one["field"]), one["rows"], *explained(one["code"])
        )
        for one in counted
    ]


def row_reasons(submission: Submission, first: int, last: int) -> list[RowReason]:
    """Reasons from number `first` to before `last`, in the order of the file's rows."""
    labels = _labels(submission)
    return [
        RowReason(
            one.row_number, one.field, _label(labels, one.field), one.code, *explained(one.code), one.sample
        )
        for one in _reasons(submission).order_by("row_number", "pk")[first:last]
    ]


def reason_count(submission: Submission) -> int:
    """How many reasons `row_reasons` has."""
    return _reasons(submission).count()


def explained(code: str) -> tuple[Bilingual, Bilingual]:
    """Message and remedy of a row's reason, dots where the code is of an older version of the product."""
    try:
        return meaning(code)
    except KeyError:
        return _UNKNOWN, _UNKNOWN


def refusal_explained(submission: Submission) -> tuple[Bilingual, Bilingual] | None:
    """Why a file was refused and what to do, or None where it was not. Numbers are named, texts of the file are not."""
    if not submission.refusal_code:
        return None
    details = submission.refusal_details
    found = _refusal_classes().get(details.get("sentence", ""))
    if found is None:
        return _UNKNOWN, _UNKNOWN
    return _filled(found.message, details), _filled(found.remedy, details)


def mapping_names() -> tuple[str, ...]:
    """The column mappings that the pack has, by name."""
    return tuple(sorted(mapping_files()))


class _Dots(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _filled(text: Bilingual, values: Mapping[str, Any]) -> Bilingual:
    return Bilingual(text.zh.format_map(_Dots(values)), text.en.format_map(_Dots(values)))


def _refusal_classes(base: type[Refusal] = Refusal) -> dict[str, type[Refusal]]:
    found = {base.__name__: base} if hasattr(base, "message") else {}
    for one in base.__subclasses__():
        found |= _refusal_classes(one)
    return found


def _reasons(submission: Submission) -> QuerySet[ReturnedReason]:
    return ReturnedReason.objects.filter(submission=submission)


def _labels(submission: Submission) -> dict[str, Bilingual]:
    fields = submission.item_version.fields.all()
    return {field.name: Bilingual(field.label_zh, field.label_en) for field in fields}


def _label(labels: Mapping[str, Bilingual], name: str) -> Bilingual:
    return labels.get(name) or Bilingual(name, name)
