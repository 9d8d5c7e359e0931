"""Who seals papers: keys and certificates in a file outside the database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.conf import settings

from anxin.access.signing.certificates import issue_signer, make_demonstration_authority
from anxin.access.signing.files import Kept, read_or_make, replace
from anxin.access.signing.protocol import NoSigner, PaperSigner, PaperSigners, RawSigner


class _KeyInFile(RawSigner):
    """A `RawSigner` whose key lies in a file."""

    def __init__(self, held: dict[str, Any]) -> None:
        key = serialization.load_pem_private_key(held["key"].encode(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
        self._key = key
        found = x509.load_pem_x509_certificate(held["certificate"].encode())
        self.certificate = found.public_bytes(serialization.Encoding.DER)
        self.algorithm = "sha256_ecdsa" if isinstance(key, ec.EllipticCurvePrivateKey) else "sha256_rsa"

    def sign(self, message: bytes) -> bytes:
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(message, ec.ECDSA(hashes.SHA256()))
        return self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())


class UnknownCertificate(LookupError):
    """No certificate of that serial number is in the file."""


class NoAuthority(LookupError):
    """The file holds no authority of its own: its certificates come from a provider."""


class FilePaperSigner:
    """Keys and certificates in one file; the demonstration's authority is made on first use."""

    def __init__(self, path: Path) -> None:
        held = read_or_make(path, make_demonstration_authority)
        self._signers: list[RawSigner] = [_KeyInFile(one) for one in held["signers"]]
        self._trust = {"roots": held["roots"], "revoked": held.get("revoked", [])}

    def seal(self, paper: bytes) -> bytes:
        # The PDF library takes half a second to load: pages that only publish keys shall not wait for it.
        from anxin.access.signing.pades import seal_with

        return seal_with(self._current(), paper)

    def serials(self) -> list[str]:
        """The certificates' serial numbers, hexadecimal, in the order of the file."""
        return [_serial(x509.load_der_x509_certificate(raw.certificate)) for raw in self._signers]

    def trust(self) -> dict[str, Any]:
        return self._trust

    def _current(self) -> RawSigner:
        """The last one in the file that may sign now."""
        now, revoked = datetime.now(UTC), {one["serial"] for one in self._trust["revoked"]}
        for raw in reversed(self._signers):
            certificate = x509.load_der_x509_certificate(raw.certificate)
            in_force = certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc
            if in_force and _serial(certificate) not in revoked:
                return raw
        raise NoSigner


def add_signer(path: Path) -> str:
    """Another certificate of the demonstration's authority, which signs from now on; its serial number. Raises `NoAuthority`."""
    held = read_or_make(path, make_demonstration_authority)
    if "root_key" not in held:
        raise NoAuthority(str(path))
    root = x509.load_pem_x509_certificate(held["roots"][0].encode())
    root_key = serialization.load_pem_private_key(held["root_key"].encode(), None)
    assert isinstance(root_key, ec.EllipticCurvePrivateKey)
    made = issue_signer(root, root_key)
    replace(path, {**held, "signers": [*held["signers"], made]})
    return _serial(x509.load_pem_x509_certificate(made["certificate"].encode()))


def revoke_signer(path: Path, serial: str, *, at: datetime, reason: str) -> None:
    """What this certificate sealed from `at` on counts for nothing. Raises `UnknownCertificate`."""
    held = read_or_make(path, make_demonstration_authority)
    if serial not in FilePaperSigner(path).serials():
        raise UnknownCertificate(serial)
    others = [one for one in held.get("revoked", []) if one["serial"] != serial]
    revoked = {"serial": serial, "revoked_at": int(at.timestamp()), "reason": reason}
    replace(path, {**held, "revoked": [*others, revoked]})


def _serial(certificate: x509.Certificate) -> str:
    return f"{certificate.serial_number:x}"


_files: Kept[FilePaperSigner] = Kept(FilePaperSigner)


def _file_paper_signer() -> PaperSigner:
    return _files.of(Path(settings.PAPER_KEYS or settings.DATA_FOLDER / "paper-keys.json"))


# By the name in `ANXIN_PAPER_SIGNER`; see docs/adr/0006.
SIGNERS: PaperSigners = {"pades-file": _file_paper_signer}


def paper_signer() -> PaperSigner:
    """The signer of papers that the settings name."""
    return SIGNERS[settings.PAPER_SIGNER]()
