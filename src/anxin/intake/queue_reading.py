"""Opening one queued row: the reading is logged and committed for everyone it concerns, then decrypted (Art. 12, 45)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from anxin.audit.casework import casework
from anxin.audit.services import Reading, Route, System, log_query
from anxin.authorities.models import Account
from anxin.catalog.models import CatalogField
from anxin.intake.candidates import Candidate, find_candidates
from anxin.intake.models import QueuedRow, RowDecision
from anxin.intake.queue_queries import DECISION_UNSEEN, UNSEEN, decidable_rows
from anxin.intake.row_documents import RowDocument, row_documents
from anxin.intake.storing import QUEUE_CONTEXT
from anxin.intake.values import identity
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.records.models import CreditRecord
from anxin.records.queries import read_history
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import Organization
from anxin.subjects.queries import NameBefore, ReadOrganization, read_organization

CLAUSE = "anshan-2022-9/12/2"
PURPOSE = "判断存疑的行 / decide a doubtful row"
Outcome = RowDecision.Outcome
# What may be decided under each reason; where nobody on file fits, only the last two.
ABOUT_NOBODY = (Outcome.NEW_PERSON, Outcome.RETURNED)
OUTCOMES: dict[str, tuple[RowDecision.Outcome, ...]] = {
    "Q-NAME": (
        Outcome.NAME_STAYS,
        Outcome.NEW_NAME,
        Outcome.CORRECTION,
        Outcome.OWN_RECORD,
        Outcome.NEW_PERSON,
        Outcome.RETURNED,
    ),
    "Q-KEY-CONFLICT": (Outcome.CORRECTION, Outcome.OWN_RECORD, Outcome.RETURNED),
    "Q-DOCUMENT-CONFLICT": (Outcome.NAME_STAYS, Outcome.CORRECTION, Outcome.NEW_PERSON, Outcome.RETURNED),
    # A row without a document: whoever chooses a new person is told what is missing.
    "Q-IDENTIFIER": (Outcome.NEW_PERSON, Outcome.RETURNED),
}


class RowNotYours(Refusal):
    """There is no such row in the territory where the account is a credit officer."""

    code: ClassVar[str] = "E-QUEUE-ROW"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("没有可由您判断的这一行。", "There is no such row for you to decide.")
    remedy = Bilingual("请回到待判断清单。", "Return to the list.")


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field of the row beside what is on file for the record that it meets."""

    label_zh: str
    label_en: str
    type: str
    value: Any
    on_file: Any

    @property
    def given(self) -> dict[str, Any]:
        """The row's value in the form that pages show."""
        return {"type": self.type, "value": "" if self.value is None else self.value}

    @property
    def stored(self) -> dict[str, Any]:
        """The value on file in that form."""
        return {"type": self.type, "value": "" if self.on_file is None else self.on_file}

    @property
    def differs(self) -> bool:
        return bool(self.value != self.on_file)


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """A row as the officer sees it; personal numbers are not in it. `met`: the history of the record it meets."""

    row: QueuedRow
    name: str
    candidates: tuple[Candidate, ...]
    documents: tuple[RowDocument, ...]
    organization: ReadOrganization | None
    former_names: tuple[NameBefore, ...]
    fields: tuple[ShownField, ...]
    met: dict[str, Any] | None
    outcomes: tuple[RowDecision.Outcome, ...]


def log_list(*, by: Account, unit: str) -> None:
    """Commit that a list of doubtful rows was looked at: which rows wait, why, and how they were decided (Art. 45)."""
    log_query(
        Reading(
            route=Route.SEARCH_HIT,
            system=System.DESK,
            reader_account_id=by.pk,
            reader_unit_code=unit,
            purpose=PURPOSE,
            clause=CLAUSE,
            case_reference="queue",
            fields=["reason", "explanation"],
        )
    )


def find_row(*, number: int, by: Account) -> QueuedRow:
    """A row the account may decide. Raises `RowNotYours`, the same for what is unknown and what is another's."""
    rows = decidable_rows(by).select_related("submission__unit", "submission__item_version__item", "decision")
    rows = rows.defer(*UNSEEN, *DECISION_UNSEEN)
    row = rows.filter(pk=number).first()
    if row is None:
        raise RowNotYours
    return row


