"""Acts on records: each needs its basis, leaves one event and one receipt, and reaches every derived place at once."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import make_event, make_item_version, make_organization, make_record

from anxin.access.published import organization_page, search_organizations
from anxin.access.report_content import read_report
from anxin.audit.models import EventLogEntry
from anxin.audit.services import Reading, Route, System, log_query
from anxin.authorities.models import Account
from anxin.kernel.text import Bilingual
from anxin.records.corrections import FieldNotCorrectable, ValueNotFitting
from anxin.records.edges import may_follow
from anxin.records.events import Basis, BasisMissing, EventNotPossible, RecordKey, UnknownRecord
from anxin.records.models import RecordEvent, RecordVersion
from anxin.records.queries import read_history
from anxin.records.services import (
    annul_record,
    close_objection,
    correct_record,
    end_display,
    mark_objected,
    restore_record,
    shield_record,
    unshield_record,
    withdraw_record,
)
from anxin.subjects.models import Organization

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])

BASIS = Basis(
    clause="anshan-2022-9/11/1",
    reason="原决定被撤销",
    document_number="虚撤字〔2026〕9号",
    document_issuer="虚构机关",
    document_date=date(2026, 11, 2),
)
ENDS = {
    "withdrawn": withdraw_record,
    "annulled": annul_record,
    "display_ended": end_display,
    "restored": restore_record,
    "shielded": shield_record,
}


@pytest.fixture
def officer() -> Account:
    return Account.objects.create_account("officer", "a long password", display_name="测试")


def key(version: RecordVersion) -> RecordKey:
    return RecordKey(version.subject_id, version.record_id)


def log_own_reading(subject_id: int, reader: Account) -> int:
    """A committed entry that opens everything of one subject."""
    return log_query(
        Reading(
            route=Route.OWN_REPORT,
            system=System.PORTAL,
            reader_account_id=reader.pk,
            subject_id=subject_id,
            purpose="test",
            clause="anshan-2022-9/39/1",
            fields=["*"],
        )
    )


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def in_every_place(organization: Organization, reader: Account) -> dict[str, int]:
    """How many records each public or derived place shows of one organization."""
    page = organization_page(organization.uscc)
    assert page is not None
    html = Client().get(f"/organizations/{organization.uscc}/").content.decode()
    answer = json.loads(Client().get(f"/api/organizations/{organization.uscc}").content)
    entry = log_own_reading(organization.pk, reader)
    report = read_report(
        log_entry_id=entry, subject_id=organization.pk, number="1", address="", issuer=Bilingual("", "")
    )
    records = [one for section in report["sections"] for one in section["records"]]
    hidden = {"restored", "shielded", "display_ended"}
    return {
        "page": int("虚罚字〔2026〕7号" in html),
        "page data": len(page["records"]),
        "page count": page["record_count"],
        "cards": sum(page["counts"].values()),
        "api": len(answer["records"]),
        "api count": answer["record_count"],
        "report": len([one for one in records if not hidden & set(one["marks"])]),
    }


@pytest.mark.parametrize("kind", ENDS)
def test_invariant_1_what_ends_a_record_takes_it_out_of_every_place_with_its_commit(
    kind: str, officer: Account
) -> None:
    organization = make_organization()
    version = make_record(organization=organization, document_number="虚罚字〔2026〕7号")
    assert set(in_every_place(organization, officer).values()) == {1}

    ENDS[kind](record=key(version), basis=BASIS, by=officer, at=database_now())

    assert set(in_every_place(organization, officer).values()) == {0}
    assert search_organizations(organization.name)["total"] == 1


def test_a_rolled_back_end_ends_nothing(officer: Account) -> None:
    organization = make_organization()
    version = make_record(organization=organization, document_number="虚罚字〔2026〕7号")

    with transaction.atomic():
        withdraw_record(record=key(version), basis=BASIS, by=officer, at=database_now())
        transaction.set_rollback(True)

    assert set(in_every_place(organization, officer).values()) == {1}
    assert not EventLogEntry.objects.filter(act="withdraw_record").exists()


PLACES = """
SELECT (SELECT count(*) FROM published_record WHERE record_id = %(record)s),
       (SELECT count(*) FROM jsonb_array_elements(read_records(%(entry)s)) r
        WHERE (r ->> 'display_to')::timestamptz > now() AND NOT EXISTS (
            SELECT FROM jsonb_array_elements(r -> 'events') e
            WHERE e ->> 'kind' IN ('display_ended', 'restored', 'shielded')))
