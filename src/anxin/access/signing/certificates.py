"""A certificate authority of the demonstration's own: a root, and one certificate that seals papers.

Production brings a file of the same form from its certification provider: `{"signers": [{"key", "certificate", "chain"}],
"roots", "revoked"}`, all PEM; `root_key` is in the demonstration's file only.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# Fixed days, so that demonstrations and tests may set their clocks as they like.
_FROM, _TO = datetime(2020, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)
ROOT_NAME, SIGNER_NAME = "Anxin demonstration root", "Anxin demonstration report seal"


def make_demonstration_authority() -> dict[str, Any]:
    """Root and first signer, on the curve P-256."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    name = _name(ROOT_NAME)
    root = (
        _certificate(name, name, root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(issues=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    signer = issue_signer(root, root_key)
    return {"signers": [signer], "roots": [_pem(root)], "revoked": [], "root_key": _key_pem(root_key)}


def issue_signer(root: x509.Certificate, root_key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    """Another key with its certificate under the root: `{"key", "certificate", "chain"}`."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    made = (
        _certificate(_name(SIGNER_NAME), root.subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(issues=False), critical=True)
        .add_extension(issuer, critical=False)
        .sign(root_key, hashes.SHA256())
    )
    return {"key": _key_pem(key), "certificate": _pem(made), "chain": []}


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_TO)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, issues: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issues,
        content_commitment=not issues,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    form = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return key.private_bytes(*form).decode()
