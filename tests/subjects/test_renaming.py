"""A person's change of name: by a document, kept with the former name, undone with a reason (Art. 12(1))."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from tests.factories import make_person

from anxin.audit.models import EventLogEntry
from anxin.authorities.models import Account
from anxin.subjects.models import NaturalPerson, PersonRenaming
from anxin.subjects.renaming import (
    NewName,
    PersonNameNotUsable,
    RenamingDayNotPossible,
    RenamingNotUndone,
    RenamingUndocumented,
    rename_person,
    undo_renaming,
)

pytestmark = pytest.mark.django_db

AT, TODAY = datetime(2026, 11, 24, 3, tzinfo=UTC), date(2026, 11, 24)
NEW = NewName("杏朗清", date(2026, 6, 1), "虚更〔2026〕1号", "虚构机关", date(2026, 5, 28), "已核对更名文书")


@pytest.fixture
def officer() -> Account:
    return Account.objects.create_account("officer", "a long password", display_name="测试")


@pytest.fixture
def person() -> NaturalPerson:
    return make_person(name="杏明远", born_on=date(1980, 1, 1))


def test_the_former_name_stays_and_names_stand_in_no_log(person: NaturalPerson, officer: Account) -> None:
    made = rename_person(subject_id=person.pk, new=NEW, by=officer, at=AT, on=TODAY)

    person.refresh_from_db()
    assert (person.name, made.former_name, made.since) == ("杏朗清", "杏明远", date(2026, 6, 1))
    receipt = EventLogEntry.objects.get()
    assert (receipt.act, receipt.subject_id, receipt.clause) == (
        "rename_person",
        person.pk,
        "anshan-2022-9/12/1",
    )
    assert receipt.details == {"renaming": made.pk, "since": "2026-06-01"}


def test_the_last_renaming_that_stands_is_taken_back_once(person: NaturalPerson, officer: Account) -> None:
    rename_person(subject_id=person.pk, new=NEW, by=officer, at=AT, on=TODAY)
    later = replace(NEW, name="杏又名", since=date(2026, 7, 1))
    rename_person(subject_id=person.pk, new=later, by=officer, at=AT, on=TODAY)

    names = []
    for _ in range(2):
        undo_renaming(subject_id=person.pk, reason="文书有误", by=officer, at=AT)
        person.refresh_from_db()
        names.append(person.name)

    assert names == ["杏朗清", "杏明远"]
    with pytest.raises(RenamingNotUndone):
        undo_renaming(subject_id=person.pk, reason="文书有误", by=officer, at=AT)
    assert PersonRenaming.objects.filter(undone_reason="文书有误").count() == 2


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": "杏"}, PersonNameNotUsable),
        ({"name": " 杏 明远 "}, PersonNameNotUsable),
        ({"name": "长" * 121}, PersonNameNotUsable),
        ({"reason": " "}, RenamingUndocumented),
        ({"document_number": ""}, RenamingUndocumented),
        ({"document_issuer": "长" * 201}, RenamingUndocumented),
        ({"since": date(2026, 11, 25)}, RenamingDayNotPossible),
        ({"document_date": date(2026, 11, 25)}, RenamingDayNotPossible),
        ({"since": date(1979, 12, 31)}, RenamingDayNotPossible),
    ],
)
def test_what_no_document_shows_is_refused(
    person: NaturalPerson, officer: Account, changes: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        rename_person(subject_id=person.pk, new=replace(NEW, **changes), by=officer, at=AT, on=TODAY)
    with pytest.raises(RenamingNotUndone):
        undo_renaming(subject_id=person.pk, reason="x", by=officer, at=AT)
    assert PersonRenaming.objects.count() == 0


def test_a_renaming_comes_after_the_one_before(person: NaturalPerson, officer: Account) -> None:
    rename_person(subject_id=person.pk, new=NEW, by=officer, at=AT, on=TODAY)

    earlier = replace(NEW, name="杏又名", since=date(2026, 5, 31))
    with pytest.raises(RenamingDayNotPossible):
        rename_person(subject_id=person.pk, new=earlier, by=officer, at=AT, on=TODAY)
    with pytest.raises(RenamingNotUndone):
        undo_renaming(subject_id=person.pk, reason=" ", by=officer, at=AT)


def test_the_database_changes_no_name_without_a_renaming(person: NaturalPerson, officer: Account) -> None:
    rename_person(subject_id=person.pk, new=NEW, by=officer, at=AT, on=TODAY)
    made = PersonRenaming.objects.filter(person=person)

    for statement, message in (
        (lambda: NaturalPerson.objects.update(name="别名"), "changes by a renaming"),
        (lambda: NaturalPerson.objects.update(name="杏明远"), "changes by a renaming"),
        (lambda: made.update(former_name="别名"), "stands as it was made"),
        (lambda: made.update(undone_at=AT), "renaming_undone_by_somebody"),
        (lambda: PersonRenaming.objects.create(person=person, **_row(officer, reason="")), "its_document"),
        (
            lambda: PersonRenaming.objects.create(person=person, **_row(officer, name="杏明远")),
            "changes_the_name",
        ),
    ):
        with pytest.raises(IntegrityError, match=message), transaction.atomic():
            statement()
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        made.delete()


def _row(officer: Account, **changes: str) -> dict[str, object]:
    values = {
        "former_name": "杏明远",
        "name": "杏又名",
        "since": TODAY,
        "document_number": "x",
        "document_issuer": "x",
        "document_date": TODAY,
        "reason": "x",
        "by": officer,
        "at": AT,
    }
    return {**values, **changes}
