"""Art. 14(2): a release is counted and cut down in the database, under a log entry that says what was done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from anxin.access.models import StatisticsCell, StatisticsRelease, StatisticsThreshold
from anxin.access.statistics import AlreadyReleased, published_statistics, release_statistics
from anxin.audit.models import EventLogEntry, QueryLogEntry
from anxin.audit.services import LogNotCommitted, System
from anxin.catalog.models import CatalogItemVersion
from anxin.jobs.tasks import publish_statistics
from anxin.subjects.models import Subject
from tests.access.statistics.stock import LEAST, file_persons, make_item, make_threshold, release_of
from tests.application_role import role
from tests.factories import make_event, make_item_version, make_organization, make_record

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


def release() -> None:
    with role("anxin_jobs"):
        release_statistics(system=System.JOB)


def persons_of(item: CatalogItemVersion) -> tuple[int | None, date | None]:
    """What the latest release tells of the persons of an item."""
    cell = StatisticsCell.objects.filter(item=item.item, subject_kind="natural_person").latest("release_id")
    return cell.number, cell.since


def test_art_14_2_what_is_told_of_persons_beside_what_was_told_before() -> None:
    make_threshold()
    today = timezone.localdate()
    # Told in September and October; persons now; told now, and since when.
    cases: list[tuple[tuple[int | None, int | None], int, tuple[int | None, date | None]]] = [
        ((None, None), 0, (None, None)),
        ((None, None), 7, (None, None)),
        ((None, None), 8, (8, today)),
        ((12, 12), 12, (12, SEPTEMBER)),
        ((None, 12), 13, (12, OCTOBER)),
        ((None, 12), 5, (12, OCTOBER)),
        ((12, 30), 20, (20, today)),
        ((10, 20), 12, (10, SEPTEMBER)),
        ((None, 15), 7, (None, None)),
        ((None, 15), 0, (None, None)),
        ((15, None), 9, (15, SEPTEMBER)),
    ]
    items = [make_item() for _ in cases]
    for place, day in enumerate((SEPTEMBER, OCTOBER)):
        release_of(day, {item: case[0][place] for item, case in zip(items, cases, strict=True)})
    for item, (_, number, _told) in zip(items, cases, strict=True):
        file_persons(item, number)

    release()

    for item, case in zip(items, cases, strict=True):
        assert (case, persons_of(item)) == (case, case[2])


def test_art_14_2_only_persons_with_a_record_in_force_count_and_each_once() -> None:
    make_threshold()
    past, future = datetime(2026, 1, 2, tzinfo=UTC), timezone.now() + timedelta(days=3)
    item_of = {}
    events = {
        "withdrawn": ["withdrawn"], "annulled": ["annulled"], "restored": ["restored"], "shielded": ["shielded"],
        "link_undone": ["link_undone"], "unshielded": ["shielded", "unshielded"],
        "link_restored": ["link_undone", "link_restored"], "objected": ["objected"],
    }  # fmt: skip
    for name, kinds in events.items():
        item_of[name] = make_item()
        record = file_persons(item_of[name], LEAST)[0]
        for kind in kinds:
            make_event(record, kind=kind, effective_at=past)
    item_of["later"] = make_item()
    make_event(file_persons(item_of["later"], LEAST)[0], kind="restored", effective_at=future)
    item_of["twice"] = make_item()
    first = file_persons(item_of["twice"], LEAST - 1)[0]
    subject = Subject.objects.get(pk=first.subject_id)
    make_record(subject=subject, item_version=item_of["twice"], display_from=None, display_to=None)

    release()

    told = {name for name, item in item_of.items() if persons_of(item)[0] == LEAST}
    assert told == {"unshielded", "link_restored", "objected", "later"}
    assert all(persons_of(item)[0] is None for name, item in item_of.items() if name not in told)


def test_organizations_are_counted_as_the_site_shows_them() -> None:
    make_threshold()
    item, none = make_item(), make_item()
    shown = make_organization()
    for _ in range(2):
        make_record(organization=shown, item_version=item)
    make_record(item_version=item)
    make_record(item_version=item, display_to=datetime(2026, 2, 1, tzinfo=UTC))
    make_record(organization=make_organization(sole_proprietor=True), item_version=item)
    closed = make_item_version(
        disclosure_class="on_application", subject_kinds=["natural_person", "legal_person"]
    )

    release()

    cells = StatisticsCell.objects.filter(subject_kind="organization")
    assert {cell.item_id: cell.number for cell in cells} == {item.item_id: 2, none.item_id: 0}
    assert persons_of(closed) == (None, None)
    # One person or organization in several items, and no sum of anything.
    assert not StatisticsCell.objects.exclude(item__in=[item.item, none.item, closed.item]).exists()


def test_art_45_counting_is_logged_as_what_it_is_and_the_act_names_no_number_of_persons() -> None:
    make_threshold()
    file_persons(make_item(), 3)
    release()
    entry = QueryLogEntry.objects.get(fields=["statistics"])
    assert (entry.route, entry.system, entry.subject_id) == ("maintenance", "job", None)
    done = StatisticsRelease.objects.get()
    assert done.entry_id == entry.pk
    event = EventLogEntry.objects.get(act="release_statistics")
    assert event.details == {"release": done.pk}


def test_a_day_has_one_release_and_the_job_and_the_command_say_so() -> None:
    make_threshold()
    publish_statistics(timestamp=0)
    with pytest.raises(AlreadyReleased):
        release()
    publish_statistics(timestamp=0)
    call_command("release_statistics", verbosity=0)
    assert StatisticsRelease.objects.count() == 1
    assert EventLogEntry.objects.filter(act="release_statistics").count() == 1


def test_the_first_release_of_a_demonstration_is_made_once() -> None:
    call_command("load_pack", verbosity=0)
    assert StatisticsThreshold.objects.get().least == LEAST
    assert published_statistics() is None
    for _ in range(2):
        call_command("release_statistics", "--first", verbosity=0)
    assert QueryLogEntry.objects.filter(fields=["statistics"]).count() == 1


def test_nothing_is_counted_inside_a_transaction_or_without_a_threshold() -> None:
    with pytest.raises(LogNotCommitted), transaction.atomic():
        release_statistics(system=System.JOB)
    with pytest.raises(DatabaseError, match="no threshold"):
        release()
    assert not StatisticsRelease.objects.exists()


def test_art_14_2_a_greater_threshold_hides_what_a_smaller_one_told() -> None:
    make_threshold()
    make_threshold(20, OCTOBER)
    items = {name: make_item() for name in ("same", "near", "far")}
    release_of(SEPTEMBER, dict.fromkeys(items.values(), 9))
    for name, number in (("same", 9), ("near", 22), ("far", 29)):
        file_persons(items[name], number)
    release()
    told = {name: persons_of(item)[0] for name, item in items.items()}
    assert told == {"same": None, "near": None, "far": 29}


def refused(constraint: str, make: Any) -> None:
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        make()


def test_art_14_2_the_database_refuses_small_numbers_differences_and_totals() -> None:
    item = make_item()
    release_of(SEPTEMBER, {item: 20})
    later = StatisticsRelease.objects.create(released_on=OCTOBER, least=LEAST, entry_id=1)

    def cell(number: int | None, since: date | None = OCTOBER, **changes: Any) -> None:
        values = {"item": item.item, "subject_kind": "natural_person", "least": LEAST, **changes}
        StatisticsCell.objects.create(release=later, number=number, since=since, **values)

    for number in (0, 1, 7):
        refused("art_14_2_few_persons_are_not_counted", lambda given=number: cell(given))
    for number in (13, 19, 21, 27):
        refused("art_14_2_no_small_differences|beside an earlier", lambda given=number: cell(given))
    # The same number under a new day would tell that it was counted again.
    refused("art_14_2_no_small_differences|beside an earlier", lambda: cell(20))
    refused("statistics_cell_keeps_the_releases_threshold", lambda: cell(5, least=2))
    refused("statistics_number_has_a_day", lambda: cell(30, None))
    refused(
        "statistics_of_organizations_are_public_facts", lambda: cell(None, None, subject_kind="organization")
    )
    refused("item_id", lambda: cell(30, item=None))
    refused("statistics_once_a_day", lambda: release_of(OCTOBER, {}))
    refused("art_14_2_one_person_is_never_told", lambda: make_threshold(1))
    cell(28)
    refused("statistics_cell_once", lambda: cell(28))
    refused("Cannot update", lambda: StatisticsCell.objects.update(number=29))
