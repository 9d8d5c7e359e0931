"""Two of everything that an address can name: one world the readers of the matrix belong to, one they do not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from anxin.access.models import AccessGrant, ReadingComplaint, Representation
from anxin.access.who_looked import reference_of
from anxin.audit.models import QueryLogEntry
from anxin.authorities.models import Account, RoleAssignment, Unit
from anxin.authorities.services import issue_provider_key
from anxin.intake.models import QueuedRow, ReturnedReason, Submission
from anxin.intake.storing import QUEUE_CONTEXT
from anxin.records.models import RecordVersion
from anxin.subjects.keys import load_key_ring
from anxin.subjects.models import CodeException
from tests.factories import (
    fictional_uscc,
    make_item_version,
    make_organization,
    make_record,
    make_submission,
    make_unit,
)
from tests.portal.readings import read_by, represent


@dataclass(frozen=True)
class World:
    """A unit in a county, an organization with a record, and all that hangs on them; `mark` is in every text of it."""

    mark: str
    unit: Unit
    division: str
    representation: Representation
    record: RecordVersion
    submission: int
    queued: int
    complaint: int
    complaint_reference: UUID
    reference: str
    grant: int
    exception: int
    key: str

    def named(self, name: str) -> dict[str, Any]:
        """What this world's objects are called in the address of that name."""
        numbers = {
            "desk-submission": self.submission,
            "desk-decision": self.queued,
            "desk-code-exception": self.exception,
            "desk-audit": self.complaint,
            "desk-record": self.record.record_id,
            "my-authorization": self.grant,
            "api-submission": self.submission,
        }
        number = next((one for prefix, one in numbers.items() if name.startswith(prefix)), 0)
        return {
            "number": number,
            "subject": self.record.subject_id,
            "representation": self.representation.pk,
            "reference": self.reference,
            "complaint": self.complaint_reference,
            "alarm": 0,
            "form": "csv",
        }


def make_world(mark: str, division: str) -> World:
    """Everything, committed; the reading that was complained of was the world's own unit's."""
    number = int(division)
    unit = make_unit(division_code=division, code=f"unit-{division}")
    item = make_item_version(fields=("facts",))
    organization = make_organization(name=f"{mark}有限公司")
    submission = make_submission(
        item_version=item, unit=unit, file_name=f"{mark}.csv", read_rows=2, returned_rows=1
    )
    ReturnedReason.objects.create(
        submission=submission, row_number=3, field="facts", code="E-LENGTH", sample=f"{mark}样"
    )
    record = make_record(
        organization=organization,
        item_version=item,
        submission_id=submission.pk,
        public_fields={"facts": f"{mark}事实"},
    )
    queued = queue(submission, mark, organization.uscc or "")
    representation = represent(organization.subject, f"representative-{division}")
    reader = officer_of(unit, division, "officer", f"reader-{division}")
    entry = read_by(reader, organization.subject, unit, purpose=f"{mark}目的", case_reference=f"{mark}案")
    complaint = ReadingComplaint.objects.create(
        entry_id=entry,
        subject=organization.subject,
        filed_by=representation.account,
        words=f"{mark}话",
    )
    complaint.refresh_from_db()
    now = timezone.now()
    grant = AccessGrant.objects.create(
        subject=organization.subject, granted_by=representation.account, grantee_account=reader,
        fields=[item.item.code], purpose=f"{mark}用途", uses=1, granted_at=now, ends_at=now + timedelta(days=1),
    )  # fmt: skip
    exception = CodeException.objects.create(
        code=fictional_uscc(number), organization_name="虚构例外公司", reason="已核对", by=reader, at=now
    )
    return World(
        mark=mark,
        unit=unit,
        division=division,
        representation=representation,
        record=record,
        submission=submission.pk,
        queued=queued.pk,
        complaint=complaint.pk,
        complaint_reference=complaint.reference,
        reference=reference_of(QueryLogEntry.objects.get(pk=entry)),
        grant=grant.pk,
        exception=exception.pk,
        key=issue_provider_key(
            unit=unit, by_account_id=None, at=datetime.now(UTC), valid_for=timedelta(days=1)
        ),
    )


def queue(submission: Submission, mark: str, code: str) -> QueuedRow:
    """A doubtful row under an organization's code, its values encrypted as intake does it."""
    keys = load_key_ring(settings.KEY_RING)
    values = {
        "identifier": code,
        "name": f"{mark}新名",
        "key_text": mark,
        "public_fields": "{}",
        "restricted_fields": None,
        "encrypted_fields": None,
    }
    return QueuedRow.objects.create(
        submission=submission,
        row_number=2,
        reason="Q-NAME",
        subject_name=f"{mark}新名",
        values=keys.encrypt(json.dumps(values).encode(), QUEUE_CONTEXT),
        key_name=keys.current,
    )


def officer_of(unit: Unit, division: str, role: str, name: str) -> Account:
    """An account with one role at a unit, its territory the unit's county."""
    account = Account.objects.create(username=name, display_name="测试")
    RoleAssignment.objects.create(
        account=account, unit=unit, role=role, territory=division, period=(date(2020, 1, 1), None)
    )
    return account
