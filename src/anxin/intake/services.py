"""The act of taking in a file (Art. 11, 12): one transaction from file to stored records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from django.db import IntegrityError, transaction

from anxin.audit.casework import casework
from anxin.audit.services import Reading, Route, System, log_query, record_event
from anxin.authorities.models import Unit
from anxin.catalog.definitions import ItemDefinition
from anxin.catalog.queries import item_definition
from anxin.intake.header import Mapping, load_mapping
from anxin.intake.models import Submission
from anxin.intake.orders import Order, Outcome
from anxin.intake.pipeline import run_pipeline
from anxin.intake.reading import check_digest, file_digest
from anxin.intake.sealed_uploads import open_content
from anxin.kernel.identifiers import find_personal_numbers
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.subjects.keys import KeyRing

CLAUSE = "anshan-2022-9/11/1"
MATCHING_CLAUSE = "anshan-2022-9/12/2"
PURPOSE = "与已存信息比对 / comparing with what is on file"
WORDS_OF_THE_PACK = {"categories", "place"}
MISSING_COLUMNS = "缺列/missing: "


class UnknownUnit(Refusal):
    """Only a unit that the catalog names as the item's source may report it."""

    code: ClassVar[str] = "E-UNIT"
    clause: ClassVar[str | None] = "anshan-2022-9/10/2"
    message = Bilingual(
        "单位“{unit}”不是条目“{item}”的归集来源。", "Unit “{unit}” is not a source of item “{item}”."
    )
    remedy = Bilingual("目录载明的来源是：{sources}。", "The catalog names: {sources}.")


class StillInProgress(Refusal):
    """Two at once have one effect; the second waits for the first."""

    code: ClassVar[str] = "E-IN-PROGRESS"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("同一个文件正在处理。", "The same file is being processed.")
    remedy = Bilingual(
        "请稍后再查结果，不必重报。", "Look again in a moment; there is no need to send it again."
    )


class _DryRun(Exception):
    """Rolls everything back after a trial."""


@casework()
def take_in(order: Order, keys: KeyRing | None) -> Outcome:
    """Log the comparing with what is on file, then `store_file`. Raises `LogNotCommitted` and the refusals of that."""
    digest = file_digest(open_content(order))
    log_matching(digest.hex()[:16], order)
    return store_file(order, keys, digest)


def log_matching(case: str, order: Order) -> None:
    """One committed entry about no one subject: the rows of this file are going to be compared with what is on file."""
    log_query(
        Reading(
            route=Route.MATCHING,
            system=System.API if order.channel == "api" else System.JOB,
            reader_account_id=order.by_account_id or 0,
            reader_unit_code=order.unit or "",
            purpose=PURPOSE,
            clause=MATCHING_CLAUSE,
            case_reference=f"submission/{case}",
            fields=[order.item],
        )
    )


@carries_out("anshan-2022-9/11/1")
def store_file(order: Order, keys: KeyRing | None, digest: bytes | None = None) -> Outcome:
    """Check, link and store a file, or give the receipt of the same file again. Raises `Refusal` for whole files.

    All or nothing: after a refusal, a crash or a dry run the database holds nothing of the file.
    """
    item = item_definition(order.item, order.as_of)
    unit = source_unit(item, order.unit)
    mapping = load_mapping(order.mapping)
    digest = digest or file_digest(open_content(order))
    check_digest(digest, order.declared_digest)
    stored = same_file(unit, item, mapping, digest)
    if stored is not None and not order.dry_run:
        return receipt_of(stored)
    outcome = Outcome(declared=order.declared)
    try:
        with transaction.atomic():
            submission = open_submission(
                order, item, unit, mapping, digest, state=Submission.State.PROCESSING
            )
            outcome.submission = submission.pk
            run_pipeline(order, item, mapping, submission, outcome, keys)
            close_submission(submission, outcome, by_account_id=order.by_account_id, at=order.received_at)
            if order.dry_run:
                raise _DryRun
    except _DryRun:
        outcome.submission = None
    except IntegrityError:
        # Somebody else took the same file in while we did.
        stored = same_file(unit, item, mapping, digest)
        if stored is None:
            raise
        return receipt_of(stored)
    return outcome


def finish_submission(
    *,
    submission: Submission,
    order: Order,
    item: ItemDefinition,
    keys: KeyRing | None,
    progress: Callable[[int], None],
    keep: Callable[[], str],
    at: datetime,
) -> Outcome:
    """Process a submission that was received before, all or nothing. Raises `Refusal`.

    `keep` is called before the commit, stores the returned workbook and gives its name.
    """
    outcome = Outcome(declared=order.declared, submission=submission.pk)
    with transaction.atomic():
        run_pipeline(order, item, load_mapping(order.mapping), submission, outcome, keys, progress)
        name = keep() if keys is not None and outcome.returned else ""
        if name and keys is not None:
            Submission.objects.filter(pk=submission.pk).update(returned_as=name, returned_key=keys.current)
        close_submission(submission, outcome, by_account_id=order.by_account_id, at=at)
    return outcome


def refuse_submission(
    *, submission: Submission, refusal: Refusal, by_account_id: int | None, at: datetime
) -> None:
    """Close a received submission as refused as a whole; of its file nothing is kept."""
    with transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(
            state=Submission.State.REFUSED, file_digest=b"", stored_as="", closed_at=at, **_why(refusal)
        )
        _tell_refusal(submission.pk, refusal, by_account_id)


