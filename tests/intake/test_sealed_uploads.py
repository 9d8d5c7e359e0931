"""An upload lies encrypted until it is processed, and is read as it was sent or not at all (Art. 14)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from tests.intake.submission_files import order_for

from anxin.cli import secret_files
from anxin.intake.files import StoredFile, store_upload
from anxin.intake.reading import SealedSource, SealingWriter, file_digest, open_table, sealed
from anxin.intake.refusals import UploadDamaged
from anxin.intake.sealed_uploads import open_content

FRAME, TAG = sealed.FRAME, sealed.TAG
NUMBER = b"210399199001010017"
TEXT = b"a,b\n" + b"".join(b"%d,%s\n" % (row, NUMBER) for row in range(3 * FRAME // 24))


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_FOLDER = tmp_path / "files"
    settings.KEY_RING = secret_files.environment(tmp_path / "private")["ANXIN_KEY_RING"]
    return tmp_path / "files" / "incoming"


def blocks(content: bytes, size: int = 100_000) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


def test_nothing_of_what_was_sent_is_readable_and_all_of_it_comes_back(place: Path) -> None:
    file = store_upload(blocks(TEXT), expected_size=len(TEXT))

    lying = file.path.read_bytes()
    source = open_content(order_for(file))

    assert NUMBER not in lying
    # Eight bytes: three may well stand in a hundred thousand by chance.
    assert not {TEXT[start : start + 8] for start in range(0, 4_000, 8)} & {
        lying[start : start + 8] for start in range(len(lying))
    }
    assert list(place.iterdir()) == [file.path]
    assert (source.size, b"".join(source.blocks(size=77_777))) == (len(TEXT), TEXT)
    assert file_digest(source) == file.digest
    assert source.read(FRAME - 5, 10) == TEXT[FRAME - 5 : FRAME + 5]
    assert source.read(len(TEXT) - 3, 10) == TEXT[-3:]
    assert source.read(len(TEXT), 10) == b""
    assert sum(frame.height for frame in open_table(source).frames()) == TEXT.count(b"\n") - 1


def test_the_same_file_twice_lies_under_two_keys() -> None:
    one, other = (store_upload([TEXT]).path.read_bytes() for _ in range(2))

    assert one[-1000:] != other[-1000:]


@given(
    st.lists(st.integers(0, 3 * FRAME), max_size=4),
    st.sampled_from([0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME]),
)
def test_every_length_in_every_portion_comes_back(cuts: list[int], length: int) -> None:
    content, key, file = os.urandom(length), sealed.new_key(), BytesIO()
    writer = SealingWriter(file, key, b"head")
    edges = [0, *sorted(min(cut, length) for cut in cuts), length]
    for start, end in pairwise(edges):
        writer.write(content[start:end])
    writer.finish()

    descriptor = os.memfd_create("sealed")
    os.write(descriptor, file.getvalue())
    source = SealedSource(descriptor, key, b"head")

    assert (source.size, source.read(0, length + 1)) == (length, content)


def torn_at(size: int) -> Callable[[bytearray], bytes]:
    return lambda lying: bytes(lying[:size])


def flipped(offset: int) -> Callable[[bytearray], bytes]:
    def change(lying: bytearray) -> bytes:
        lying[offset] ^= 1
        return bytes(lying)

    return change


def swapped(lying: bytearray) -> bytes:
    """The second frame and the third in each other's place."""
    head = len(lying) - len(TEXT) - TAG * -(-len(TEXT) // FRAME)
    step = FRAME + TAG
    first, second, third = (bytes(lying[head + i * step : head + (i + 1) * step]) for i in range(3))
    return bytes(lying[:head]) + first + third + second + bytes(lying[head + 3 * step :])


def without_last_frame(lying: bytearray) -> bytes:
    head = len(lying) - len(TEXT) - TAG * -(-len(TEXT) // FRAME)
    return bytes(lying[: head + (FRAME + TAG) * (len(TEXT) // FRAME)])


@pytest.mark.parametrize(
    "damage",
    [
        *(torn_at(size) for size in (0, 5, 40, 90, 200, FRAME, -1, -TAG, -FRAME)),
        *(flipped(offset) for offset in (0, 30, 70, 500, FRAME, 2 * FRAME, -1)),
        swapped,
        without_last_frame,
        lambda lying: bytes(lying) + b"\0",
        lambda lying: TEXT,
    ],
)
def test_a_torn_or_altered_upload_is_refused(damage: Callable[[bytearray], bytes]) -> None:
    file = store_upload([TEXT])
    file.path.write_bytes(damage(bytearray(file.path.read_bytes())))

    with pytest.raises(UploadDamaged) as refused:
        list(open_content(order_for(file)).blocks())
    assert refused.value.code == "E-STORED-DAMAGED"


def test_an_upload_put_in_the_place_of_another_is_refused() -> None:
    one, other = store_upload([TEXT]), store_upload([TEXT + b"1,2\n"])
    shutil.copy(one.path, other.path)

    with pytest.raises(UploadDamaged):
        open_content(order_for(other))


def test_without_a_ring_nothing_is_written(place: Path, settings: Any) -> None:
    settings.KEY_RING = ""

    with pytest.raises(ValueError, match="ANXIN_KEY_RING"):
        store_upload([TEXT])
    assert list(place.iterdir()) == []


def test_a_workbook_is_parsed_out_of_its_seal() -> None:
    (book := Workbook()).active.append(["a", "b"])  # type: ignore[union-attr]
    book.active.append(["1", "二"])  # type: ignore[union-attr]
    book.save(content := BytesIO())
    file: StoredFile = store_upload([content.getvalue()])

    frame = next(open_table(open_content(order_for(file))).frames())

    assert frame.select("a", "b").rows() == [("1", "二")]


def test_a_users_own_file_is_read_as_it_is(tmp_path: Path) -> None:
    (path := tmp_path / "own.csv").write_bytes(TEXT)
    file = store_upload([TEXT])

    assert open_content(order_for(file, path=path, sealed=False)).read(0, 3) == b"a,b"
