"""The public answer about an organization, built the usual way: Django models, a query for each kind of thing."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from anxin.authorities.models import Unit
from anxin.catalog.models import CatalogField, CatalogItemVersion
from anxin.intake.models import Submission
from anxin.records.models import CreditRecord, RecordEvent, RecordVersion
from anxin.subjects.models import FormerName, Organization

PAGE_SIZE = 20


def organization(uscc: str) -> dict[str, Any] | None:
    """The same facts as `anxin.access.published.organization_page` gives for the first page."""
    found = Organization.objects.filter(uscc=uscc, sole_proprietor=False).first()
    if found is None:
        return None
    shown = _shown(found.subject_id)
    page = shown[:PAGE_SIZE]
    public = CatalogField.objects.filter(visibility="public").order_by("position")
    items = {
        one.pk: one
        for one in CatalogItemVersion.objects.filter(pk__in={v.item_version_id for v in page})
        .select_related("item")
        .prefetch_related(Prefetch("fields", queryset=public, to_attr="shown_fields"))
    }
    files = Submission.objects.in_bulk({version.submission_id for version in page})
    units = Unit.objects.in_bulk({file.unit_id for file in files.values()})
    former = FormerName.objects.filter(organization_id=found.subject_id).order_by("-valid_to")
    return {
        "as_of": timezone.now().isoformat(),
        "uscc": found.uscc,
        "name": found.name,
        "registered_on": found.registered_on and found.registered_on.isoformat(),
        "division_code": found.division_code,
        "parent_uscc": found.parent_uscc,
        "former_names": [{"name": one.name, "valid_to": one.valid_to.isoformat()} for one in former],
        "record_count": len(shown),
        "records": [
            _record(version, items[version.item_version_id], files[version.submission_id], units)
            for version in page
        ],
    }


def _shown(subject: int) -> list[RecordVersion]:
    now = timezone.now()
    records = {record.id: record for record in CreditRecord.objects.filter(subject_id=subject)}
    ended = set(
        RecordEvent.objects.filter(
            subject_id=subject, effective_at__lte=now, kind__in=RecordEvent.ENDING
        ).values_list("record_id", flat=True)
    )
    latest: dict[int, RecordVersion] = {}
    for version in RecordVersion.objects.filter(subject_id=subject).order_by("number"):
        latest[version.record_id] = version
    shown = [
        version
        for number, version in latest.items()
        if number in records
        and number not in ended
        and version.display_from
        and version.display_from <= now < version.display_to
    ]
    return sorted(shown, key=lambda version: (version.decided_on is None, version.decided_on), reverse=True)


def _record(
    version: RecordVersion, item: CatalogItemVersion, file: Submission, units: dict[int, Unit]
) -> dict[str, Any]:
    unit = units[file.unit_id]
    return {
        "record": version.record_id,
        "version": version.number,
        "item": item.item.code,
        "name_zh": item.name_zh,
        "name_en": item.name_en,
        "section": item.report_section,
        "document_number": version.document_number,
        "decided_on": version.decided_on and version.decided_on.isoformat(),
        "tier": version.tier,
        "display_from": version.display_from and version.display_from.isoformat(),
        "display_to": version.display_to and version.display_to.isoformat(),
        "unit_zh": unit.name_zh,
        "unit_en": unit.name_en,
        "file_digest": bytes(file.file_digest).hex(),
        "row_number": version.row_number,
        "fields": [
            {
                "name": field.name,
                "label_zh": field.label_zh,
                "label_en": field.label_en,
                "type": field.type,
                "value": version.public_fields.get(field.name),
            }
            for field in item.shown_fields
            if version.public_fields.get(field.name) is not None
        ],
    }
