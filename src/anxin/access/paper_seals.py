"""Checks the seal on a report's paper: pure, no database, no settings; works without a network.

    checked = check_paper(pdf, trust)        # trust: the `papers` member of what `GET /api/keys` gives
    checked.fault is None                    # every byte of the file is as we sealed it

A PAdES signature (ETSI EN 319 142-1: a CMS of RFC 5652 in a PDF) covers all of the file but the place that holds the
signature itself. We accept one form of it only, the one we write: one signature, over the whole file, the CMS in its one
encoding, one signer whose certificate a trusted root issued directly. So a file that passes is, bit for bit, one that was
sealed, and no PDF has to be understood to know it. Not promised: that another tool's lawful PAdES form passes here.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from anxin.access.key_states import KeyFault, key_fault

_RANGE = re.compile(rb"/ByteRange ?\[(\d{1,10}) (\d{1,10}) (\d{1,10}) (\d{1,10})\]")
_PLACE = re.compile(rb"<([0-9A-F]+)>")
_SIGNING_CERTIFICATE = "signing_certificate_v2"
LONGEST_PLACE = 65_536
# What the libraries say to bytes that are no signature or no certificate.
_UNREADABLE = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, UnsupportedAlgorithm),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)
_ALGORITHMS = ("sha256_ecdsa", "sha256_rsa", "rsassa_pkcs1v15")


class PaperFault(Enum):
    """Why a file is not a paper of ours as it was sealed."""

    UNSEALED = "paper_unsealed"
    APPENDED = "paper_appended"
    CHANGED = "paper_changed"
    UNKNOWN_CERTIFICATE = "paper_unknown_certificate"
    REVOKED = "paper_revoked_certificate"


@dataclass(frozen=True, slots=True)
class CheckedPaper:
    """Either `fault`, or the certificate (its serial number, hexadecimal) under which the paper was sealed."""

    fault: PaperFault | None
    serial: str = ""
    certificate: x509.Certificate | None = None


class _Bad(Exception):
    def __init__(self, fault: PaperFault) -> None:
        self.fault = fault


def check_paper(pdf: bytes, trust: dict[str, Any]) -> CheckedPaper:
    """Whether the file is, in every bit, one that a certificate under a trusted root sealed."""
    try:
        signed, place = _parts(pdf)
        certificate = _signer_of(place, hashlib.sha256(signed).digest(), trust)
    except _Bad as bad:
        return CheckedPaper(bad.fault)
    return CheckedPaper(None, f"{certificate.serial_number:x}", certificate)


def seal_fault(
    paper: CheckedPaper, trust: dict[str, Any], signed_at: datetime, *, witnessed: bool
) -> PaperFault | KeyFault | None:
    """What speaks against a good seal, made at `signed_at`: the certificate's days, or that it was revoked."""
    assert paper.certificate is not None
    revoked: dict[str, Any] = next(
        (one for one in trust.get("revoked", []) if one["serial"] == paper.serial), {}
    )
    key = {
        "nbf": int(paper.certificate.not_valid_before_utc.timestamp()),
        "exp": int(paper.certificate.not_valid_after_utc.timestamp()),
        "revoked": revoked,
    }
    fault = key_fault(key, signed_at, witnessed=witnessed)
    return PaperFault.REVOKED if fault is KeyFault.REVOKED else fault


def _parts(pdf: bytes) -> tuple[bytes, bytes]:
    """The bytes that are signed, and the CMS from its place between them."""
    ranges = list(_RANGE.finditer(pdf))
    if not ranges:
        raise _Bad(PaperFault.UNSEALED)
    start, length, rest, rest_length = (int(number) for number in ranges[0].groups())
    if len(ranges) > 1 or rest + rest_length < len(pdf):
        raise _Bad(PaperFault.APPENDED)
    place = _PLACE.fullmatch(pdf, length, rest)
    if (
        start
        or rest + rest_length != len(pdf)
        or place is None
        or len(place[1]) % 2
        or rest - length > LONGEST_PLACE
    ):
        raise _Bad(PaperFault.CHANGED)
    return pdf[:length] + pdf[rest:], bytes.fromhex(place[1].decode())


def _signer_of(place: bytes, digest: bytes, trust: dict[str, Any]) -> x509.Certificate:
    """The certificate under which the CMS signs `digest`, issued by a trusted root."""
    try:
        signed, signer = _only_signer(place)
        attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
        enclosed = signed["certificates"][0].dump()
        ours = attributes[_SIGNING_CERTIFICATE][0]["certs"][0]["cert_hash"].native
        said = attributes["message_digest"][0].native
        signature, message = signer["signature"].native, signer["signed_attrs"].untag().dump()
        if ours != hashlib.sha256(enclosed).digest() or said != digest:
            raise _Bad(PaperFault.CHANGED)
        certificate = x509.load_der_x509_certificate(enclosed)
        _check_issued(certificate, trust)
        _check_signature(certificate, signature, message)
    except _UNREADABLE as error:
        raise _Bad(PaperFault.CHANGED) from error
    return certificate


def _only_signer(place: bytes) -> tuple[Any, Any]:
    """The one signer of a CMS that is written as we write it: what no signature covers may have no other form."""
    whole = cms.ContentInfo.load(place)
    signed = whole["content"]
    der = whole.dump()
    (signer,), (certificate,) = signed["signer_infos"], signed["certificates"]
    digest = cms.SignerInfo({**_signer_form(certificate, signer)})
    rebuilt = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v1",
                    "digest_algorithms": [digest["digest_algorithm"]],
                    "encap_content_info": {"content_type": "data"},
                    "certificates": [certificate],
                    "signer_infos": [digest],
                }
            ),
        }
    ).dump()
    if rebuilt != der or place != der + bytes(len(place) - len(der)):
        raise ValueError("not the one encoding")
    return signed, signer


def _signer_form(certificate: Any, signer: Any) -> dict[str, Any]:
    algorithm = signer["signature_algorithm"]["algorithm"].native
    if algorithm not in _ALGORITHMS:
        raise ValueError("not an algorithm of ours")
    chosen = certificate.chosen
    return {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            {
                "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                    {"issuer": chosen.issuer, "serial_number": chosen.serial_number}
                )
            }
        ),
        "digest_algorithm": {"algorithm": "sha256"},
        "signature_algorithm": {"algorithm": algorithm},
        "signed_attrs": signer["signed_attrs"],
        "signature": signer["signature"].native,
    }


def _check_issued(certificate: x509.Certificate, trust: dict[str, Any]) -> None:
    """That a trusted root issued it, for signing papers."""
    for pem in trust.get("roots", []):
        root = x509.load_pem_x509_certificate(pem.encode())
        try:
            certificate.verify_directly_issued_by(root)
            usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
            continue
        if usage.content_commitment and not usage.key_cert_sign:
            return
    raise _Bad(PaperFault.UNKNOWN_CERTIFICATE)


def _check_signature(certificate: x509.Certificate, signature: bytes, message: bytes) -> None:
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            raise _Bad(PaperFault.UNKNOWN_CERTIFICATE)
    except InvalidSignature as error:
        raise _Bad(PaperFault.CHANGED) from error


assert tsp.SigningCertificateV2  # its import teaches asn1crypto the attribute that names the certificate
