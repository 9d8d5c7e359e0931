"""Keys that sign reports: Ed25519, in a file outside the database; old keys keep verifying."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from joserfc import jws
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from anxin.access.tokens import ALGORITHM

_REGISTRY = JWSRegistry(algorithms=[ALGORITHM])


class Signer(Protocol):
    """What issuing a report needs of a key ring; a hardware signer can stand in."""

    current: str

    def sign(self, payload: bytes) -> str: ...

    def public_keys(self) -> dict[str, Any]: ...


class FileSigner:
    """A ring in one file: `{"current": name, "keys": [JWK, …]}`; made on first use, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        ring = _read_or_make(path)
        self.current: str = ring["current"]
        self._keys = {key["kid"]: OKPKey.import_key(key) for key in ring["keys"]}

    def sign(self, payload: bytes) -> str:
        """A compact JWS of the payload under the current key."""
        header = {"alg": ALGORITHM, "kid": self.current}
        return jws.serialize_compact(header, payload, self._keys[self.current], registry=_REGISTRY)

    def public_keys(self) -> dict[str, Any]:
        """All public keys as a JWK set."""
        return {"keys": [key.as_dict(private=False) for key in self._keys.values()]}


_signers: dict[str, FileSigner] = {}


def signer() -> Signer:
    """The ring that the settings name, read once in a process."""
    path = settings.SIGNING_KEYS or str(settings.DATA_FOLDER / "signing-keys.json")
    if path not in _signers:
        _signers[path] = FileSigner(Path(path))
    return _signers[path]


def _read_or_make(path: Path) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        key = OKPKey.generate_key("Ed25519", auto_kid=True)
        made = {**key.as_dict(private=True), "use": "sig", "alg": ALGORITHM}
        aside = path.with_name(f"{path.name}.{os.getpid()}")
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"current": made["kid"], "keys": [made]}, file)
        # Fails where another process was first: its ring is the one.
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink()
    ring: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return ring
