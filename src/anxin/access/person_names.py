"""A credit officer's reading of the names a person bears and bore: purpose and case first, then the log (Art. 12(1), 45(2))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from anxin.access.desk_reading import Purpose, check_purpose
from anxin.audit.casework import casework
from anxin.audit.services import Reading, Route, System, log_query
from anxin.authorities.models import Account
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.subjects.models import NaturalPerson, PersonRenaming

CLAUSE = "anshan-2022-9/12/1"
FIELDS = ("name", "former_names")


class PersonUnknown(Refusal):
    """Nobody on file holds a document of this number."""

    code: ClassVar[str] = "E-PERSON-UNKNOWN"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "没有登记在案的人持有这个号码的证件。", "Nobody on file holds a document of this number."
    )
    remedy = Bilingual("请与证件原件核对号码。", "Compare the number with the original document.")


@dataclass(frozen=True, slots=True)
class PersonNames:
    """`renamings`: the latest first, with those taken back. `undoable`: whether the last that stands gave this name."""

    subject_id: int
    name: str
    renamings: tuple[PersonRenaming, ...]
    undoable: bool


def read_person_names(*, person: NaturalPerson | None, purpose: Purpose, by: Account) -> PersonNames:
    """Raises `PurposeMissing`, `PersonUnknown`, `LogNotCommitted`; what is refused leaves no log row."""
    check_purpose(purpose)
    if person is None:
        raise PersonUnknown
    log_query(
        Reading(
            route=Route.DESK_LOOKUP,
            system=System.DESK,
            reader_account_id=by.pk,
            subject_id=person.pk,
            purpose=purpose.text.strip(),
            clause=CLAUSE,
            case_reference=purpose.case_reference.strip(),
            fields=FIELDS,
        )
    )
    renamings = _renamings(person)
    standing = [one for one in renamings if one.undone_at is None]
    return PersonNames(person.pk, person.name, renamings, bool(standing) and standing[0].name == person.name)


@casework()
def _renamings(person: NaturalPerson) -> tuple[PersonRenaming, ...]:
    made = PersonRenaming.objects.filter(person=person).select_related("by", "undone_by")
    return tuple(made.order_by("-since", "-pk"))
