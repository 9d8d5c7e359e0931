"""Who signs reports: named signers behind one interface, with dates and revocation (docs/adr/0006).

signer().sign(payload)            # signed data: a compact JWS
paper_signer().seal(pdf)          # paper: a PAdES signature over the whole file
published_keys()                  # what verifiers need; no private part
"""

from __future__ import annotations

from typing import Any

from anxin.access.signing.data import FileSigner, signer
from anxin.access.signing.papers import FilePaperSigner, paper_signer
from anxin.access.signing.protocol import DataSigner, NoSigner, PaperSigner

__all__ = [
    "DataSigner",
    "FilePaperSigner",
    "FileSigner",
    "NoSigner",
    "PaperSigner",
    "paper_signer",
    "published_keys",
    "signer",
]


def published_keys() -> dict[str, Any]:
    """A JWK set with the dates of each key, and under `papers` the roots that vouch for seals on paper."""
    return {**signer().public_keys(), "papers": paper_signer().trust()}
