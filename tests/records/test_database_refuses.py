"""What the database refuses about records, whatever the code above it does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection
from tests.factories import make_event, make_item_version, make_organization, make_person, make_record

from anxin.records.models import RecordEvent, RecordVersion

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "window",
    [
        {"display_from": START, "display_to": START},
        {"display_from": START, "display_to": START - timedelta(days=1)},
        {"display_from": None, "display_to": START},
        {"display_from": START, "display_to": None},
    ],
)
def test_invariant_1_a_display_period_is_finite_and_not_empty(window: dict[str, datetime | None]) -> None:
    with pytest.raises(IntegrityError, match="display_period_finite_and_not_empty"):
        make_record(**window)


def test_invariant_1_an_infinite_display_period_is_refused() -> None:
    version = make_record()

    with pytest.raises(IntegrityError, match="display_period_finite"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_recordversion (subject_id, record_id, number, item_version_id, submission_id,"
            " row_number, content_digest, public_fields, document_kind, document_number, display_rule_version,"
            " display_from, display_to) VALUES (%s, %s, 2, %s, 1, 1, '', '{}', 'none', '', '', now(), 'infinity')",
            [version.subject_id, version.record_id, version.item_version_id],
        )


def test_invariant_11_a_record_points_to_a_row_of_a_file() -> None:
    with pytest.raises(IntegrityError, match="record_has_a_row_of_a_file"):
        make_record(row_number=0)


def test_art_11_a_version_belongs_to_a_record() -> None:
    version = make_record()

    with pytest.raises(IntegrityError, match="version_belongs_to_record"):
        RecordVersion.objects.create(
            subject_id=version.subject_id,
            record_id=version.record_id + 1,
            number=1,
            item_version=version.item_version,
            submission_id=1,
            row_number=1,
            content_digest=b"",
            public_fields={},
            document_kind="none",
        )


def test_an_event_is_somebodys_act_or_stands_in_a_file() -> None:
    version = make_record()

    with pytest.raises(IntegrityError, match="record_event_by_a_person_or_a_file"):
        make_event(version, kind="withdrawn", effective_at=START, by_account_id=None)


@pytest.mark.parametrize("table", ["records_creditrecord", "records_recordversion", "records_recordevent"])
@pytest.mark.parametrize(
    "verb", ["DELETE FROM {}", "UPDATE {} SET subject_id = subject_id", "TRUNCATE {} CASCADE"]
)
def test_art_44_2_records_only_grow(table: str, verb: str) -> None:
    make_event(make_record(), kind="objected", effective_at=START)
    connection.check_constraints()

    with (
        pytest.raises(DatabaseError, match=r"only grows|Cannot (update or )?delete"),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format(table))


def _published(version: RecordVersion) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM published_record WHERE record_id = %s", [version.record_id])
        return int(cursor.fetchone()[0])


def _now() -> datetime:
    """The moment of this transaction, which is what the published projection compares with."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        moment: datetime = cursor.fetchone()[0]
        return moment


@pytest.mark.parametrize(("microseconds", "shown"), [(1, 1), (0, 0), (-1, 0)])
def test_invariant_1_display_ends_at_the_very_moment(microseconds: int, shown: int) -> None:
    version = make_record(display_to=_now() + timedelta(microseconds=microseconds))

    assert _published(version) == shown


@pytest.mark.parametrize(("microseconds", "shown"), [(1, 0), (0, 1), (-1, 1)])
def test_invariant_1_display_begins_at_the_very_moment(microseconds: int, shown: int) -> None:
    version = make_record(display_from=_now() + timedelta(microseconds=microseconds))

    assert _published(version) == shown


@pytest.mark.parametrize("kind", [kind for kind in RecordEvent.Kind.values if kind in RecordEvent.ENDING])
def test_an_ended_record_disappears_in_the_same_transaction(kind: str) -> None:
    version = make_record()
    assert _published(version) == 1

    make_event(version, kind=kind, effective_at=_now())

    assert _published(version) == 0


def test_an_end_that_lies_ahead_ends_nothing_yet() -> None:
    version = make_record()

    make_event(version, kind="display_ended", effective_at=_now() + timedelta(microseconds=1))

    assert _published(version) == 1


def test_art_40_1_a_shield_hides_until_it_is_lifted() -> None:
    version = make_record()

    make_event(version, kind="shielded", effective_at=_now())
    assert _published(version) == 0

    make_event(version, kind="unshielded", effective_at=_now())
    assert _published(version) == 1


def test_art_14_2_neither_persons_nor_sole_proprietors_are_published() -> None:
    proprietor = make_organization(sole_proprietor=True)

    assert _published(make_record(organization=proprietor)) == 0


def test_art_14_2_a_record_of_a_person_cannot_carry_a_display_window() -> None:
    person = make_person()

    make_record(subject=person.subject, display_from=None, display_to=None)
    with pytest.raises(IntegrityError, match="art_14_2_only_organizations_are_displayed"):
        make_record(subject=person.subject)


def test_art_14_2_no_subject_is_both_a_person_and_an_organization() -> None:
    person = make_person()

    with pytest.raises(IntegrityError, match="organization_has_the_kind_of_its_subject"):
        make_organization(subject=person.subject)


def test_art_9_1_an_item_that_is_not_public_is_not_published() -> None:
    closed = make_item_version(disclosure_class="ex_officio")

    assert _published(make_record(item_version=closed)) == 0


def test_only_the_latest_version_is_shown() -> None:
    first = make_record()
    values = {
        field: getattr(first, field)
        for field in (
            "subject_id",
            "record_id",
            "item_version",
            "submission_id",
            "display_from",
            "display_to",
        )
    }
    RecordVersion.objects.create(
        **values,
        number=2,
        row_number=3,
        content_digest=b"2",
        public_fields={"title": "更正后"},
        document_kind="administrative_penalty",
    )

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public_fields->>'title' FROM published_record WHERE record_id = %s", [first.record_id]
        )
        assert cursor.fetchall() == [("更正后",)]
