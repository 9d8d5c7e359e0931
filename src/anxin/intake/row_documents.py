"""The documents that a queued row names for its person: opened to be hashed and compared, shown to nobody (Art. 12(1))."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from anxin.audit.casework import casework
from anxin.intake.models import QueuedRow
from anxin.intake.parties import DOCUMENT_KINDS, DOCUMENT_ROLES, RESIDENT_FORM
from anxin.intake.values import ENCRYPTION_CONTEXT
from anxin.kernel.identifiers import normalize
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import PersonalIdentifier
from anxin.subjects.newcomers import PersonalDocument, holder_of

Kind = PersonalIdentifier.Kind


@dataclass(frozen=True, slots=True)
class RowDocument:
    """`field`: the field of the row that holds the number. `held_by`: whose it is on file, None where nobody's."""

    field: str
    document: PersonalDocument
    held_by: int | None

    @property
    def kind(self) -> str:
        """What pages may say of it."""
        return self.document.kind


@casework()
def row_documents(row: QueuedRow, values: dict[str, Any], keys: KeyRing) -> tuple[RowDocument, ...]:
    """The row's documents, the one that identifies first: the resident ID number, else in the order of the fields.

    None of a row about an organization, which is its code, whatever else the row holds.
    """
    if values["identifier"]:
        return ()
    numbers = open_numbers(row, values, keys)
    told = json.loads(values["public_fields"]) | json.loads(values["restricted_fields"] or "{}")
    names = dict(row.submission.item_version.fields.values_list("role", "name"))
    found = []
    for kind_role, number_role in DOCUMENT_ROLES:
        field = names.get(number_role)
        if field is None or field not in numbers:
            continue
        document = _document(str(told.get(names.get(kind_role, ""), "")), numbers[field])
        found.append(RowDocument(field, document, holder_of(document, keys)))
    return tuple(sorted(found, key=lambda one: one.kind != Kind.RESIDENT_ID_NUMBER))


def open_numbers(row: QueuedRow, values: dict[str, Any], keys: KeyRing) -> dict[str, str]:
    """The personal numbers of the row by field, decrypted."""
    if not values["encrypted_fields"]:
        return {}
    sealed = bytes.fromhex(values["encrypted_fields"])
    found: dict[str, str] = json.loads(keys.decrypt(sealed, ENCRYPTION_CONTEXT, row.key_name))
    return found


def without_fields(row: QueuedRow, values: dict[str, Any], fields: set[str], keys: KeyRing) -> dict[str, Any]:
    """The row's columns without some personal numbers: what is somebody else's is not stored with this person."""
    if not fields:
        return values
    kept = {name: number for name, number in open_numbers(row, values, keys).items() if name not in fields}
    plain = json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()
    return values | {"encrypted_fields": keys.encrypt(plain, ENCRYPTION_CONTEXT).hex() if kept else None}


def _document(told: str, number: str) -> PersonalDocument:
    plain = normalize(number).text
    if re.match(RESIDENT_FORM, plain):
        return PersonalDocument(Kind.RESIDENT_ID_NUMBER.value, plain)
    return PersonalDocument(DOCUMENT_KINDS.get(told, Kind.OTHER).value, plain)
