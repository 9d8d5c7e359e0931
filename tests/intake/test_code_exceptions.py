"""Codes that the standard's check refuses and a registry issued all the same, kept by officers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from tests.factories import fictional_uscc
from tests.intake.sent import PENALTY, penalty, written

from anxin.audit.models import EventLogEntry
from anxin.authorities.models import Account
from anxin.intake.orders import Outcome
from anxin.subjects.code_exceptions import (
    CodeNeedsNoException,
    ExceptionEnded,
    accept_code,
    accepted_codes,
    end_code_exception,
)
from anxin.subjects.models import CodeException, Organization

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db
GOOD = fictional_uscc(5)
WRONG = GOOD[:-1] + ("A" if GOOD[-1] != "A" else "B")


@pytest.fixture
def officer() -> Account:
    return Account.objects.create_account("officer", "a long password", display_name="测试")


def listed(officer: Account, code: str = WRONG) -> CodeException:
    return accept_code(code=code, organization_name="虚构老厂", reason="见登记证书", by=officer, at=AT)


def test_art_12_2_a_listed_code_is_accepted_with_a_warning_until_the_exception_ends(
    intake: Callable[..., Outcome], officer: Account, tmp_path: Path
) -> None:
    exception = listed(officer, f" {WRONG.lower()}")
    first = written(tmp_path / "1.csv", PENALTY, penalty(1, uscc=WRONG), penalty(2))

    accepted = intake(first, "administrative-penalty")
    end_code_exception(exception=exception, reason="换发新证", by=officer, at=AT)
    after = intake(written(tmp_path / "2.csv", PENALTY, penalty(3, uscc=WRONG)), "administrative-penalty")

    assert (accepted.accepted, accepted.warnings, accepted.reasons) == (2, {"W-USCC-EXCEPTION": 1}, {})
    assert Organization.objects.filter(uscc=WRONG).count() == 1
    assert (after.returned, after.reasons) == (1, {"E-USCC-CHECK": 1})
    acts = EventLogEntry.objects.exclude(act="take_in_submission").values_list("act", flat=True)
    assert {"accept_code", "end_code_exception"} <= set(acts)


@pytest.mark.parametrize("code", [GOOD, "无", GOOD[:-1], WRONG.replace("0", "O", 1), ""])
def test_only_a_code_that_needs_it_is_listed(officer: Account, code: str) -> None:
    with pytest.raises(CodeNeedsNoException):
        listed(officer, code)


def test_a_code_is_listed_once_at_a_time_and_ends_once(officer: Account) -> None:
    exception = listed(officer)
    with pytest.raises(CodeNeedsNoException):
        listed(officer)
    end_code_exception(exception=exception, reason="换发新证", by=officer, at=AT)
    with pytest.raises(ExceptionEnded):
        end_code_exception(exception=exception, reason="再次", by=officer, at=AT)

    listed(officer)

    assert accepted_codes() == {WRONG}
    assert CodeException.objects.count() == 2


def test_code_exceptions_stand_as_they_were_made(officer: Account) -> None:
    exception = listed(officer)

    for change in ({"code": GOOD}, {"reason": "别的"}, {"ended_at": AT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CodeException.objects.filter(pk=exception.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        CodeException.objects.create(code="I" * 18, organization_name="虚构", reason="无", by=officer, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        CodeException.objects.create(code=WRONG, organization_name="虚构", reason="再次", by=officer, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        CodeException.objects.create(code=WRONG, organization_name="", reason="", by=officer, at=AT)
    with pytest.raises(Exception, match="exception_stays"), transaction.atomic():
        exception.delete()
