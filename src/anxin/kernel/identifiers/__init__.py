"""Identifiers of organizations and persons: what a value is, whether it is valid, and what was wrong with it."""

from anxin.kernel.identifiers.codes import FINDINGS, Finding, finding
from anxin.kernel.identifiers.finding import find_personal_numbers
from anxin.kernel.identifiers.identify import Identified, identify
from anxin.kernel.identifiers.kinds import IdentifierKind
from anxin.kernel.identifiers.masking import mask, mask_identifier, mask_text
from anxin.kernel.identifiers.normalization import Normalized, normalize

__all__ = [
    "FINDINGS",
    "Finding",
    "Identified",
    "IdentifierKind",
    "Normalized",
    "find_personal_numbers",
    "finding",
    "identify",
    "mask",
    "mask_identifier",
    "mask_text",
    "normalize",
]
