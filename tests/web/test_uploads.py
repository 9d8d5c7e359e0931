"""What arrives in a form: refused before it is read, cut on its way, or without room on the disk."""

from __future__ import annotations

import errno
import socket
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from anxin.authorities.models import Unit
from anxin.authorities.services import issue_provider_key
from anxin.intake import receiving, uploading
from anxin.intake.models import Submission
from anxin.subjects.keys import load_key_ring
from tests.intake.submission_files import register
from tests.web.desk_city import client_of, make_desk

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
BOUNDARY = "a-boundary-of-the-form"
FORM = {"unit": "market-regulator", "item": "registration", "mapping": "org-register", "declared": "40"}


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> Path:
    make_desk(settings, tmp_path)
    settings.DATA_FOLDER = tmp_path / "files"
    # Every file goes the way of a large one.
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    return tmp_path / "files"


@pytest.fixture
def clerk() -> Client:
    return client_of("clerk", "clerk", "market-regulator")


def left(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def send(client: Client) -> Any:
    file = SimpleUploadedFile("register.csv", register(40))
    return client.post("/desk/intake/", {**FORM, "token": "t1", "file": file})


class Untouched:
    """A body that nobody may read."""

    def read(self, *size: int) -> bytes:
        raise AssertionError("the body was read")

    readline = read


@pytest.mark.parametrize(
    ("path", "signed_in", "length", "limit"),
    [
        ("/desk/intake/", True, 2_000_100_001, "2000 MB"),
        ("/desk/intake/", False, 10_000_001, "10 MB"),
        ("/sign-in/", False, 10_000_001, "10 MB"),
    ],
)
def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    clerk: Client, path: str, signed_in: bool, length: int, limit: str
) -> None:
    visitor = clerk if signed_in else Client()
    answer = visitor.post(path, CONTENT_LENGTH=str(length), **{"wsgi.input": Untouched()})
    assert answer.status_code == 413
    assert limit in answer.content.decode()


def test_a_large_upload_lies_in_a_private_folder_and_goes(
    clerk: Client, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    complete = uploading.PrivateFile.file_complete

    def watched(handler: uploading.PrivateFile, size: int) -> Any:
        file = Path(handler.file.temporary_file_path())
        seen.append((stat.S_IMODE(file.parent.stat().st_mode), stat.S_IMODE(file.stat().st_mode)))
        assert file.parent == place / "uploading"
        return complete(handler, size)

    monkeypatch.setattr(uploading.PrivateFile, "file_complete", watched)
    assert send(clerk).status_code == 302
    assert seen == [(0o700, 0o600)]
    assert left(place) == []
    assert Submission.objects.get().accepted_rows == 40


def no_space(*arguments: Any, **named: Any) -> Any:
    raise OSError(errno.ENOSPC, "no space")


class FullFile:
    """A file on a disk without room: it can be made, and nothing more."""

    name = "full"
    write = no_space

    def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("anxin.intake.uploading.NamedTemporaryFile", no_space),
        ("anxin.intake.uploading.NamedTemporaryFile", lambda **named: FullFile()),
        ("anxin.intake.files.os.fsync", no_space),
        ("anxin.intake.files.Path.mkdir", no_space),
    ],
    ids=["no room to begin", "no room for a block", "no room to keep it", "no room for a folder"],
)
def test_a_full_disk_is_507_with_a_sentence_and_what_was_typed(
    clerk: Client, place: Path, monkeypatch: pytest.MonkeyPatch, where: str, what: Any
) -> None:
    with monkeypatch.context() as full:
        full.setattr(where, what)
        answer = send(clerk)
    assert answer.status_code == 507
    page = answer.content.decode()
    assert "平台的磁盘已满" in page
    assert '<option value="registration" selected>' in page
    assert 'value="40"' in page
    assert left(place) == []
    assert not Submission.objects.exists()
    assert send(clerk).status_code == 302


def key_of_a_system() -> str:
    return issue_provider_key(
        unit=Unit.objects.get(code="market-regulator"),
        by_account_id=None,
        at=timezone.now(),
        valid_for=timedelta(days=1),
    )


def test_a_systems_form_on_a_full_disk_is_507_with_its_problem_document(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = SimpleUploadedFile("register.csv", register(40))
    monkeypatch.setattr(uploading, "NamedTemporaryFile", no_space)
    answer = Client().post(
        "/api/submissions",
        {"item": "registration", "mapping": "org-register", "declared_rows": "40", "file": file},
        headers={"Authorization": f"Bearer {key_of_a_system()}", "Idempotency-Key": "k"},
    )
    assert (answer.status_code, answer.json()["code"]) == (507, "E-FULL")
    assert answer["Content-Type"] == "application/problem+json"
    assert left(place) == []
    assert not Submission.objects.exists()


def test_where_the_disk_fills_up_during_processing_the_receipt_stands_and_its_job_comes(
    clerk: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(receiving, "_work", no_space)
        assert send(clerk).status_code == 302
    assert Submission.objects.get().state == "processing"
    number = Submission.objects.get().pk
    receiving.process_submission(number=number, keys=load_key_ring(settings.KEY_RING), at=timezone.now())
    assert Submission.objects.get().accepted_rows == 40


def half_sent(live_server: Any, path: str, headers: dict[str, str], body: bytes) -> None:
    """Half of a request over a socket, and then nobody is there any more."""
    address = urlsplit(live_server.url)
    head = {"Host": address.netloc, "Content-Length": str(len(body)), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    with socket.create_connection((address.hostname, address.port)) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body[: len(body) // 2])
        line.shutdown(socket.SHUT_WR)
        line.settimeout(20)
        # Wait for the server's end, so that it has done whatever it does.
        while line.recv(65536):
            pass


def test_f3_a_cut_form_leaves_nothing(live_server: Any, clerk: Client, place: Path) -> None:
    token = clerk.get("/desk/intake/").cookies["csrftoken"].value
    fields = {**FORM, "token": "t1", "declared": "", "csrfmiddlewaretoken": token}
    begin = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    begin += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="register.csv"\r\n\r\n'
    body = begin.encode() + register(4000) + f"\r\n--{BOUNDARY}--\r\n".encode()
    cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in clerk.cookies.items())

    kind = f"multipart/form-data; boundary={BOUNDARY}"
    half_sent(live_server, "/desk/intake/", {"Cookie": cookies, "Content-Type": kind}, body)

    assert left(place) == []
    assert not Submission.objects.exists()


@pytest.mark.parametrize("kind", ["text/csv", "application/json"])
def test_f3_a_cut_body_of_a_system_leaves_nothing(live_server: Any, place: Path, kind: str) -> None:
    headers = {
        "Authorization": f"Bearer {key_of_a_system()}",
        "Idempotency-Key": "k",
        "Content-Type": kind,
    }
    path = "/api/submissions?item=registration&mapping=org-register&declared_rows=2000"

    half_sent(live_server, path, headers, register(4000))

    assert left(place) == []
    assert not Submission.objects.exists()
