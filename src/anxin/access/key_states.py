"""When a published key may be believed: pure, no database, no settings; works without a network.

A key carries the days within which it signs (`nbf`, `exp`) and, where it was revoked, from when on (`revoked`), in seconds
since 1970. Signatures made in time hold for good, also after the key's last day. After a revocation nobody can tell by the
signature alone what was made before it: whoever has the key writes any date. Then it takes a witness of the date.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any


class KeyFault(Enum):
    """Why a signature counts for nothing although it is good."""

    REVOKED = "revoked_key"
    UNPROVEN = "revoked_since"
    NOT_IN_FORCE = "key_not_in_force"


def key_fault(key: Mapping[str, Any], signed_at: datetime, *, witnessed: bool) -> KeyFault | None:
    """What speaks against a signature that this key is said to have made at `signed_at`; None for nothing.

    `witnessed`: the moment is known from elsewhere than the signer's own word (our register, a checkpoint of the log).
    """
    revoked_at = _moment(key.get("revoked", {}).get("revoked_at"))
    if revoked_at is not None and signed_at >= revoked_at:
        return KeyFault.REVOKED
    first, end = _moment(key.get("nbf")), _moment(key.get("exp"))
    if (first is not None and signed_at < first) or (end is not None and signed_at >= end):
        return KeyFault.NOT_IN_FORCE
    return KeyFault.UNPROVEN if revoked_at is not None and not witnessed else None


def _moment(seconds: Any) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
