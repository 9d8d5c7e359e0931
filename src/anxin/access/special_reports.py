"""The special credit report (信用代证): a subject picks items and a period, and gets a numbered report at once, free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings

from anxin.access.checkpoints import latest_checkpoint
from anxin.access.issued_content import SPECIAL_REPORT, ReportPeriod, issued_content
from anxin.access.models import Representation
from anxin.access.services import IssuedReport, log_own_reading, read_for_report, register_report
from anxin.access.signing import signer
from anxin.access.special_content import Choice, PickedItem, narrowed
from anxin.authorities.models import Account
from anxin.catalog.queries import definitions_in_force
from anxin.kernel.corresponding_day import add_years
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.law.registry import load_pack
from anxin.subjects.models import Subject
from anxin.subjects.queries import read_person

CLAUSE = "special-credit-report-2025"
PURPOSE = "专项信用报告 / special credit report {first} – {last}"
_LOCAL = ZoneInfo("Asia/Shanghai")


class NothingPicked(Refusal):
    """No field was picked, or one that the catalog does not offer to this subject."""

    code: ClassVar[str] = "E-SPECIAL-FIELDS"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("请至少选择一个领域。", "Pick at least one field.")
    remedy = Bilingual("勾选一个或者多个领域后再出具。", "Tick one or more of the fields listed.")


class PeriodNotAllowed(Refusal):
    """Reversed, in the future, or longer than the rule allows."""

    code: ClassVar[str] = "E-SPECIAL-PERIOD"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "时段不对：最长 {years} 年，止于今天或者更早，起始日不晚于截止日。",
        "The period is not allowed: {years} years at most, ending today or earlier, beginning before it ends.",
    )
    remedy = Bilingual("请改正起止日期。", "Correct the two days.")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a subject may choose from: items, and the first and last day of the longest period."""

    items: tuple[PickedItem, ...]
    first: date
    last: date
    years: int


def special_offer(representation: Representation, at: datetime) -> Offer:
    """The adverse items of the catalog in force that know subjects of this kind."""
    today = at.astimezone(_LOCAL).date()
    kind = Subject.objects.get(pk=representation.subject_id).kind
    items = tuple(
        PickedItem(item.code, item.name.zh, item.name.en)
        for item in definitions_in_force(today)
        if item.adverse and kind in item.subject_kinds
    )
    years = load_pack(settings.LAW_PACK).parameter("special_report.longest_period").on(today)
    return Offer(items, add_years(today, -years), today, years)


@carries_out("anshan-2022-9/39/1", "anshan-2022-9/39/2")
def issue_special_report(
    *,
    representation: Representation,
    item_codes: Sequence[str],
    first: date,
    last: date,
    by: Account,
    at: datetime,
) -> IssuedReport:
    """Log exactly the picked items, read them through the gate, leave out what is sealed, sign and note the report.

    Raises `NothingPicked`, `PeriodNotAllowed`, `NotRepresented`, `LogNotCommitted`, `NoSigner`.
    """
    offer = special_offer(representation, at)
    items = tuple(item for item in offer.items if item.code in set(item_codes))
    if not items or len(items) != len(set(item_codes)):
        raise NothingPicked
    if not add_years(last, -offer.years) <= first <= last <= offer.last:
        raise PeriodNotAllowed(years=offer.years)
    codes = [item.code for item in items]
    purpose = PURPOSE.format(first=first, last=last)
    entry = log_own_reading(representation, by, at, purpose=purpose, fields=codes)
    read = narrowed(read_for_report(representation, entry, at), _choice(entry, items, first, last, offer))
    content = issued_content(
        read,
        kind=SPECIAL_REPORT,
        at=at,
        signer=signer().current,
        checkpoint=latest_checkpoint(),
        period=ReportPeriod(first=first.isoformat(), last=last.isoformat()),
    )
    return register_report(
        content,
        representation=representation,
        entry=entry,
        by=by,
        at=at,
        item_codes=codes,
        period=(first, last),
    )


def _choice(entry: int, items: tuple[PickedItem, ...], first: date, last: date, offer: Offer) -> Choice:
    person = read_person(log_entry_id=entry)
    if person is None:
        return Choice(items, first, last)
    adult_from = load_pack(settings.LAW_PACK).parameter("minor.adult_from").on(offer.last)
    return Choice(items, first, last, is_person=True, born_on=person.born_on, adult_from=adult_from)
