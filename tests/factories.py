"""The smallest lawful objects. All persons, units and codes are fictional (division code 210399)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from anxin.authorities.models import Unit
from anxin.catalog.models import CatalogField, CatalogItem, CatalogItemVersion
from anxin.intake.models import Submission
from anxin.records.models import CreditRecord, RecordEvent, RecordVersion
from anxin.subjects.models import NaturalPerson, Organization, Subject

_numbers = count(1)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def fictional_uscc(number: int, prefix: str = "91") -> str:
    """A well-formed code below the unassigned division 210399; written apart from the product's own check."""
    body = f"{prefix}210399{number:09d}"
    total = sum(_ALPHABET.index(character) * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return body + _ALPHABET[(31 - total % 31) % 31]


def make_unit(**changes: Any) -> Unit:
    """A department of the city."""
    number = next(_numbers)
    values = {
        "code": f"department-{number}",
        "name_zh": f"测试局{number}",
        "name_en": f"Department {number}",
        "kind": "related_unit",
        "level": "city",
        "division_code": "210300",
        "valid_from": date(2020, 1, 1),
    }
    return Unit.objects.create(**{**values, **changes})


def make_item_version(
    *, code: str = "", fields: tuple[str, ...] = ("title",), **changes: Any
) -> CatalogItemVersion:
    """A public item about organizations with text fields."""
    item, _ = CatalogItem.objects.get_or_create(
        code=code or f"item-{next(_numbers)}", defaults={"layer": "national"}
    )
    values = {
        "item": item,
        "number": item.versions.count() + 1,
        "valid_from": date(2020, 1, 1),
        "information_class": "administration",
        "name_zh": "测试信息",
        "name_en": "Test information",
        "behavior_zh": "测试",
        "behavior_en": "Test",
        "disclosure_class": "public",
        "sharing_scope": "everyone",
        "source_units": ["department-1"],
        "channel": "file",
        "update_frequency": "within_7_working_days",
        "legal_basis": ["anshan-2022-9/9/1"],
        "subject_kinds": ["legal_person"],
        "display_rule": "fixed_period",
        "report_section": "administration",
        "adverse": False,
        "business_key": ["title"],
        "pack": "test",
    }
    version = CatalogItemVersion.objects.create(**{**values, **changes})
    for position, name in enumerate(fields, start=1):
        CatalogField.objects.create(
            item_version=version,
            position=position,
            name=name,
            label_zh=name,
            label_en=name,
            type="text",
            length=200,
            visibility="public",
        )
    return version


def make_organization(*, kind: str = "legal_person", **changes: Any) -> Organization:
    """An organization under a fictional code."""
    number = next(_numbers)
    name = changes.pop("name", f"虚构测试第{number}有限公司")
    values = {
        "uscc": fictional_uscc(number),
        "name": name,
        "name_folded": name,
        "bigrams": sorted({name[i : i + 2] for i in range(len(name) - 1)}),
        "registered": True,
    }
    subject = changes.pop("subject", None) or Subject.objects.create(kind=kind)
    return Organization.objects.create(subject=subject, kind=kind, **{**values, **changes})


def make_person(**changes: Any) -> NaturalPerson:
    """A person without any document."""
    subject = Subject.objects.create(kind="natural_person")
    return NaturalPerson.objects.create(subject=subject, **{"name": f"虚构第{next(_numbers)}人", **changes})


def make_submission(*, item_version: CatalogItemVersion, **changes: Any) -> Submission:
    """A closed submission of one row."""
    values = {
        "unit": changes.pop("unit", None) or make_unit(),
        "item_version": item_version,
        "channel": "command",
        "file_name": "test.csv",
        "file_digest": next(_numbers).to_bytes(32, "big"),
        "file_size": 1,
        "state": "closed",
        "read_rows": 1,
        "accepted_rows": 1,
        "returned_rows": 0,
        "duplicate_rows": 0,
        "queued_rows": 0,
        "closed_at": datetime(2026, 11, 1, tzinfo=UTC),
    }
    return Submission.objects.create(**{**values, **changes})


def make_record(
    *,
    organization: Organization | None = None,
    subject: Subject | None = None,
    item_version: CatalogItemVersion | None = None,
    display_from: datetime | None = datetime(2026, 1, 1, tzinfo=UTC),
    display_to: datetime | None = datetime(2999, 1, 1, tzinfo=UTC),
    **changes: Any,
) -> RecordVersion:
    """A record with its first version, displayed for a long time unless told otherwise."""
    number = next(_numbers)
    version = item_version or make_item_version()
    subject = subject or (organization or make_organization()).subject
    record = CreditRecord.objects.create(
        subject=subject, id=1_000_000 + number, item=version.item, business_key=number.to_bytes(16, "big")
    )
    values = {
        "subject_id": subject.pk,
        "record_id": record.id,
        "number": 1,
        "item_version": version,
        "submission_id": changes.pop("submission_id", None) or make_submission(item_version=version).pk,
        "row_number": 2,
        "content_digest": number.to_bytes(16, "big"),
        "public_fields": {"title": f"第{number}号"},
        "document_kind": "administrative_penalty",
        "decided_on": date(2026, 1, 1),
        "display_from": display_from,
        "display_to": display_to,
    }
    return RecordVersion.objects.create(**{**values, **changes})


def make_event(version: RecordVersion, *, kind: str, effective_at: datetime, **changes: Any) -> RecordEvent:
    """Something that happened to a record, by a person."""
    values = {
        "subject_id": version.subject_id,
        "record_id": version.record_id,
        "kind": kind,
        "effective_at": effective_at,
        "by_account_id": 1,
        "reason": "test",
        "clause": "anshan-2022-9/11/1",
        "document_number": "虚撤字〔2026〕1号" if kind in ("withdrawn", "annulled") else "",
        "document_date": date(2026, 1, 2) if kind in ("withdrawn", "annulled") else None,
    }
    return RecordEvent.objects.create(**{**values, **changes})