"""


def _entry(version: RecordVersion, reader: Account) -> int:
    return log_own_reading(version.subject_id, reader)


@pytest.mark.parametrize(("microseconds", "shown"), [(-1, 0), (0, 0), (1, 1)])
@pytest.mark.parametrize("kind", ENDS)
def test_invariant_1_an_end_counts_from_its_very_microsecond_in_page_and_report(
    kind: str, microseconds: int, shown: int, officer: Account
) -> None:
    version = make_record()
    entry = _entry(version, officer)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        at = cursor.fetchone()[0] + timedelta(microseconds=microseconds)
        ENDS[kind](record=key(version), basis=BASIS, by=officer, at=at)
        cursor.execute(PLACES, {"record": version.record_id, "entry": entry})
        assert cursor.fetchone() == (shown, shown)


@pytest.mark.parametrize(("microseconds", "shown"), [(-1, 0), (0, 0), (1, 1)])
def test_invariant_1_at_the_end_of_display_every_reader_agrees(
    microseconds: int, shown: int, officer: Account
) -> None:
    """Both roles' readings, pinned to one moment: the site's role in its view, the owner in the same statement."""
    seed = make_record()
    entry = _entry(seed, officer)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        ends = cursor.fetchone()[0] + timedelta(microseconds=microseconds)
        version = make_record(
            organization=Organization.objects.get(pk=seed.subject_id),
            item_version=seed.item_version,
            display_to=ends,
        )
        cursor.execute(
            "SELECT (SELECT count(*) FROM published_record WHERE record_id = %(record)s),"
            " (SELECT count(*) FROM jsonb_array_elements(read_records(%(entry)s)) r"
            "  WHERE (r ->> 'record_id')::bigint = %(record)s AND (r ->> 'display_to')::timestamptz > now())",
            {"record": version.record_id, "entry": entry},
        )
        assert cursor.fetchone() == (shown, shown)
        cursor.execute("SET LOCAL ROLE anxin_site")
        cursor.execute("SELECT count(*) FROM published_record WHERE record_id = %s", [version.record_id])
        assert cursor.fetchone() == (shown,)
        cursor.execute("RESET ROLE")


def test_art_41_4_the_mark_stands_while_the_objection_is_open(officer: Account) -> None:
    organization = make_organization()
    version = make_record(organization=organization)

    mark_objected(record=key(version), basis=BASIS, by=officer, at=database_now())
    page = organization_page(organization.uscc)
    assert page is not None
    assert page["disputed_count"] == 1

    close_objection(record=key(version), basis=BASIS, by=officer, at=database_now())
    page = organization_page(organization.uscc)
    assert page is not None
    assert page["disputed_count"] == 0


def test_a_shield_is_lifted_and_the_record_is_shown_again(officer: Account) -> None:
    organization = make_organization()
    version = make_record(organization=organization, document_number="虚罚字〔2026〕7号")
    shield_record(record=key(version), basis=BASIS, by=officer, at=database_now())

    unshield_record(record=key(version), basis=BASIS, by=officer, at=database_now())

    places = in_every_place(organization, officer)
    assert {place: number for place, number in places.items() if place != "report"} == dict.fromkeys(
        [place for place in places if place != "report"], 1
    )


def test_each_act_leaves_one_receipt_with_its_document(officer: Account) -> None:
    version = make_record()

    event = withdraw_record(record=key(version), basis=BASIS, by=officer, at=database_now())

    receipt = EventLogEntry.objects.get(act="withdraw_record")
    assert (receipt.subject_id, receipt.by_account_id) == (version.subject_id, officer.pk)
    assert receipt.details["document"] == "虚撤字〔2026〕9号"
    assert (event.document_issuer, event.document_date) == ("虚构机关", date(2026, 11, 2))


@pytest.mark.parametrize(
    "basis",
    [
        Basis(clause="", reason="原因", document_number="1", document_date=date(2026, 1, 1)),
        Basis(clause="anshan-2022-9/11/1", reason="原因"),
        Basis(clause="anshan-2022-9/11/1", reason="原因", document_number="1"),
    ],
)
def test_art_26_nobody_withdraws_a_record_without_its_document(basis: Basis, officer: Account) -> None:
    version = make_record()

    with pytest.raises(BasisMissing):
        withdraw_record(record=key(version), basis=basis, by=officer, at=database_now())


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"document_number": ""}, "withdrawal_by_a_person_names_its_document"),
        ({"document_date": None}, "withdrawal_by_a_person_names_its_document"),
        ({"clause": ""}, "record_event_by_a_person_names_clause_and_reason"),
    ],
)
def test_the_database_wants_document_and_clause(changes: dict[str, Any], constraint: str) -> None:
    version = make_record()

    with pytest.raises(IntegrityError, match=constraint):
        make_event(version, kind="withdrawn", effective_at=datetime(2026, 1, 1, tzinfo=UTC), **changes)


def test_a_file_may_report_a_withdrawal_by_itself() -> None:
    version = make_record()

    event = withdraw_record(
        record=key(version),
        basis=Basis(clause="anshan-2022-9/11/1", reason="reported"),
        by=None,
        at=database_now(),
        submission_id=version.submission_id,
    )

    assert (event.by_account_id, event.submission_id) == (None, version.submission_id)


Act = Callable[..., RecordEvent]


@pytest.mark.parametrize(
    ("before", "act"),
    [
        ([withdraw_record], withdraw_record),
        ([annul_record], withdraw_record),
        ([annul_record], mark_objected),
        ([annul_record], shield_record),
        ([mark_objected], mark_objected),
        ([], close_objection),
        ([mark_objected, close_objection], close_objection),
        ([], unshield_record),
        ([shield_record], shield_record),
        ([restore_record], restore_record),
        ([end_display], end_display),
    ],
)
def test_an_event_that_its_history_forbids_is_refused(before: list[Act], act: Act, officer: Account) -> None:
    version = make_record()
    for one in before:
        one(record=key(version), basis=BASIS, by=officer, at=database_now())

    with pytest.raises(EventNotPossible):
        act(record=key(version), basis=BASIS, by=officer, at=database_now())
    assert RecordEvent.objects.count() == len(before)


def test_python_and_database_agree_on_every_order_of_two_events() -> None:
    kinds = RecordEvent.Kind.values
    for first, second in itertools.product(kinds, kinds):
        version = make_record()
        if not may_follow(first, []):
            continue
        make_event(version, kind=first, effective_at=datetime(2026, 1, 1, tzinfo=UTC))
        expected = (
            nullcontext()
            if may_follow(second, [first])
            else pytest.raises(IntegrityError, match="may not follow")
        )
        with expected:
            make_event(version, kind=second, effective_at=datetime(2026, 1, 1, tzinfo=UTC))


@given(st.lists(st.sampled_from(RecordEvent.Kind.values), max_size=12))
def test_no_order_of_events_marks_twice_or_goes_on_after_an_annulment(kinds: list[str]) -> None:
    done: list[str] = []
    for kind in kinds:
        if may_follow(kind, done):
            done.append(kind)
    for opening, closing in (("objected", "objection_closed"), ("shielded", "unshielded")):
        assert 0 <= done.count(opening) - done.count(closing) <= 1
    after = done[done.index("annulled") + 1 :] if "annulled" in done else []
    assert set(after) <= {"objection_closed", "link_undone", "link_restored"}


def test_an_unknown_record_is_refused(officer: Account) -> None:
    with pytest.raises(UnknownRecord):
        mark_objected(record=RecordKey(1, 1), basis=BASIS, by=officer, at=database_now())


def test_a_correction_appends_a_version_and_leaves_the_first_as_it_was(officer: Account) -> None:
    version = make_record(
        item_version=make_item_version(fields=("title", "remark"), business_key=["title"]),
        public_fields={"title": "第一号", "remark": "旧"},
    )

    after = correct_record(
        record=key(version), changes={"remark": "新"}, basis=BASIS, by=officer, at=database_now()
    )

    assert (after.number, after.public_fields) == (2, {"title": "第一号", "remark": "新"})
    assert (after.submission_id, after.row_number) == (version.submission_id, version.row_number)
    assert RecordVersion.objects.get(number=1).public_fields["remark"] == "旧"
    assert RecordEvent.objects.get().kind == "corrected"
    assert EventLogEntry.objects.get(act="correct_record").details["fields"] == ["remark"]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"title": "另一号"}, FieldNotCorrectable),
        ({"nowhere": "值"}, FieldNotCorrectable),
        ({"remark": "旧"}, ValueNotFitting),
        ({"remark": 7}, ValueNotFitting),
        ({"remark": "长" * 201}, ValueNotFitting),
        ({}, ValueNotFitting),
    ],
)
def test_a_correction_keeps_to_key_type_and_length(
    changes: dict[str, Any], refusal: type[Exception], officer: Account
) -> None:
    version = make_record(
        item_version=make_item_version(fields=("title", "remark"), business_key=["title"]),
        public_fields={"title": "第一号", "remark": "旧"},
    )

    with pytest.raises(refusal):
        correct_record(record=key(version), changes=changes, basis=BASIS, by=officer, at=database_now())
    assert RecordVersion.objects.count() == 1


def test_art_45_2_the_history_of_a_record_opens_only_after_a_committed_log_entry(officer: Account) -> None:
    version = make_record()
    withdraw_record(record=key(version), basis=BASIS, by=officer, at=database_now())
    entry = _entry(version, officer)
    other = _entry(make_record(), officer)

    history = read_history(log_entry_id=entry, record_id=version.record_id)

    assert history is not None
    assert [one["kind"] for one in history["events"]] == ["withdrawn"]
    assert history["versions"][0]["row_number"] == 2
    assert read_history(log_entry_id=other, record_id=version.record_id) is None
    with pytest.raises(DatabaseError, match="no committed query-log entry"):
        read_history(log_entry_id=entry + other + 1, record_id=version.record_id)
