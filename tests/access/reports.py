"""Issued reports to try forgeries on. Every key, subject and record is fictional."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from anxin.access.models import Representation
from anxin.access.services import IssuedReport, issue_report
from anxin.authorities.models import Account
from tests.factories import make_organization, make_record

AT = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
NAME = "虚构保密有限公司"


def use_own_keys(settings: Any, folder: Path) -> None:
    """Signing keys and certificates of this test alone."""
    settings.SIGNING_KEYS = str(folder / "signing-keys.json")
    settings.PAPER_KEYS = str(folder / "paper-keys.json")


def represent(subject: Any, name: str = "representative") -> Representation:
    """An account that may act for the subject."""
    account = Account.objects.create(username=name)
    return Representation.objects.create(
        account=account, subject=subject, verification="counter", valid_from=datetime(2026, 1, 1, tzinfo=UTC)
    )


def issue(records: int = 3) -> IssuedReport:
    """A report about a fictional organization with that many records."""
    organization = make_organization(name=NAME)
    for _ in range(records):
        make_record(organization=organization)
    representation = represent(organization.subject)
    return issue_report(representation=representation, by=representation.account, at=AT)


def again(representation: Representation, at: datetime) -> IssuedReport:
    """Another report about the same."""
    return issue_report(representation=representation, by=representation.account, at=at)


def payload_of(token: str) -> bytes:
    """The signed bytes of a compact JWS."""
    return base64.urlsafe_b64decode(token.split(".")[1] + "==")
