"""The seal on paper: a PAdES signature (baseline B-B) over the whole PDF, which no update may follow."""

from __future__ import annotations

import io

from asn1crypto import algos
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from anxin.access.signing.protocol import RawSigner

FIELD = "Seal"
# Hexadecimal characters kept free for the signature; one under a 4096-bit key with its certificate takes half of it.
ROOM = 8192


class _Sealer(signers.Signer):
    """Any `RawSigner`, as the PDF library asks for it."""

    def __init__(self, raw: RawSigner) -> None:
        self._raw = raw
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(raw.certificate),
            cert_registry=None,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": raw.algorithm}),
            embed_roots=False,
        )

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        assert digest_algorithm == "sha256"
        return self._raw.sign(data)


def seal_with(raw: RawSigner, paper: bytes) -> bytes:
    """Add an invisible signature that allows no change. About 20 ms for three pages."""
    certificate = x509.load_der_x509_certificate(raw.certificate)
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        name=certificate.subject.rfc4514_string(),
    )
    # PDF/A wants every field printable and none hidden; one without extent has no appearance.
    shape = fields.InvisSigSettings(set_print_flag=True, set_hidden_flag=False)
    sealer = signers.PdfSigner(
        meta, _Sealer(raw), new_field_spec=fields.SigFieldSpec(FIELD, on_page=0, invis_sig_settings=shape)
    )
    made = sealer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(paper)), bytes_reserved=ROOM)
    sealed: bytes = made.getvalue()
    return sealed
