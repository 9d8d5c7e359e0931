"""Acts on organizations: names and branches (Art. 12). Each leaves an event; a name never decides identity."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.db import transaction

from anxin.audit.services import record_event
from anxin.authorities.models import Account
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.subjects.folding import bigrams, fold_name
from anxin.subjects.models import FormerName, Organization

CLAUSE = "anshan-2022-9/12/2"
SHORTEST_NAME = 2


class NameNotUsable(Refusal):
    """The name is too short or too long, or the one the organization bears already."""

    code: ClassVar[str] = "E-NAME"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "名称太短、太长，或者与现用名称相同。", "The name is too short, too long, or the present one."
    )
    remedy = Bilingual("请核对登记机关给出的名称。", "Compare it with what the registry says.")


class FormerNameKnown(Refusal):
    """This former name with this end is on file, or its period does not fit."""

    code: ClassVar[str] = "E-FORMER-NAME"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "这个曾用名已经登记，或者起止日期颠倒。", "This former name is on file, or its dates are reversed."
    )
    remedy = Bilingual("请核对名称与起止日期。", "Compare name and dates.")


class BranchNotPossible(Refusal):
    """An organization is no branch of itself or of its own branch; the parent must be on file."""

    code: ClassVar[str] = "E-BRANCH"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("不能登记这样的分支关系。", "Such a branch cannot be registered.")
    remedy = Bilingual(
        "请核对上级单位的统一社会信用代码。", "Compare the parent's unified social credit code."
    )


@transaction.atomic
def record_former_name(
    *,
    organization: Organization,
    name: str,
    ended_on: date,
    by: Account | None,
    at: datetime,
    began_on: date | None = None,
) -> FormerName:
    """Note a name borne until before `ended_on`; search finds it. Raises `NameNotUsable`, `FormerNameKnown`."""
    held = _locked(organization)
    text = name.strip()
    _check_name(held, text)
    known = FormerName.objects.filter(organization=held, name=text, valid_to=ended_on).exists()
    if known or (began_on is not None and began_on >= ended_on):
        raise FormerNameKnown
    made = add_former_name(held, text, ended_on, began_on)
    _receipt("record_former_name", held, by, {"former_name": made.pk})
    return made


@transaction.atomic
def rename_organization(
    *, organization: Organization, name: str, since: date, by: Account | None, at: datetime
) -> FormerName:
    """Give an organization a new name; the old one becomes a former name that ended on `since`."""
    held = _locked(organization)
    former = change_name(held, name.strip(), since)
    _receipt("rename_organization", held, by, {"former_name": former.pk, "since": since.isoformat()})
    return former


@transaction.atomic
def register_branch(
    *, organization: Organization, parent_uscc: str, by: Account | None, at: datetime
) -> Organization:
    """Say whose branch an organization is; its records stay its own. Raises `BranchNotPossible`."""
    held = _locked(organization)
    parent = Organization.objects.filter(uscc=parent_uscc).first()
    if parent is None or parent.pk == held.pk or parent.parent_uscc == held.uscc:
        raise BranchNotPossible
    held.parent_uscc = parent_uscc
    held.save(update_fields=["parent_uscc"])
    _receipt("register_branch", held, by, {"parent": parent_uscc})
    return held


def change_name(held: Organization, name: str, since: date) -> FormerName:
    """Set the present name and keep the old one, without a receipt: for acts that write their own.

    `held` must be locked. Raises `NameNotUsable`, `FormerNameKnown`.
    """
    _check_name(held, name)
    if FormerName.objects.filter(organization=held, name=held.name, valid_to=since).exists():
        raise FormerNameKnown
    former = add_former_name(held, held.name, since)
    set_name(held, name)
    return former


def set_name(held: Organization, name: str) -> None:
    """Write the present name with what search needs of it."""
    folded = fold_name(name)
    held.name, held.name_folded, held.bigrams = name, folded, bigrams(folded)
    held.save(update_fields=["name", "name_folded", "bigrams"])


def add_former_name(
    held: Organization, name: str, ended_on: date, began_on: date | None = None
) -> FormerName:
    """Write a former name with what search needs of it."""
    folded = fold_name(name)
    return FormerName.objects.create(
        organization=held,
        name=name,
        name_folded=folded,
        bigrams=bigrams(folded),
        valid_from=began_on,
        valid_to=ended_on,
    )


def _locked(organization: Organization) -> Organization:
    return Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)


def _check_name(held: Organization, name: str) -> None:
    longest = Organization._meta.get_field("name").max_length or 0
    folded = fold_name(name)
    if len(folded) < SHORTEST_NAME or len(name) > longest or folded == held.name_folded:
        raise NameNotUsable


def _receipt(act: str, held: Organization, by: Account | None, details: dict[str, Any]) -> None:
    record_event(
        act=act,
        by_account_id=by.pk if by is not None else None,
        subject_id=held.pk,
        clause=CLAUSE,
        details=details,
    )
