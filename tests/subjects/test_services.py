"""Names and branches of organizations: a name never identifies, a branch keeps its own records (Art. 12)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.factories import fictional_uscc, make_organization, make_record

from anxin.access.published import organization_page, search_organizations
from anxin.audit.models import EventLogEntry
from anxin.subjects.models import FormerName, Organization
from anxin.subjects.services import (
    BranchNotPossible,
    FormerNameKnown,
    NameNotUsable,
    record_former_name,
    register_branch,
    rename_organization,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
ENDED = date(2025, 3, 1)


def test_a_former_name_is_found_by_two_characters() -> None:
    organization = make_organization(name="虚构明远有限公司")

    record_former_name(organization=organization, name="旧称甲乙厂", ended_on=ENDED, by=None, at=AT)

    [found] = search_organizations("甲乙")["organizations"]
    assert (found["uscc"], found["name"], found["former_name"]) == (
        organization.uscc,
        "虚构明远有限公司",
        "旧称甲乙厂",
    )
    assert EventLogEntry.objects.get().act == "record_former_name"


def test_a_rename_keeps_the_old_name_with_its_end() -> None:
    organization = make_organization(name="虚构明远有限公司")

    rename_organization(organization=organization, name="虚构朗清有限公司", since=ENDED, by=None, at=AT)

    assert Organization.objects.get().name == "虚构朗清有限公司"
    assert FormerName.objects.get().valid_to == ENDED
    assert search_organizations("朗清")["total"] == search_organizations("明远")["total"] == 1


@pytest.mark.parametrize("name", ["", "一", " 虚构 明远 有限公司 ", "长" * 201])
def test_a_name_that_says_nothing_new_is_refused(name: str) -> None:
    organization = make_organization(name="虚构明远有限公司", name_folded="虚构明远有限公司")

    with pytest.raises(NameNotUsable):
        rename_organization(organization=organization, name=name, since=ENDED, by=None, at=AT)
    with pytest.raises(NameNotUsable):
        record_former_name(organization=organization, name=name, ended_on=ENDED, by=None, at=AT)


def test_a_former_name_is_recorded_once_and_in_order() -> None:
    organization = make_organization()
    record_former_name(organization=organization, name="旧称甲乙厂", ended_on=ENDED, by=None, at=AT)

    with pytest.raises(FormerNameKnown):
        record_former_name(organization=organization, name="旧称甲乙厂", ended_on=ENDED, by=None, at=AT)
    with pytest.raises(FormerNameKnown):
        record_former_name(
            organization=organization, name="更旧的厂", began_on=ENDED, ended_on=ENDED, by=None, at=AT
        )


def test_art_12_2_a_branch_keeps_its_own_records() -> None:
    parent, branch = make_organization(), make_organization()
    make_record(organization=branch)

    register_branch(organization=branch, parent_uscc=parent.uscc, by=None, at=AT)

    page, of_parent = organization_page(branch.uscc), organization_page(parent.uscc)
    assert page is not None
    assert of_parent is not None
    assert (page["parent_uscc"], page["record_count"], of_parent["record_count"]) == (parent.uscc, 1, 0)


def test_nobody_is_a_branch_of_itself_of_its_branch_or_of_nobody() -> None:
    parent, branch = make_organization(), make_organization()
    register_branch(organization=branch, parent_uscc=parent.uscc, by=None, at=AT)

    for organization, code in (
        (branch, branch.uscc),
        (parent, branch.uscc),
        (branch, fictional_uscc(999_999)),
    ):
        with pytest.raises(BranchNotPossible):
            register_branch(organization=organization, parent_uscc=code, by=None, at=AT)
