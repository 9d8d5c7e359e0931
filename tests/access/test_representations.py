"""Who acts for a subject was verified, and from the end of it on gets no report (Art. 13(1)(2))."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from anxin.access.models import Representation
from anxin.access.representations import (
    AlreadyRepresents,
    RepresentationEnded,
    end_representation,
    verify_representation,
)
from anxin.access.services import NotRepresented, issue_report
from anxin.audit.models import EventLogEntry
from anxin.authorities.models import Account
from anxin.subjects.models import Subject
from tests.factories import make_organization

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)


def verified(account: Account, subject: Subject) -> Representation:
    return verify_representation(
        account=account,
        subject=subject,
        verification=Representation.Verification.COUNTER,
        by=None,
        at=AT,
    )


@pytest.fixture
def account() -> Account:
    return Account.objects.create_account("representative", "a long password", display_name="测试")


def test_a_representation_is_verified_once_and_leaves_a_receipt(account: Account) -> None:
    subject = make_organization().subject
    made = verified(account, subject)

    with pytest.raises(AlreadyRepresents):
        verified(account, subject)
    receipt = EventLogEntry.objects.get()
    assert (receipt.act, receipt.details["representation"]) == ("verify_representation", made.pk)


def test_after_its_end_there_is_no_report_and_it_can_be_verified_anew(account: Account) -> None:
    subject = make_organization().subject
    made = end_representation(
        representation=verified(account, subject), by=account, at=AT + timedelta(hours=1)
    )

    with pytest.raises(NotRepresented):
        issue_report(representation=made, by=account, at=AT + timedelta(hours=1))
    assert verified(account, subject).pk != made.pk


def test_an_end_before_its_beginning_or_twice_is_refused(account: Account) -> None:
    made = verified(account, make_organization().subject)

    with pytest.raises(RepresentationEnded):
        end_representation(representation=made, by=account, at=AT)
    end_representation(representation=made, by=account, at=AT + timedelta(hours=1))
    with pytest.raises(RepresentationEnded):
        end_representation(representation=made, by=account, at=AT + timedelta(hours=2))
