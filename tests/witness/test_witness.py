"""What a witness cosigns and what it refuses, and that its memory survives a crash at every step."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from anxin.audit.tree.keys import LOG, WITNESS, SigningKey, VerifierKey
from anxin.audit.tree.notes import Note, is_signed, parse_signature, sign
from anxin.witness.requests import LARGEST_BODY
from anxin.witness.store import EVIDENCE, HELD, KEY, Store, StoreUnusable
from anxin.witness.witness import SIZE_TYPE, Answer, Witness
from tests.witness import sealed_log
from tests.witness.sealed_log import SealedLog

LOGGED = SealedLog(200)
FORK = SealedLog(200, branch="other", fork_at=60)
NAME = "example.org/witness"


class Clock:
    now = 1_764_000_000.9

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "witness"


@pytest.fixture
def opened(folder: Path) -> Iterator[Callable[..., Witness]]:
    stores: list[Store] = []

    def open_again(
        keys: list[VerifierKey] | None = None, clock: Callable[[], float] | None = None
    ) -> Witness:
        while stores:
            stores.pop().close()
        stores.append(Store(folder, NAME))
        return Witness(stores[-1], keys or [sealed_log.KEY.verifier], clock or Clock())

    yield open_again
    while stores:
        stores.pop().close()


@pytest.fixture
def witness(opened: Callable[..., Witness]) -> Witness:
    return opened()


def add(witness: Witness, old: int, size: int, log: SealedLog = LOGGED, note: Note | None = None) -> Answer:
    return witness.add_checkpoint(log.submission(old, size, note).encode())


def test_a_log_that_grows_is_cosigned_step_by_step(witness: Witness) -> None:
    for old, size in [(0, 0), (0, 1), (1, 7), (7, 7), (7, 64), (64, 200)]:
        answer = add(witness, old, size)
        assert answer.status == HTTPStatus.OK, (old, size, answer.text)
        cosigned = LOGGED.note(size).with_signatures([parse_signature(answer.text.removesuffix("\n"))])
        assert is_signed(cosigned, [witness.store.key.verifier])
        assert cosigned.signatures[-1].time == 1_764_000_000


def test_an_old_size_that_is_not_the_held_one_is_told_the_held_one(witness: Witness) -> None:
    assert add(witness, 5, 9) == Answer(HTTPStatus.CONFLICT, "0\n", SIZE_TYPE)
    add(witness, 0, 60)
    for old in (0, 59, 61, 200):
        assert add(witness, old, 200) == Answer(HTTPStatus.CONFLICT, "60\n", SIZE_TYPE)


def test_a_log_that_was_rolled_back_is_refused(witness: Witness) -> None:
    add(witness, 0, 100)
    assert add(witness, 0, 60) == Answer(HTTPStatus.CONFLICT, "100\n", SIZE_TYPE)
    answer = add(witness, 100, 60)
    assert (answer.status, answer.text) == (HTTPStatus.UNPROCESSABLE_ENTITY, "the log has become smaller\n")
    assert add(witness, 100, 200).status == HTTPStatus.OK


def test_a_forked_log_is_refused_and_its_signed_contradiction_kept(witness: Witness, folder: Path) -> None:
    add(witness, 0, 100)
    assert add(witness, 100, 100, FORK) == Answer(HTTPStatus.CONFLICT, "100\n", SIZE_TYPE)
    assert add(witness, 100, 200, FORK).status == HTTPStatus.UNPROCESSABLE_ENTITY
    kept = {path.read_text() for path in (folder / EVIDENCE).iterdir()}
    assert kept == {str(FORK.note(100)), str(FORK.note(200))}
    held = witness.store.held(sealed_log.ORIGIN)
    assert held is not None
    assert held.checkpoint == LOGGED.checkpoint(100)


def test_another_second_root_of_the_same_tree_is_refused(witness: Witness) -> None:
    add(witness, 0, 100)
    text = replace(LOGGED.checkpoint(100), sm3_root=b"x" * 32).text
    other = Note(text).with_signatures([sign(text, sealed_log.KEY)])
    assert add(witness, 100, 100, note=other).status == HTTPStatus.CONFLICT


def test_wrong_proofs_are_refused(witness: Witness) -> None:
    note = LOGGED.note(100)
    assert witness.add_checkpoint(f"old 0\n{'A' * 43}=\n\n{note}".encode()).status == 422
    add(witness, 0, 60)
    for proof in ("", f"{'A' * 43}=\n", "AAAA\n", f"{'A' * 43}=\n" * 63):
        assert witness.add_checkpoint(f"old 60\n{proof}\n{note}".encode()).status == 422
    empty = replace(LOGGED.checkpoint(0), root=b"x" * 32, origin=sealed_log.ORIGIN).text
    fresh = Note(empty).with_signatures([sign(empty, sealed_log.KEY)])
    assert add(witness, 60, 0, note=fresh).status == 422


def test_unknown_logs_and_keys_are_refused(witness: Witness) -> None:
    stranger = SealedLog(5, key=SigningKey.make("example.org/other", LOG))
    assert add(witness, 0, 5, stranger).status == HTTPStatus.NOT_FOUND
    impostor = SealedLog(5, key=SigningKey.make(sealed_log.ORIGIN, LOG))
    assert add(witness, 0, 5, impostor).status == HTTPStatus.FORBIDDEN
    genuine = LOGGED.note(5).signatures[0]
    moved = Note(LOGGED.checkpoint(6).text, (genuine,))
    assert add(witness, 0, 6, note=moved).status == HTTPStatus.FORBIDDEN
    assert witness.store.all_held() == []


def test_a_key_signs_within_its_time_and_keys_overlap(opened: Callable[..., Witness]) -> None:
    new = SigningKey.make(sealed_log.ORIGIN, LOG)
    clock = Clock()
    keys = [
        replace(sealed_log.KEY.verifier, ends=int(clock.now) + 10),
        replace(new.verifier, begins=int(clock.now) - 10),
    ]
    witness = opened(keys, clock)
    renewed = SealedLog(200, key=new)
    assert add(witness, 0, 10).status == add(witness, 10, 20, renewed).status == HTTPStatus.OK
    clock.now += 10
    assert add(witness, 20, 30).status == HTTPStatus.FORBIDDEN
    assert add(witness, 20, 30, renewed).status == HTTPStatus.OK


def test_a_clock_set_back_makes_no_later_tree_look_older(opened: Callable[..., Witness]) -> None:
    clock = Clock()
    witness = opened(clock=clock)
    add(witness, 0, 10)
    clock.now -= 5_000
    answer = add(witness, 10, 20)
    assert parse_signature(answer.text.removesuffix("\n")).time == 1_764_000_000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"old 0\n",
        b"old 00\n\n",
        b"old -1\n\n",
        b"old 0\n\nx",
        b"old 0\nnot base64\n\n",
        b"old 0\n\n" + LOGGED.checkpoint(5).text.encode(),
        ("old 0\n" + ("A" * 43 + "=\n") * 64 + f"\n{LOGGED.note(5)}").encode(),
        LOGGED.submission(0, 5).replace("old 0", "old  0").encode(),
        LOGGED.submission(0, 5).replace("\n5\n", "\n05\n").encode(),
        LOGGED.submission(0, 5)[:-1].encode(),
    ],
)
def test_malformed_requests_are_refused(body: bytes, witness: Witness) -> None:
    assert witness.add_checkpoint(body).status == HTTPStatus.BAD_REQUEST
    assert len(body) < LARGEST_BODY


class Crash(BaseException):
    """The machine stops here."""


def crash_at(step: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the n-th call that touches the disk never happen."""
    done: list[str] = []
    for name in ("open", "fdopen", "fsync", "replace"):
        real = getattr(os, name)

        def counted(*given: Any, _name: str = name, _real: Any = real, **named: Any) -> Any:
            if len(done) == step:
                raise Crash
            done.append(_name)
            return _real(*given, **named)

        monkeypatch.setattr(os, name, counted)
    return done


