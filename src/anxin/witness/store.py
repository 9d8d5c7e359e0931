"""What a witness keeps in its folder: its key, and of each log the last checkpoint that it cosigned."""

from __future__ import annotations

import fcntl
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from anxin.audit.tree.checkpoints import Checkpoint, parse_checkpoint
from anxin.audit.tree.keys import WITNESS, Malformed, SigningKey, parse_signing_key
from anxin.audit.tree.notes import Note, parse_note
from anxin.kernel.text import Bilingual
from anxin.witness.files import sweep, sync_folder, write_durably

KEY, HELD, EVIDENCE = "witness-key", "held", "evidence"
MOST_EVIDENCE = 1_000


class StoreUnusable(Exception):
    """The folder cannot be a witness's memory, and why, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.why = Bilingual(zh, en)
        super().__init__(en)


@dataclass(frozen=True, slots=True)
class Held:
    """A checkpoint that was cosigned: the note with the log's signatures and our cosignature, which comes last."""

    note: Note
    checkpoint: Checkpoint

    @property
    def time(self) -> int:
        """When we cosigned it, in seconds since 1970."""
        return self.note.signatures[-1].time or 0


class Store:
    """The folder of one witness; only one process may have it open. Raises `StoreUnusable`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = _only_process(folder)
        try:
            self.key = self._read_or_make_key(name)
            sweep(folder / HELD)
            self._held = {one.checkpoint.origin: one for one in map(_read_held, (folder / HELD).iterdir())}
        except BaseException:
            self.close()
            raise

    def held(self, origin: str) -> Held | None:
        """The last checkpoint of a log that was cosigned; None for a log never seen."""
        return self._held.get(origin)

    def all_held(self) -> list[Held]:
        """That of every log."""
        return [self._held[origin] for origin in sorted(self._held)]

    def keep(self, held: Held) -> None:
        """Remember a checkpoint; when this returns, no crash forgets it."""
        write_durably(self._folder / HELD / _file_name(held.checkpoint.origin), str(held.note))
        self._held[held.checkpoint.origin] = held

    def keep_evidence(self, note: Note) -> None:
        """Set aside a checkpoint that a log signed and that contradicts what it signed before."""
        folder = self._folder / EVIDENCE
        folder.mkdir(exist_ok=True, mode=0o700)
        path = folder / hashlib.sha256(str(note).encode()).hexdigest()
        if not path.exists() and sum(1 for _ in folder.iterdir()) < MOST_EVIDENCE:
            write_durably(path, str(note))

    def close(self) -> None:
        """Let another process have the folder."""
        os.close(self._lock)

    def _read_or_make_key(self, name: str) -> SigningKey:
        path, memory = self._folder / KEY, self._folder / HELD
        if path.exists():
            if not memory.is_dir():
                # A witness that forgot what it cosigned would cosign a fork: better a new witness with a new key.
                raise StoreUnusable(
                    "见证的记忆不见了，而密钥还在：请换用新文件夹和新密钥。",
                    "The witness's memory is gone while its key is there: begin with a new folder and a new key.",
                )
            return _named(_read_key(path), name)
        memory.mkdir(exist_ok=True, mode=0o700)
        sync_folder(self._folder)
        key = SigningKey.make(name, WITNESS)
        write_durably(path, key.secret_text() + "\n")
        return key


def _only_process(folder: Path) -> int:
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise StoreUnusable(
            "另一个见证正在使用这个文件夹。", "Another witness has this folder open."
        ) from None
    return handle


def _read_key(path: Path) -> SigningKey:
    try:
        return parse_signing_key(path.read_text(encoding="utf-8").strip())
    except (Malformed, UnicodeDecodeError):
        raise StoreUnusable("见证的密钥文件已损坏。", "The witness's key file is broken.") from None


def _named(key: SigningKey, name: str) -> SigningKey:
    if key.verifier.name != name or key.verifier.kind != WITNESS:
        raise StoreUnusable(
            "这个文件夹属于另一个名称的见证。", "This folder belongs to a witness of another name."
        )
    return key


def _file_name(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()


def _read_held(path: Path) -> Held:
    try:
        note = parse_note(path.read_text(encoding="utf-8"))
        held = Held(note, parse_checkpoint(note.text))
    except (Malformed, UnicodeDecodeError):
        held = None
    if held is None or path.name != _file_name(held.checkpoint.origin):
        raise StoreUnusable(
            f"见证的记忆已损坏：{path.name}。", f"The witness's memory is broken: {path.name}."
        )
    return held
