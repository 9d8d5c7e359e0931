"""Ex officio: by an item in force of one's own unit, in a case, its fields only; of persons one answer for whatever is not given."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from anxin.access.desk_reading import NothingToRead
from anxin.access.ex_officio import (
    CaseMissing,
    Matter,
    NotOnUseList,
    UnitReader,
    read_ex_officio,
    read_person_ex_officio,
)
from anxin.access.models import PersonLookUpDay
from anxin.access.reading_files import ReadFile
from anxin.audit.models import QueryLogEntry
from anxin.audit.services import Reading, Route, System, log_query
from anxin.subjects.queries import person_asked
from tests.access.routes.setting import (
    ITEM,
    KEYS,
    NUMBER,
    PERSONAL,
    SECOND,
    Setting,
    list_item,
    make_officer,
    make_setting,
    now,
)
from tests.factories import make_event

pytestmark = pytest.mark.django_db(transaction=True)
MATTER = {"item": "permit-review", "case_reference": "虚办〔2026〕1号"}


@pytest.fixture
def there() -> Setting:
    return make_setting()


def reader(there: Setting, **changes: Any) -> UnitReader:
    return UnitReader(
        **{"account_id": there.officer.pk, "unit": there.unit.code, "system": System.DESK, **changes}
    )


def look_up(
    there: Setting, *, code: str | None = None, unit: str = "reading-unit", **changes: Any
) -> ReadFile:
    return read_ex_officio(
        reader=reader(there, unit=unit),
        matter=Matter(**{**MATTER, **changes}),
        code=code or there.organization.uscc or "",
        at=now(),
    )


def person(
    there: Setting,
    *,
    number: str = NUMBER,
    name: str = "虚构甲",
    by: UnitReader | None = None,
    **changes: Any,
) -> ReadFile | None:
    return read_person_ex_officio(
        reader=by or reader(there),
        matter=Matter(**{**MATTER, **changes}),
        person=person_asked(number=number, name=name, keys=KEYS),
        at=now(),
    )


def test_art_20_2_the_answer_holds_the_items_fields_and_nothing_else(there: Setting) -> None:
    list_item()

    found = look_up(there)

    shown = {one.item: [field.name for field in one.fields] for one in found.records}
    assert shown == {ITEM: ["facts"], SECOND: ["title"]}
    entry = QueryLogEntry.objects.get()
    assert (entry.route, entry.use_item, entry.case_reference) == (
        "ex_officio",
        "permit-review",
        "虚办〔2026〕1号",
    )
    assert (entry.clause, entry.reader_unit_code) == ("anshan-2022-9/13/1/3", "reading-unit")
    assert entry.purpose == "审查许可 / review of a permit"


def test_art_20_2_no_item_another_units_one_out_of_date_and_another_kind_are_one_refusal(
    there: Setting,
) -> None:
    list_item("elsewhere", units=["other-unit"])
    list_item("over", valid_to=date(2023, 1, 1))
    list_item("later", valid_from=date(2999, 1, 1))
    list_item("persons", subject_kinds=["natural_person"], fields=[PERSONAL])

    for item in ("none", "elsewhere", "over", "later", "persons"):
        with pytest.raises(NotOnUseList):
            look_up(there, item=item)
    assert not QueryLogEntry.objects.exists()


def test_art_13_1_3_without_a_case_nothing_is_read(there: Setting) -> None:
    list_item()

    for case in ("", "  ", "长" * 121):
        with pytest.raises(CaseMissing):
            look_up(there, case_reference=case)
        with pytest.raises(CaseMissing):
            person(there, case_reference=case)
    assert not QueryLogEntry.objects.exists()


def test_a_code_of_nobody_is_nothing_to_read(there: Setting) -> None:
    list_item()

    with pytest.raises(NothingToRead):
        look_up(there, code="91210399MAZZZZZZ00")


@pytest.mark.parametrize(
    "changes",
    [
        {"fields": ["*"]},
        {"fields": [ITEM]},
        {"use_item": "another"},
        {"reader_unit_code": "other-unit"},
        {"subject_id": 0},
    ],
)
def test_art_20_2_the_log_itself_refuses_a_row_beyond_the_list(
    there: Setting, changes: dict[str, Any]
) -> None:
    list_item()
    values: dict[str, Any] = {
        "route": Route.EX_OFFICIO, "system": System.API, "reader_account_id": there.officer.pk,
        "reader_unit_code": "reading-unit", "subject_id": there.organization.pk, "purpose": "x",
        "clause": "anshan-2022-9/13/1/3", "case_reference": "1", "use_item": "permit-review",
        "fields": [f"{ITEM}.facts"],
    }  # fmt: skip

    assert log_query(Reading(**values))
    with pytest.raises(DatabaseError):
        log_query(Reading(**{**values, **changes}))
    assert QueryLogEntry.objects.count() == 1


def test_art_14_2_a_person_needs_number_and_name_together(there: Setting) -> None:
    list_item()

    found = person(there)

    assert found is not None
    assert (found.name, found.code) == ("虚构甲", "")
    assert [(one.item, [field.name for field in one.fields]) for one in found.records] == [
        (PERSONAL, ["facts"])
    ]
    assert QueryLogEntry.objects.get().subject_id == there.person.pk
    assert person(there, name="虚构乙") is None
    miss = QueryLogEntry.objects.exclude(subject_id=there.person.pk).get()
    assert (miss.subject_id, miss.route, miss.asked, miss.case_reference) == (
        None,
        "search_hit",
        "",
        "虚办〔2026〕1号",
    )
    assert person(there, number="210399199001010023") is None
    assert person(there, name="") is None
    row = PersonLookUpDay.objects.get()
    assert (row.wrong, row.answered, row.closed) == (3, 1, 0)


def test_art_14_2_none_not_allowed_and_shielded_are_one_answer(there: Setting) -> None:
    list_item()
    list_item("organizations", subject_kinds=["legal_person"])
    list_item("elsewhere", units=["other-unit"])

    assert person(there) is not None
    assert person(there, name="不存在") is None
    assert person(there, item="organizations") is None
    assert person(there, item="elsewhere") is None
    assert person(there, item="none") is None
    make_event(there.personal_record, kind="shielded", effective_at=now() - timedelta(days=1))
    assert person(there) is None


def test_art_14_2_ten_thousand_guesses_yield_at_most_twenty_answers(there: Setting) -> None:
    """The guesser is right every second time, far more often than anybody guesses; the day's later guesses are all shut."""
    list_item()

    answers = [person(there, name="虚构甲" if turn % 2 else "不存在") for turn in range(60)]

    row = PersonLookUpDay.objects.get()
    assert sum(one is not None for one in answers) == row.answered <= 20
    assert (row.wrong, row.closed) == (10, 60 - row.wrong - row.answered)
    assert all(one is None for one in answers[-30:])
    # From the tenth wrong guess on nothing changes any more, so ten thousand are no more than sixty.
    colleague = reader(there, account_id=make_officer("colleague", there.unit).pk)
    assert person(there, by=colleague) is not None
    for _ in range(12):
        person(there, by=colleague, name="不存在")
    third = reader(there, account_id=make_officer("third", there.unit).pk)
    assert person(there, by=third) is None


def test_an_officer_who_does_not_guess_is_not_limited(there: Setting) -> None:
    list_item()

    assert all(person(there) is not None for _ in range(25))


def test_after_three_wrong_guesses_there_are_no_more_than_twenty_answers(there: Setting) -> None:
    list_item()
    for _ in range(3):
        person(there, name="不存在")

    assert sum(person(there) is not None for _ in range(25)) == 20
