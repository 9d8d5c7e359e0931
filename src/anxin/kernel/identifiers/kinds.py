"""The kinds of identifier, and which of them belong to a person."""

from __future__ import annotations

from enum import StrEnum


class IdentifierKind(StrEnum):
    """What a value is, found from its form and its check digit."""

    RESIDENT_ID_NUMBER = "resident_id_number"
    USCC = "uscc"
    REGISTRATION_NUMBER = "registration_number"
    ORGANIZATION_CODE = "organization_code"
    PASSPORT = "passport"
    MAINLAND_TRAVEL_PERMIT_HONG_KONG_MACAO = "mainland_travel_permit_hong_kong_macao"
    MAINLAND_TRAVEL_PERMIT_TAIWAN = "mainland_travel_permit_taiwan"
    FOREIGN_PERMANENT_RESIDENT_ID = "foreign_permanent_resident_id"
    RESIDENCE_PERMIT_HMT = "residence_permit_hmt"
    UNKNOWN = "unknown"

    @property
    def personal(self) -> bool:
        """Whether such a number belongs to a natural person: never public, masked wherever it is shown."""
        return self in _PERSONAL


_PERSONAL = frozenset(
    {
        IdentifierKind.RESIDENT_ID_NUMBER,
        IdentifierKind.PASSPORT,
        IdentifierKind.MAINLAND_TRAVEL_PERMIT_HONG_KONG_MACAO,
        IdentifierKind.MAINLAND_TRAVEL_PERMIT_TAIWAN,
        IdentifierKind.FOREIGN_PERMANENT_RESIDENT_ID,
        IdentifierKind.RESIDENCE_PERMIT_HMT,
    }
)