def test_a_crash_at_every_step_forgets_nothing_that_was_answered(
    opened: Callable[..., Witness], monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 1
    add(opened(), 0, size)
    for step in range(20):
        witness = opened()
        with monkeypatch.context() as patch:
            done = crash_at(step, patch)
            try:
                answer = add(witness, size, size + 1)
            except Crash:
                answer = None
        held = opened().store.held(sealed_log.ORIGIN)
        assert held is not None
        if answer is None:
            assert held.checkpoint in (LOGGED.checkpoint(size), LOGGED.checkpoint(size + 1))
        else:
            assert held.checkpoint == LOGGED.checkpoint(size + 1)
            assert step == len(done) == 6, "open, fdopen, fsync, replace, open folder, fsync folder"
            return
        size = held.checkpoint.size
    pytest.fail("the crash never stopped happening")


@pytest.mark.parametrize("step", range(9))
def test_a_crash_in_the_very_first_start_leaves_a_folder_that_starts(
    step: int, opened: Callable[..., Witness], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        crash_at(step, patch)
        with pytest.raises(Crash):
            opened()
    assert add(opened(), 0, 5).status == HTTPStatus.OK


def test_its_key_is_its_owner_s_alone_and_stays(opened: Callable[..., Witness], folder: Path) -> None:
    first = opened().store.key.verifier
    assert (folder / KEY).stat().st_mode & 0o777 == 0o600
    assert opened().store.key.verifier == first
    assert first.kind == WITNESS


def test_a_broken_or_foreign_memory_is_never_begun_anew(opened: Callable[..., Witness], folder: Path) -> None:
    add(opened(), 0, 9)
    [held] = (folder / HELD).iterdir()
    text = held.read_text()
    held.write_text(text[:40])
    with pytest.raises(StoreUnusable, match="memory is broken"):
        opened()
    held.write_text(text)
    held.rename(held.with_name("other"))
    with pytest.raises(StoreUnusable, match="memory is broken"):
        opened()
    (folder / HELD / "other").unlink()
    (folder / HELD).rmdir()
    with pytest.raises(StoreUnusable, match="memory is gone"):
        opened()


def test_two_processes_never_share_a_folder_and_names_stay(folder: Path) -> None:
    store = Store(folder, NAME)
    with pytest.raises(StoreUnusable, match="Another witness"):
        Store(folder, NAME)
    store.close()
    with pytest.raises(StoreUnusable, match="another name"):
        Store(folder, "example.org/else")
    (folder / KEY).write_text("broken")
    with pytest.raises(StoreUnusable, match="key file is broken"):
        Store(folder, NAME)
