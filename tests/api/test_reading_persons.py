"""A unit's system reads a person by number and name together; whatever is not given is one answer (Art. 14(2), 38(1), 41)."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from anxin.access.models import Delivery, PersonLookUpDay, Representation, UseListItem
from anxin.access.who_looked import Asked, Viewer, read_list
from anxin.audit.models import EventLogEntry, QueryLogEntry
from anxin.authorities.models import Account
from anxin.cli import secret_files
from anxin.subjects.keys import load_key_ring
from anxin.subjects.models import PersonalIdentifier
from tests.access.routes.setting import NUMBER, Setting, list_item, make_setting
from tests.api.clients import System, make_system
from tests.factories import make_event, make_person

pytestmark = pytest.mark.django_db(transaction=True)
CASE, NAME, TICK = "虚办〔2026〕9号", "虚构甲", 0.04
OTHER_NUMBER = "210399199001010023"


@dataclass
class There:
    setting: Setting
    system: System

    def ask(self, *, number: str = NUMBER, name: str = NAME, item: str = "permit-review", **more: Any) -> Any:
        body = {"item": item, "case": CASE, "subject": {"number": number, "name": name}, **more}
        return self.system.call("POST", "/api/readings", json.dumps(body).encode())

    def changes(self, cursor: str = "") -> Any:
        return self.system.call("GET", f"/api/changes?cursor={cursor}").json()


@pytest.fixture
def there(settings: Any, tmp_path: Any) -> There:
    settings.PERSON_LOOK_UP_TICK = TICK
    settings.KEY_RING = secret_files.environment(tmp_path / "private")["ANXIN_KEY_RING"]
    made = make_setting()
    keys = load_key_ring(settings.KEY_RING)
    bare = make_person(name="虚构乙")
    for person, number in ((made.person, NUMBER), (bare, OTHER_NUMBER)):
        PersonalIdentifier.objects.filter(person=person).delete()
        PersonalIdentifier.objects.create(
            person=person,
            kind="resident_id_number",
            digest=keys.digest(number),
            encrypted=b"x",
            key_name="k1",
        )
    list_item()
    list_item("organizations", subject_kinds=["legal_person"])
    scopes = ("permit-review", "organizations", "changes")
    return There(made, make_system(*scopes, unit=made.unit).sign_in())


def whole(answer: Any) -> tuple[int, bytes, list[tuple[str, str]]]:
    return answer.status_code, answer.content, sorted(answer.headers.items())


def test_art_14_2_number_and_name_together_give_the_items_fields(
    there: There, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = there.ask()

    assert answer.status_code == 200, answer.content.decode()
    told = answer.json()
    assert told["subject"] == {"code": None, "name": NAME}
    assert [(one["item"], list(one["fields"])) for one in told["records"]] == [("qualification", ["facts"])]
    entry = QueryLogEntry.objects.get()
    assert (entry.pk, entry.route, entry.system, entry.client_id, entry.subject_id) == (
        told["entry"],
        "ex_officio",
        "api",
        there.system.client.client_id,
        there.setting.person.pk,
    )
    assert Delivery.objects.get().entry_id == entry.pk
    traces = [answer.content.decode(), caplog.text, str(list(EventLogEntry.objects.values()))]
    traces += [str(list(QueryLogEntry.objects.values())), str(list(PersonLookUpDay.objects.values()))]
    assert NUMBER not in "".join(traces)


def test_art_14_2_none_wrong_name_not_allowed_and_no_longer_shared_are_one_answer_byte_for_byte(
    there: There,
) -> None:
    answers, times = [], []

    def note(**changes: str) -> None:
        arrived = time.perf_counter()
        answers.append(there.ask(**changes))
        times.append(time.perf_counter() - arrived)

    note(number="210399199001010031")
    note(name="虚构丙")
    note(number="not a number")
    note(number=OTHER_NUMBER, name="虚构乙")
    note(item="organizations")
    make_event(
        there.setting.personal_record, kind="shielded", effective_at=timezone.now() - timedelta(days=1)
    )
    note()
    UseListItem.objects.filter(code="permit-review").update(valid_to=timezone.localdate())
    note()

    assert answers[0].status_code == 404
    assert answers[0].json()["code"] == "E-NOTHING-TO-READ"
    assert len({repr(whole(one)) for one in answers}) == 1
    assert all(taken >= TICK for taken in times)
    assert Delivery.objects.count() == 0
    # Each stands in the log, in vain or about the person that it was allowed to ask for, and always with its case.
    rows = QueryLogEntry.objects.order_by("id")
    assert [(one.case_reference, one.asked) for one in rows] == [(CASE, "")] * len(answers)
    assert len([one for one in rows if one.subject_id is None]) == 5


def test_art_14_2_after_too_many_guesses_the_right_name_gets_the_same_answer(there: There) -> None:
    wrong = [there.ask(name="不存在") for _ in range(10)]
    right = there.ask()

    assert {repr(whole(one)) for one in [*wrong, right]} == {repr(whole(wrong[0]))}
    row = PersonLookUpDay.objects.get()
    assert (row.account_id, row.unit_code, row.wrong, row.closed) == (
        there.system.client.account_id,
        there.setting.unit.code,
        10,
        1,
    )


def test_what_is_ill_formed_is_refused_whoever_is_asked_for_and_never_repeated(there: There) -> None:
    subjects: list[dict[str, Any]] = [
        {},
        {"number": NUMBER},
        {"name": NAME},
        {"number": NUMBER, "name": NAME, "code": "x"},
        {NUMBER: NAME},
        {"number": NUMBER, "name": ""},
        {"number": NUMBER + "0" * 60, "name": NAME},
        {"number": 210399199001010015, "name": NAME},
    ]
    for subject in subjects:
        answer = there.ask(subject=subject)
        assert (answer.status_code, answer.json()["code"]) == (422, "E-INPUT")
        assert NUMBER not in answer.content.decode()
    blank = there.ask(case=" ")
    assert (blank.status_code, blank.json()["code"]) == (422, "E-CASE")
    assert there.ask(item="not-mine").json()["code"] == "E-SCOPE"
    assert not QueryLogEntry.objects.exists()


def test_art_38_the_person_sees_that_the_units_system_looked_and_nothing_of_looks_in_vain(
    there: There,
) -> None:
    there.ask()
    there.ask(name="不存在")
    viewer = Account.objects.create(username="self", display_name="本人")
    Representation.objects.create(
        account=viewer,
        subject_id=there.setting.person.pk,
        verification="counter",
        valid_from=timezone.now() - timedelta(days=1),
    )

    seen = read_list(
        viewer=Viewer(there.setting.person.pk, viewer.pk), asked=Asked(reader="others"), at=timezone.now()
    )

    assert [(one.who, one.system, one.unit_code, one.case_reference) for one in seen.entries] == [
        ("client", "api", there.setting.unit.code, CASE)
    ]


def test_art_41_the_feed_tells_that_a_persons_record_ended_but_not_why_nor_what_came_after(
    there: There,
) -> None:
    there.ask()
    start = there.changes()["next"]
    now = timezone.now()
    for kind in ("objected", "shielded", "objection_closed", "unshielded", "corrected"):
        make_event(there.setting.personal_record, kind=kind, effective_at=now)

    told = there.changes(start)["changes"]

    assert [(one["kind"], one["code"], one["record"]) for one in told] == [
        (kind, None, there.setting.personal_record.record_id) for kind in ("objected", "ended", "corrected")
    ]
    assert NAME not in json.dumps(told, ensure_ascii=False)
