"""Reading subjects, for slices above that have no business with the tables."""

from __future__ import annotations

from collections.abc import Iterable

from anxin.subjects.models import Organization


def organizations_by_subject(subjects: Iterable[int]) -> dict[int, Organization]:
    """The organizations among these subjects, by subject; a natural person is left out."""
    return Organization.objects.in_bulk(list(subjects))
