"""Whom a doubtful row may be about: found by code or by documents, never by name (Art. 12).

The row's numbers are opened in this process to be hashed; they are shown to nobody and returned by nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from anxin.audit.casework import casework
from anxin.intake.models import QueuedRow
from anxin.intake.parties import DOCUMENT_ROLES
from anxin.intake.row_documents import open_numbers
from anxin.kernel.identifiers import normalize
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import NaturalPerson, PersonalIdentifier
from anxin.subjects.queries import organization_by_code


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subject on file. `documents`: the kinds of the person's documents that the row names, none for organizations."""

    subject_id: int
    name: str
    documents: tuple[str, ...] = ()


@casework()
def find_candidates(row: QueuedRow, values: dict[str, Any], keys: KeyRing) -> tuple[Candidate, ...]:
    """The organization of the row's code, or every person that one of the row's documents or the linking points at."""
    organization = organization_by_code(values["identifier"] or "", _code_kind(row))
    if organization is not None:
        return (Candidate(organization.pk, organization.name),)
    kinds: dict[int, list[str]] = {subject_id: [] for subject_id in row.candidates}
    digests = _digests(row, values, keys)
    for found in PersonalIdentifier.objects.filter(digest__in=digests).order_by("person_id", "pk"):
        kinds.setdefault(found.person_id, []).append(found.kind)
    persons = NaturalPerson.objects.in_bulk(list(kinds))
    return tuple(
        Candidate(subject_id, persons[subject_id].name, tuple(kinds[subject_id]))
        for subject_id in sorted(kinds)
        if subject_id in persons
    )


def _code_kind(row: QueuedRow) -> str | None:
    field = row.submission.item_version.fields.filter(role="subject_code").first()
    return field.code_kind_id if field is not None else None


def _digests(row: QueuedRow, values: dict[str, Any], keys: KeyRing) -> list[bytes]:
    """The hashes, under every key, of the numbers that identify the row's person."""
    numbers = open_numbers(row, values, keys)
    roles = [number for _, number in DOCUMENT_ROLES]
    names = row.submission.item_version.fields.filter(role__in=roles).values_list("name", flat=True)
    given = [numbers[name] for name in names if name in numbers]
    return [digest for number in given for digest in keys.digests(normalize(number).text).values()]