@casework()
def possible_outcomes(
    row: QueuedRow, candidates: tuple[Candidate, ...], documents: tuple[RowDocument, ...]
) -> tuple[RowDecision.Outcome, ...]:
    """What may be decided: persons are not renamed here, and come on file only under a number that is nobody's."""
    closed = set[RowDecision.Outcome]()
    if not may_be_newcomer(row) or not documents or documents[0].held_by is not None:
        closed.add(Outcome.NEW_PERSON)
    if candidates and not Organization.objects.filter(pk=candidates[0].subject_id).exists():
        closed.add(Outcome.NEW_NAME)
    outcomes = OUTCOMES.get(row.reason, (Outcome.RETURNED,))
    if not candidates:
        closed |= set(outcomes) - set(ABOUT_NOBODY)
    return tuple(one for one in outcomes if one not in closed)


def may_be_newcomer(row: QueuedRow) -> bool:
    """Whether the doubt is whom the row is about; a conflict of contents is no question of persons."""
    return Outcome.NEW_PERSON in OUTCOMES.get(row.reason, ())


@carries_out("anshan-2022-9/12/2")
def open_row(*, row: QueuedRow, by: Account, keys: KeyRing) -> OpenedRow:
    """Log the reading for every subject it may be about, commit, then open it. Raises `LogNotCommitted`.

    Where nobody on file fits, the entry is about no one subject: it names the row.
    """
    item = row.submission.item_version.item
    values = row_values(row, keys)
    candidates, documents = find_candidates(row, values, keys), row_documents(row, values, keys)
    met = organization = None
    for candidate in candidates:
        entry = _log(row, candidate.subject_id, by, item.code)
        met = met or _met(entry, candidate.subject_id, item.pk, values)
        organization = organization or read_organization(log_entry_id=entry)
    if not candidates:
        _log(row, None, by, item.code)
    return OpenedRow(
        row=row,
        name=values["name"] or "",
        candidates=candidates,
        documents=documents,
        organization=organization,
        former_names=organization.former_names if organization else (),
        fields=_fields(row, values, met),
        met=met,
        outcomes=possible_outcomes(row, candidates, documents),
    )


def _log(row: QueuedRow, subject_id: int | None, by: Account, item: str) -> int:
    return log_query(
        Reading(
            route=Route.MATCHING if subject_id is not None else Route.ADMINISTRATION,
            system=System.DESK,
            reader_account_id=by.pk,
            subject_id=subject_id,
            purpose=PURPOSE,
            clause=CLAUSE,
            case_reference=f"queue/{row.pk}",
            fields=[item],
        )
    )


@casework()
def row_values(row: QueuedRow, keys: KeyRing) -> dict[str, Any]:
    """The staged columns of the row, decrypted. Whoever shows them to a person logs that before (`open_row`)."""
    plain = keys.decrypt(bytes(row.values), QUEUE_CONTEXT, row.key_name)
    found: dict[str, Any] = json.loads(plain)
    return found


def _met(entry_id: int, subject_id: int, item_id: int, values: dict[str, Any]) -> dict[str, Any] | None:
    record_id = _record_under_key(subject_id, item_id, identity(values["key_text"]))
    return None if record_id is None else read_history(log_entry_id=entry_id, record_id=record_id)


@casework()
def _record_under_key(subject_id: int, item_id: int, key: bytes) -> int | None:
    found = CreditRecord.objects.filter(item_id=item_id, business_key=key, subject_id=subject_id)
    return found.values_list("id", flat=True).first()


def _fields(row: QueuedRow, values: dict[str, Any], met: dict[str, Any] | None) -> tuple[ShownField, ...]:
    given = json.loads(values["public_fields"]) | json.loads(values["restricted_fields"] or "{}")
    stored = {one["name"]: one["value"] for one in met["versions"][0]["fields"]} if met else {}
    fields = row.submission.item_version.fields.exclude(visibility=CatalogField.Visibility.NEVER)
    return tuple(
        ShownField(one.label_zh, one.label_en, one.type, given.get(one.name), stored.get(one.name))
        for one in fields
        if given.get(one.name) is not None or stored.get(one.name) is not None
    )
