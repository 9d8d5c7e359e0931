"""Receiving apart from processing: one effect whatever is sent twice, killed, cut, or refused."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import IntegrityError, connection, connections
from openpyxl import load_workbook
from tests.intake.submission_files import AT, forget_jobs, order_for, register, stored

from anxin.audit.models import EventLogEntry
from anxin.cli import secret_files
from anxin.intake import files, receiving
from anxin.intake.files import FileTooLarge, UploadCut, remove_old_files, store_upload
from anxin.intake.models import ReturnedReason, Submission
from anxin.intake.queries import refusal_explained
from anxin.intake.receiving import KeyUsedBefore, ProcessingFailed, process_submission, receive_submission
from anxin.intake.refusals import UploadDamaged, WrongColumns, WrongDigest
from anxin.intake.returning import hand_out_workbook
from anxin.kernel.refusals import Refusal
from anxin.records.models import RecordVersion
from anxin.subjects.keys import KeyRing, load_key_ring

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_FOLDER = tmp_path / "files"
    settings.KEY_RING = secret_files.environment(tmp_path / "private")["ANXIN_KEY_RING"]
    call_command("load_pack", verbosity=0)
    forget_jobs()
    return tmp_path / "files"


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return load_key_ring(secret_files.environment(tmp_path / "private")["ANXIN_KEY_RING"])


def jobs() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args->>'number', status FROM procrastinate_jobs")
        return cursor.fetchall()


def uploads(place: Path) -> list[Path]:
    return list((place / "incoming").iterdir())


def test_receipt_and_job_are_one_and_the_file_is_private(place: Path) -> None:
    receipt = receive_submission(order=order_for(file := stored(register(3))), file=file)

    assert receipt.submission.state == "received"
    assert jobs() == [("process_submission", str(receipt.submission.pk), "todo")]
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert file.name.startswith(file.digest.hex())


def test_processing_closes_counts_keeps_the_workbook_sealed_and_forgets_the_file(
    place: Path, ring: KeyRing
) -> None:
    receipt = receive_submission(order=order_for(file := stored(register(5, bad=2))), file=file)
    done = process_submission(number=receipt.submission.pk, keys=ring, at=AT)

    assert (done.state, done.read_rows, done.accepted_rows, done.returned_rows) == ("closed", 5, 3, 2)
    assert (done.progress_rows, done.expected_rows) == (5, 5)
    assert RecordVersion.objects.filter(submission_id=done.pk).count() == 3
    assert uploads(place) == []
    sealed = (place / "returned" / done.returned_as).read_bytes()
    assert not sealed.startswith(b"PK")
    workbook = hand_out_workbook(submission=done, keys=ring, by_account_id=None)
    assert workbook is not None
    assert load_workbook(BytesIO(workbook)).worksheets[0].max_row == 3
    assert EventLogEntry.objects.filter(act="hand_out_returned").count() == 1


def test_progress_is_seen_from_outside_while_the_transaction_runs(
    monkeypatch: pytest.MonkeyPatch, ring: KeyRing
) -> None:
    receipt = receive_submission(order=order_for(file := stored(register(4))), file=file)
    seen: list[tuple[str, int]] = []
    close = receiving.finish_submission

    def watched(**given: Any) -> Any:
        tell = given["progress"]

        def told(rows: int) -> None:
            tell(rows)
            other = connections.create_connection("default")
            with other.cursor() as cursor:
                cursor.execute("SELECT state, progress_rows FROM intake_submission")
                seen.extend(cursor.fetchall())
            other.close()

        return close(**{**given, "progress": told})

    monkeypatch.setattr(receiving, "finish_submission", watched)
    process_submission(number=receipt.submission.pk, keys=ring, at=AT)
    assert seen == [("processing", 4)]


def test_f4_fifty_clients_with_one_key_have_one_effect(place: Path, ring: KeyRing) -> None:
    content = register(3)

    def send(client: int) -> tuple[int, bool]:
        try:
            file = stored(content)
            receipt = receive_submission(order=order_for(file, idempotency_key="api-one"), file=file)
            if not receipt.replayed:
                process_submission(number=receipt.submission.pk, keys=ring, at=AT)
            return receipt.submission.pk, receipt.replayed
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        receipts = list(pool.map(send, range(50)))

    assert len({number for number, _ in receipts}) == 1
    assert [replayed for _, replayed in receipts].count(False) == 1
    assert RecordVersion.objects.count() == 3
    assert len(jobs()) == 1
    assert uploads(place) == []


def test_f4_the_same_key_with_another_payload_is_refused(place: Path) -> None:
    receive_submission(order=order_for(file := stored(register(3)), idempotency_key="k"), file=file)
    with pytest.raises(KeyUsedBefore):
        receive_submission(order=order_for(file := stored(register(4)), idempotency_key="k"), file=file)
    assert Submission.objects.count() == len(uploads(place)) == 1


def test_a_refusal_had_no_effect_so_its_key_may_be_used_for_the_mended_file(
    place: Path, ring: KeyRing
) -> None:
    def hand_in(content: bytes) -> Submission:
        receipt = receive_submission(order=order_for(file := stored(content), idempotency_key="k"), file=file)
        assert not receipt.replayed
        return process_submission(number=receipt.submission.pk, keys=ring, at=AT)

    for _ in range(2):
        with pytest.raises(WrongColumns):
            hand_in(b"a,b\n1,2\n")
    done = hand_in(register(3))

    assert (done.state, done.accepted_rows) == ("closed", 3)
    assert [one.state for one in Submission.objects.order_by("pk")] == ["refused", "refused", "closed"]
    with pytest.raises(KeyUsedBefore):
        hand_in(register(4))


def test_a_key_stands_for_one_effect_whatever_the_code_does(place: Path) -> None:
    receive_submission(order=order_for(file := stored(register(3)), idempotency_key="k"), file=file)
    receive_submission(order=order_for(file := stored(register(4)), idempotency_key="l"), file=file)
    with pytest.raises(IntegrityError, match="idempotency_key_once"):
        Submission.objects.update(idempotency_key="k")


def test_the_same_file_under_another_key_gets_the_first_receipt(place: Path) -> None:
    first = receive_submission(order=order_for(file := stored(register(3)), idempotency_key="a"), file=file)
    again = receive_submission(order=order_for(file := stored(register(3)), idempotency_key="b"), file=file)
    assert (again.submission.pk, again.replayed) == (first.submission.pk, True)
    assert len(uploads(place)) == len(jobs()) == 1


def test_a_refused_file_leaves_its_code_and_nothing_of_itself(place: Path, ring: KeyRing) -> None:
    content = "张三丰,210399199001010018\n李四光,2020-01-01\n".encode()
    receipt = receive_submission(order=order_for(file := stored(content)), file=file)
    with pytest.raises(WrongColumns):
        process_submission(number=receipt.submission.pk, keys=ring, at=AT)

    kept = Submission.objects.get()
    assert (kept.state, kept.refusal_code, bytes(kept.file_digest)) == ("refused", "E-COL", b"")
    assert uploads(place) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(s)::text FROM intake_submission s")
        row = cursor.fetchone()[0] + str(list(EventLogEntry.objects.values_list("details", flat=True)))
    assert "张三丰" not in row
    assert "210399199001010018" not in row
    explained = refusal_explained(kept)
    assert explained is not None
    assert "统一社会信用代码" in explained[0].zh


def test_a_file_name_that_holds_a_personal_number_is_not_kept() -> None:
    file = stored(register(1))
    receipt = receive_submission(order=order_for(file, file_name="名单 11010519491231002X.csv"), file=file)
    assert receipt.submission.file_name == "–"


def test_a_wrong_digest_is_refused_and_seen_in_the_units_list(place: Path) -> None:
    with pytest.raises(WrongDigest):
        receive_submission(order=order_for(file := stored(register(2)), declared_digest=b"x" * 32), file=file)
    assert Submission.objects.get().refusal_code == "E-HASH"
    assert uploads(place) == jobs() == []


def test_a_failure_in_the_middle_leaves_nothing_and_the_next_attempt_has_one_effect(
    monkeypatch: pytest.MonkeyPatch, place: Path, ring: KeyRing
) -> None:
    number = receive_submission(order=order_for(file := stored(register(3, bad=1))), file=file).submission.pk

    def break_down(*arguments: Any, **named: Any) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr("anxin.intake.services.close_submission", break_down)
        with pytest.raises(RuntimeError):
            process_submission(number=number, keys=ring, at=AT)
    assert RecordVersion.objects.count() == ReturnedReason.objects.count() == 0
    assert Submission.objects.get().state == "processing"

    process_submission(number=number, keys=ring, at=AT)
    process_submission(number=number, keys=ring, at=AT)
    assert Submission.objects.get().state == "closed"
    assert RecordVersion.objects.count() == 2


def test_a_file_that_always_breaks_the_platform_is_given_up_with_a_code(
    monkeypatch: pytest.MonkeyPatch, place: Path, ring: KeyRing
) -> None:
    number = receive_submission(order=order_for(file := stored(register(3))), file=file).submission.pk

    def break_down(**named: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(receiving, "finish_submission", break_down)
    for _ in range(receiving.MOST_ATTEMPTS):
        with pytest.raises(MemoryError):
            process_submission(number=number, keys=ring, at=AT)
    with pytest.raises(ProcessingFailed):
        process_submission(number=number, keys=ring, at=AT)
    assert Submission.objects.get().refusal_code == "E-PROCESSING"
    assert uploads(place) == []


def test_an_upload_altered_while_it_waited_is_refused_and_goes(place: Path, ring: KeyRing) -> None:
    receipt = receive_submission(order=order_for(file := stored(register(3))), file=file)
    file.path.write_bytes(file.path.read_bytes()[:-1])

    with pytest.raises(UploadDamaged):
        process_submission(number=receipt.submission.pk, keys=ring, at=AT)
    assert Submission.objects.get().refusal_code == "E-STORED-DAMAGED"
    assert uploads(place) == []


def test_f3_a_cut_upload_leaves_no_file(place: Path) -> None:
    content = register(4000)
    for cut in range(0, len(content), 64 * 1024):
        with pytest.raises(UploadCut):
            store_upload([content[:cut]], expected_size=len(content))
    assert uploads(place) == []


def test_a_file_above_the_limit_is_refused_and_leaves_nothing(place: Path, settings: Any) -> None:
    settings.LARGEST_SUBMISSION = 1000
    with pytest.raises(FileTooLarge):
        store_upload([b"x" * 600, b"x" * 600])
    assert uploads(place) == []


def test_old_files_go_and_wanted_ones_stay(place: Path, ring: KeyRing, tmp_path: Path) -> None:
    wanted, other = stored(register(1)), stored(register(2))
    (book := tmp_path / "book").write_bytes(b"rows")
    name = files.keep_returned(book, ring)
    assert remove_old_files(at=AT.now(tz=AT.tzinfo), wanted=set()) == 0
    later = AT.now(tz=AT.tzinfo) + timedelta(days=29)
    assert remove_old_files(at=later, wanted={wanted.name}) == 2
    assert wanted.path.exists()
    assert not other.path.exists()
    assert files.read_returned(name, ring, ring.current) is None


def test_settings_allow_a_million_rows_of_thirty_columns() -> None:
    assert django_settings.LARGEST_SUBMISSION >= 1_000_000_000


def test_every_refusal_of_a_file_can_be_explained_later() -> None:
    named = [one for one in all_refusals(Refusal) if hasattr(one, "message")]
    assert len({one.__name__ for one in named}) == len(named) > 20
    for one in named:
        details = {"sentence": one.__name__}
        explained = refusal_explained(Submission(refusal_code=one.code, refusal_details=details))
        assert explained is not None
        assert all(len(text.zh) > 3 and len(text.en) > 3 for text in explained), one.__name__


def all_refusals(base: type[Refusal]) -> list[type[Refusal]]:
    return [found for one in base.__subclasses__() for found in (one, *all_refusals(one))]
