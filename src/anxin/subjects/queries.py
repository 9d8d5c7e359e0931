"""Reading subjects, for slices above that have no business with the tables."""

from __future__ import annotations

from collections.abc import Iterable

from anxin.kernel.identifiers import normalize
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import NaturalPerson, Organization, PersonalIdentifier


def organizations_by_subject(subjects: Iterable[int]) -> dict[int, Organization]:
    """The organizations among these subjects, by subject; a natural person is left out."""
    return Organization.objects.in_bulk(list(subjects))


def organization_by_code(code: str, code_kind: str | None) -> Organization | None:
    """The organization under a code: the unified social credit code where no kind is named."""
    if code_kind is None:
        return Organization.objects.filter(uscc=code).first()
    return Organization.objects.filter(code_kind_id=code_kind, local_code=code).first()


def person_by_number(number: str, keys: KeyRing) -> NaturalPerson | None:
    """The person who holds a document of this number, found by its keyed hash under any key of the ring."""
    digests = list(keys.digests(normalize(number).text).values())
    found = (
        PersonalIdentifier.objects.filter(digest__in=digests).select_related("person").order_by("pk").first()
    )
    return None if found is None else found.person


def person_by_subject(subject_id: int) -> NaturalPerson | None:
    """A natural person, None for an organization's number or nobody's."""
    return NaturalPerson.objects.filter(pk=subject_id).first()
