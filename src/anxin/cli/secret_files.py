"""Secrets of one data folder: made once, readable by their owner alone, handed to children as file names."""

from __future__ import annotations

import base64
import json
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from anxin.audit.log_keys import make_log_keys, written

LOG_NAME = "anxin.example/log"


def environment(folder: Path) -> dict[str, str]:
    """Environment variables that name the secret files of a data folder; makes the files where they are missing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = folder / "files"
    files.mkdir(exist_ok=True, mode=0o700)
    return {
        "ANXIN_DATA": str(files),
        "ANXIN_SECRET_KEY_FILE": _once(folder / "secret-key", secrets.token_urlsafe(50)),
        "ANXIN_KEY_RING": _once(folder / "key-ring.json", _new_key_ring()),
        "ANXIN_SIGNING_KEYS": str(folder / "signing-keys.json"),
        "ANXIN_LOG_KEYS": _once(
            folder / "log-keys.json", written(make_log_keys(LOG_NAME, at=datetime.now(UTC)))
        ),
        "ANXIN_WITNESSES": str(folder / "witnesses.txt"),
        "ANXIN_PAPER_KEYS": str(folder / "paper-keys.json"),
    }


def password(path: Path) -> str:
    """The password in a file, made where it is missing."""
    return Path(_once(path, secrets.token_urlsafe(24))).read_text(encoding="utf-8").strip()


def _new_key_ring() -> str:
    def key(length: int) -> str:
        return base64.b64encode(secrets.token_bytes(length)).decode()

    return json.dumps({"current": "key-1", "keys": {"key-1": {"encryption": key(64), "search": key(32)}}})


def _once(path: Path, content: str) -> str:
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return str(path)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
    return str(path)
