"""Rows about natural persons through intake: linked by documents, stored, never displayed (Art. 12(1), 14(2))."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection
from tests.factories import fictional_uscc
from tests.intake.test_penalties import PENALTY, penalty, written

from anxin.catalog.pack import PACKS, read_catalog
from anxin.city.codes import fictional_resident_id
from anxin.intake.models import QueuedRow
from anxin.intake.orders import Order, Outcome
from anxin.intake.services import store_file
from anxin.kernel.identifiers.uscc import check_character
from anxin.records.models import CreditRecord, RecordVersion
from anxin.subjects.keys import IDENTIFIER_CONTEXT, KeyRing
from anxin.subjects.models import NaturalPerson, Organization, PersonalIdentifier, Subject

Intake = Callable[..., Outcome]
QUALIFICATION = next(
    i for i in read_catalog([PACKS / "china" / "catalog"]) if i.code == "professional-qualification"
)
ADULT = fictional_resident_id(date(1980, 1, 1), 1)
OTHER = fictional_resident_id(date(1981, 2, 2), 2)
YOUTH = fictional_resident_id(date(2010, 3, 4), 3)
PASSPORT = "E12345678"


def person_penalty(number: int = 1, **changes: str) -> dict[str, str]:
    values = penalty(number, subject_name="杏小一", subject_class="自然人", uscc="")
    values |= {"legal_representative_id_number": "", "person_id_kind": "身份证", "person_id_number": ADULT}
    return {**values, **changes}


def qualification(number: int = 1, **changes: str) -> dict[str, str]:
    values = {
        "subject_name": "杏小一",
        "person_id_kind": "身份证",
        "person_id_number": ADULT,
        "qualification": "虚构资格",
        "document_number": f"虚资{number}",
        "decided_on": "2024-05-06",
    }
    return {**values, **changes}


def everything_stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        texts = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            texts.append(cursor.fetchone()[0] or "")
    return "\n".join(texts)


def test_art_12_1_a_person_is_linked_by_the_resident_id_number(
    intake: Intake, tmp_path: Path, keys: KeyRing
) -> None:
    rows = person_penalty(1), person_penalty(2), person_penalty(3, person_id_number=OTHER)

    outcome = intake(written(tmp_path / "p.csv", PENALTY, *rows), "administrative-penalty")

    assert (outcome.accepted, outcome.linked, outcome.new_subjects, outcome.queued) == (3, 3, 2, 0)
    assert sorted(PersonalIdentifier.objects.values_list("kind", flat=True)) == ["resident_id_number"] * 2
    identifier = PersonalIdentifier.objects.get(digest=keys.digest(ADULT))
    plain = keys.decrypt(bytes(identifier.encrypted), IDENTIFIER_CONTEXT, identifier.key_name)
    assert plain.decode() == ADULT
    assert NaturalPerson.objects.get(pk=identifier.person_id).born_on == date(1980, 1, 1)
    assert CreditRecord.objects.filter(subject_id=identifier.person_id).count() == 2
    assert Organization.objects.count() == 0


def test_art_14_2_records_of_persons_are_stored_and_never_displayed(intake: Intake, tmp_path: Path) -> None:
    intake(written(tmp_path / "p.csv", PENALTY, person_penalty(), penalty(2)), "administrative-penalty")

    windows = {
        Subject.objects.get(pk=version.subject_id).kind: (version.display_from, version.display_to)
        for version in RecordVersion.objects.all()
    }
    assert windows["natural_person"] == (None, None)
    assert windows["legal_person"][0] is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM published_record")
        assert cursor.fetchone() == (1,)


def test_a_personal_number_stands_nowhere_in_the_database(intake: Intake, tmp_path: Path) -> None:
    rows = (
        person_penalty(1),
        person_penalty(2, subject_name="杏另名"),
        person_penalty(3, person_id_kind="护照号", person_id_number=PASSPORT, subject_name="杏小二"),
    )

    outcome = intake(written(tmp_path / "p.csv", PENALTY, *rows), "administrative-penalty")

    assert (outcome.accepted, outcome.queued) == (2, 1)
    stored = everything_stored()
    assert ADULT not in stored
    assert PASSPORT not in stored
    assert ADULT[6:14] not in stored.replace("1980-01-01", "")


def test_another_name_than_on_file_goes_to_the_queue_and_overwrites_nothing(
    intake: Intake, tmp_path: Path
) -> None:
    intake(written(tmp_path / "a.csv", PENALTY, person_penalty(1)), "administrative-penalty")

    outcome = intake(
        written(tmp_path / "b.csv", PENALTY, person_penalty(2, subject_name="杏另名")),
        "administrative-penalty",
    )

    assert (outcome.queued, outcome.reasons) == (1, {"Q-NAME": 1})
    person = NaturalPerson.objects.get()
    row = QueuedRow.objects.get()
    assert person.name == "杏小一"
    assert (row.candidates, row.identifier) == ([person.pk], ADULT[:4] + "*" * 12 + ADULT[-2:])


def test_art_12_1_a_passport_links_where_no_resident_id_number_is_given(
    intake: Intake, tmp_path: Path
) -> None:
    both = qualification(1, other_id_kind="护照号", other_id_number=PASSPORT)
    alone = qualification(2, person_id_kind="护照号", person_id_number=PASSPORT)
    intake(written(tmp_path / "a.csv", QUALIFICATION, both), "professional-qualification")

    outcome = intake(written(tmp_path / "b.csv", QUALIFICATION, alone), "professional-qualification")

    assert (outcome.accepted, outcome.new_subjects) == (1, 0)
    assert NaturalPerson.objects.count() == 1
    assert CreditRecord.objects.count() == 2


def test_a_passport_of_somebody_else_is_a_conflict_and_merges_nobody(intake: Intake, tmp_path: Path) -> None:
    first = qualification(1, other_id_kind="护照号", other_id_number=PASSPORT)
    second = qualification(2, person_id_number=OTHER, other_id_kind="护照号", other_id_number=PASSPORT)
    intake(written(tmp_path / "a.csv", QUALIFICATION, first), "professional-qualification")

    outcome = intake(written(tmp_path / "b.csv", QUALIFICATION, second), "professional-qualification")

    assert outcome.reasons == {"Q-DOCUMENT-CONFLICT": 1}
    assert NaturalPerson.objects.count() == 1


def test_a_sole_proprietor_filed_as_a_person_is_an_organization_by_its_code(
    intake: Intake, tmp_path: Path
) -> None:
    code = "92" + fictional_uscc(5)[2:17]
    row = person_penalty(1, uscc=code + check_character(code), person_id_number="", person_id_kind="")

    outcome = intake(written(tmp_path / "p.csv", PENALTY, row), "administrative-penalty")

    assert outcome.accepted == 1
    assert Organization.objects.get().sole_proprietor
    assert RecordVersion.objects.get().public_fields["subject_class"] == "自然人"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM published_record")
        assert cursor.fetchone() == (0,)


def test_art_25_3_a_minor_of_14_or_more_is_stored_and_not_displayed(intake: Intake, tmp_path: Path) -> None:
    row = person_penalty(1, person_id_number=YOUTH)

    assert intake(written(tmp_path / "p.csv", PENALTY, row), "administrative-penalty").accepted == 1
    assert RecordVersion.objects.get().display_from is None


def test_the_same_row_of_a_person_in_another_file_is_a_duplicate(intake: Intake, tmp_path: Path) -> None:
    intake(written(tmp_path / "a.csv", PENALTY, person_penalty(1)), "administrative-penalty")

    outcome = intake(
        written(tmp_path / "b.csv", PENALTY, person_penalty(1), person_penalty(2)), "administrative-penalty"
    )

    assert (outcome.accepted, outcome.duplicates) == (1, 1)


@pytest.mark.parametrize("kind", ["护照号", "港澳居民来往内地通行证", "其他"])
def test_a_file_of_persons_alone_needs_no_code(intake: Intake, tmp_path: Path, kind: str) -> None:
    number = {"护照号": PASSPORT, "港澳居民来往内地通行证": "H12345678", "其他": "虚证0001"}[kind]
    path = tmp_path / "q.csv"
    row = qualification(1, person_id_kind=kind, person_id_number=number)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)

    assert intake(path, "professional-qualification").accepted == 1
    assert PersonalIdentifier.objects.get().digest is not None


def test_a_row_sent_again_after_a_change_of_keys_is_the_same_row(
    intake: Intake, tmp_path: Path, keys: KeyRing
) -> None:
    rows = person_penalty(1), penalty(2, legal_representative_id_number=OTHER)
    order = {
        "item": "administrative-penalty",
        "unit": None,
        "channel": "command",
        "received_at": datetime(2026, 11, 24, 2, tzinfo=UTC),
        "as_of": date(2026, 11, 24),
    }
    store_file(Order(path=written(tmp_path / "a.csv", PENALTY, *rows), **order), keys)
    changed = KeyRing(
        current="new",
        encryption={**keys.encryption, "new": bytes(range(64))},
        search={**keys.search, "new": bytes(32)},
    )

    path = written(tmp_path / "b.csv", PENALTY, *rows, penalty(3))
    outcome = store_file(Order(path=path, **order), changed)

    assert (outcome.accepted, outcome.duplicates, outcome.queued) == (1, 2, 0)
    assert RecordVersion.objects.count() == 3
