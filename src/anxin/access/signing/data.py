"""Signed data: Ed25519 keys in a file outside the database; keys overlap, old ones keep verifying, revoked ones sign no more.

The file: `{"keys": [JWK, …]}`, each with `nbf` and `exp` where its days are limited and `revoked` where it was taken back
(`{"revoked_at", "reason"}`), in seconds since 1970. The newest key in force signs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from joserfc import jws
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from anxin.access.key_states import key_fault
from anxin.access.signing.files import Kept, read_or_make, replace
from anxin.access.signing.protocol import DataSigner, DataSigners, NoSigner
from anxin.access.tokens import ALGORITHM, DOCUMENT_TYPE

_REGISTRY = JWSRegistry(algorithms=[ALGORITHM])
_DATES = ("nbf", "exp", "revoked")


class UnknownKey(LookupError):
    """No key of that name is in the file."""


class FileSigner:
    """A ring in one file; made on first use, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        ring = read_or_make(path, lambda: {"keys": [_new_key()]})
        self._held: list[dict[str, Any]] = ring["keys"]
        self._keys = {key["kid"]: OKPKey.import_key(_undated(key)) for key in self._held}

    @property
    def current(self) -> str:
        """The key that came into force last and may sign now. Raises `NoSigner`."""
        now = datetime.now(UTC)
        usable = [key for key in self._held if key_fault(key, now, witnessed=False) is None]
        if not usable:
            raise NoSigner
        return str(max(usable, key=lambda key: key.get("nbf", 0))["kid"])

    def sign(self, payload: bytes, *, key_name: str = "", document_type: str = DOCUMENT_TYPE) -> str:
        """A compact JWS of the payload, under the current key or the one that is named."""
        name = key_name or self.current
        header = {"alg": ALGORITHM, "kid": name, "typ": document_type}
        return jws.serialize_compact(header, payload, self._keys[name], registry=_REGISTRY)

    def public_keys(self) -> dict[str, Any]:
        """All public keys as a JWK set, with their dates."""
        return {
            "keys": [
                {**self._keys[key["kid"]].as_dict(private=False), **{d: key[d] for d in _DATES if d in key}}
                for key in self._held
            ]
        }


def add_key(path: Path, *, at: datetime, overlap_ends: datetime | None = None) -> str:
    """Add a key that signs from `at` on, and let those before it end at `overlap_ends`; the new key's name.

    Publish it some days ahead (`at` in the future), so that whoever verifies offline has it in time.
    """
    ring = read_or_make(path, lambda: {"keys": []})
    made = {**_new_key(), "nbf": int(at.timestamp())}
    for key in ring["keys"]:
        if overlap_ends is not None:
            key["exp"] = min(key.get("exp", int(overlap_ends.timestamp())), int(overlap_ends.timestamp()))
    replace(path, {"keys": [*ring["keys"], made]})
    return str(made["kid"])


def revoke_key(path: Path, name: str, *, at: datetime, reason: str) -> None:
    """What the key signed from `at` on counts for nothing, whenever this is called. Raises `UnknownKey`."""
    ring = read_or_make(path, lambda: {"keys": []})
    found = next((key for key in ring["keys"] if key["kid"] == name), None)
    if found is None:
        raise UnknownKey(name)
    earlier = found.get("revoked", {}).get("revoked_at", int(at.timestamp()))
    found["revoked"] = {"revoked_at": min(earlier, int(at.timestamp())), "reason": reason}
    replace(path, ring)


def _new_key() -> dict[str, Any]:
    key = OKPKey.generate_key("Ed25519", auto_kid=True)
    return {**key.as_dict(private=True), "use": "sig", "alg": ALGORITHM}


def _undated(key: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in key.items() if name not in _DATES}


_files: Kept[FileSigner] = Kept(FileSigner)


def _file_signer() -> DataSigner:
    return _files.of(Path(settings.SIGNING_KEYS or settings.DATA_FOLDER / "signing-keys.json"))


# By the name in `ANXIN_DATA_SIGNER`. A vault or another algorithm is another entry; see docs/adr/0006.
SIGNERS: DataSigners = {"ed25519-file": _file_signer}


def signer() -> DataSigner:
    """The signer that the settings name."""
    return SIGNERS[settings.DATA_SIGNER]()
