"""Reading subjects, for slices above that have no business with the tables."""

from __future__ import annotations

from collections.abc import Iterable

from anxin.subjects.models import Organization


def organizations_by_subject(subjects: Iterable[int]) -> dict[int, Organization]:
    """The organizations among these subjects, by subject; a natural person is left out."""
    return Organization.objects.in_bulk(list(subjects))


def organization_by_code(code: str, code_kind: str | None) -> Organization | None:
    """The organization under a code: the unified social credit code where no kind is named."""
    if code_kind is None:
        return Organization.objects.filter(uscc=code).first()
    return Organization.objects.filter(code_kind_id=code_kind, local_code=code).first()