def record_refusal(*, order: Order, refusal: Refusal, at: datetime) -> Submission | None:
    """Note a file that was refused on the spot, so that its unit finds it; None where unit or item are unknown."""
    if order.dry_run:
        return None
    try:
        item = item_definition(order.item, order.as_of)
        unit = source_unit(item, order.unit)
        with transaction.atomic():
            submission = Submission.objects.create(
                **_common(order, item, unit), state=Submission.State.REFUSED, closed_at=at, **_why(refusal)
            )
            _tell_refusal(submission.pk, refusal, order.by_account_id)
    except (Refusal, IntegrityError):
        return None
    return submission


def _why(refusal: Refusal) -> dict[str, object]:
    """Numbers and words of the pack may be kept; other texts may come out of the file, so they may not."""
    kept: dict[str, object] = {
        name: value
        for name, value in refusal.values.items()
        if isinstance(value, int) or name in WORDS_OF_THE_PACK
    }
    # Of a header that does not fit, only the item's own columns are named: the others may be anything.
    missing = str(refusal.values.get("details", "")).split("; ")[-1]
    if missing.startswith(MISSING_COLUMNS):
        kept["details"] = missing
    # Several refusals share a code and differ in their sentence.
    kept["sentence"] = type(refusal).__name__
    return {"refusal_code": refusal.code, "refusal_details": kept}


def _tell_refusal(number: int, refusal: Refusal, by_account_id: int | None) -> None:
    record_event(
        act="refuse_submission",
        by_account_id=by_account_id,
        clause=refusal.clause or CLAUSE,
        details={"submission": number, "code": refusal.code},
    )


def source_unit(item: ItemDefinition, code: str | None) -> Unit:
    """The unit that reports, the item's first source where none is named. Raises `UnknownUnit`."""
    wanted = code or item.source_units[0]
    unit = Unit.objects.filter(code=wanted).first()
    if unit is None or wanted not in item.source_units:
        raise UnknownUnit(unit=wanted, item=item.code, sources="、".join(item.source_units))
    return unit


def same_file(unit: Unit, item: ItemDefinition, mapping: Mapping, digest: bytes) -> Submission | None:
    """The submission that took the same file in, or is about to."""
    return (
        Submission.objects.filter(
            unit=unit, item_version_id=item.version_id, mapping=mapping.name, file_digest=digest
        )
        .exclude(state=Submission.State.REFUSED)
        .first()
    )


def receipt_of(submission: Submission) -> Outcome:
    """The outcome that was written down when the file was first taken in. Raises `StillInProgress` before that."""
    if submission.state != Submission.State.CLOSED:
        raise StillInProgress
    return Outcome(
        declared=submission.declared_rows,
        read=submission.read_rows or 0,
        accepted=submission.accepted_rows or 0,
        returned=submission.returned_rows or 0,
        duplicates=submission.duplicate_rows or 0,
        linked=submission.linked_rows or 0,
        queued=submission.queued_rows or 0,
        late=submission.late_rows,
        warnings=submission.warnings,
        reasons=submission.reasons,
        submission=submission.pk,
        replayed=True,
    )


def open_submission(
    order: Order, item: ItemDefinition, unit: Unit, mapping: Mapping, digest: bytes, **more: object
) -> Submission:
    """Write down that a file came. Raises IntegrityError where the same file or key came before."""
    return Submission.objects.create(
        **_common(order, item, unit), **{"mapping": mapping.name, "file_digest": digest, **more}
    )


def _common(order: Order, item: ItemDefinition, unit: Unit) -> dict[str, object]:
    return {
        "unit": unit,
        "item_version_id": item.version_id,
        "channel": order.channel,
        "file_name": _harmless(order.file_name or order.path.name),
        "file_size": order.path.stat().st_size if order.file_size is None else order.file_size,
        "idempotency_key": order.idempotency_key,
        "declared_rows": order.declared,
        "declared_encoding": order.declared_encoding,
        "by_id": order.by_account_id,
        "received_at": order.received_at,
    }


def _harmless(name: str) -> str:
    """A file's name on one line; one that holds a personal number is not kept."""
    line = "".join(character if character.isprintable() else " " for character in name)[:200]
    return "–" if find_personal_numbers(line) else line


def close_submission(
    submission: Submission, outcome: Outcome, *, by_account_id: int | None, at: datetime
) -> None:
    """Write down what became of every row; the database refuses it where one is lost."""
    Submission.objects.filter(pk=submission.pk).update(
        state=Submission.State.CLOSED,
        read_rows=outcome.read,
        accepted_rows=outcome.accepted,
        returned_rows=outcome.returned,
        duplicate_rows=outcome.duplicates,
        queued_rows=outcome.queued,
        linked_rows=outcome.linked,
        late_rows=outcome.late,
        reasons=outcome.reasons,
        warnings=outcome.warnings,
        stored_as="",
        closed_at=at,
    )
    record_event(
        act="take_in_submission",
        by_account_id=by_account_id,
        clause=CLAUSE,
        details={"submission": submission.pk, "read": outcome.read, "accepted": outcome.accepted},
    )
