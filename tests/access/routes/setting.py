"""An organization and a person with records, a unit that may read by the use list, and a key ring of the test's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from anxin.access.models import Representation, UseListItem
from anxin.authorities.models import Account, RoleAssignment, Unit
from anxin.records.models import RecordVersion
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import NaturalPerson, Organization, PersonalIdentifier
from tests.factories import make_item_version, make_organization, make_person, make_record, make_unit

KEYS = KeyRing(current="k1", encryption={"k1": bytes(64)}, search={"k1": b"s" * 32})
NUMBER = "210399199001010015"
ITEM, SECOND, PERSONAL = "penalty", "listing", "qualification"
FIELDS = ("facts", "content", "remark")


def now() -> datetime:
    """The moment; grants compare with the database's own clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Setting:
    """What the tests of routes read."""

    organization: Organization
    person: NaturalPerson
    record: RecordVersion
    personal_record: RecordVersion
    unit: Unit
    officer: Account
    representative: Representation
    stranger: Account


def make_setting() -> Setting:
    """Everything, committed."""
    penalty = make_item_version(code=ITEM, fields=FIELDS)
    listing = make_item_version(code=SECOND, fields=("title",))
    personal = make_item_version(
        code=PERSONAL, fields=FIELDS, disclosure_class="on_application", subject_kinds=["natural_person"]
    )
    organization, person = make_organization(), make_person(name="虚构甲")
    PersonalIdentifier.objects.create(
        person=person, kind="resident_id_number", digest=KEYS.digest(NUMBER), encrypted=b"x", key_name="k1"
    )
    values = {name: f"{name}的内容" for name in FIELDS}
    record = make_record(organization=organization, item_version=penalty, public_fields=values)
    make_record(organization=organization, item_version=listing, public_fields={"title": "名单"})
    personal_record = make_record(
        subject=person.subject,
        item_version=personal,
        public_fields=values,
        display_from=None,
        display_to=None,
    )
    unit = make_unit(code="reading-unit")
    return Setting(
        organization=organization,
        person=person,
        record=record,
        personal_record=personal_record,
        unit=unit,
        officer=make_officer("officer", unit),
        representative=represent("representative", organization.pk),
        stranger=Account.objects.create(username="stranger", display_name="他人"),
    )


def make_officer(name: str, unit: Unit, role: str = "officer", since: date = date(2020, 1, 1)) -> Account:
    """An account with one role at a unit."""
    account = Account.objects.create(username=name, display_name=name)
    RoleAssignment.objects.create(
        account=account, unit=unit, role=role, territory="210300", period=(since, None)
    )
    return account


def represent(name: str, subject_id: int) -> Representation:
    """An account that represents a subject."""
    return Representation.objects.create(
        account=Account.objects.create(username=name, display_name=name),
        subject_id=subject_id,
        verification="counter",
        valid_from=now() - timedelta(days=1),
    )


def list_item(code: str = "permit-review", **changes: object) -> UseListItem:
    """An item of the use list in force."""
    values: dict[str, object] = {
        "code": code,
        "number": 1,
        "name_zh": "许可审查",
        "name_en": "Review of permits",
        "basis": "anshan-2022-9/20/2",
        "units": ["reading-unit"],
        "purposes": [["审查许可", "review of a permit"]],
        "subject_kinds": ["legal_person", "natural_person"],
        "fields": [f"{ITEM}.facts", SECOND, f"{PERSONAL}.facts"],
        "valid_from": date(2022, 8, 14),
        "pack": "test",
    }
    return UseListItem.objects.create(**{**values, **changes})
