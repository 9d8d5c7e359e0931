"""Is this report genuine, and what became of it since? Discloses nothing that the holder does not hold (Art. 39).

By number alone: issued or not, withdrawn or not. With the signed data in hand: whether its content was changed, and how many
of the records it names were corrected, withdrawn, restored, ended or disputed after it was issued. The database answers the
second question only where the digest of the whole content is that of the issued report; whether newer reports exist is
told to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from anxin.access.published import issued_report, report_state
from anxin.access.tokens import Fault, check_token
from anxin.law.carries_out import carries_out


class Finding(Enum):
    """What a check says."""

    GENUINE = "genuine"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_NUMBER = "unknown_number"
    OTHER_NUMBER = "other_number"
    NOT_SIGNED_DATA = "not_signed_data"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`report`: number, moments and digest as issued. `state`: counts of what changed since; only for whole content.

    Keys of `state`: records, changed, corrected, withdrawn, restored, ended, disputed, as_of, checked_at.
    """

    finding: Finding
    report: dict[str, Any] | None = None
    state: dict[str, Any] | None = None

    @property
    def genuine(self) -> bool:
        """Issued by this platform and unchanged, though it may have been withdrawn."""
        return self.finding in {Finding.GENUINE, Finding.WITHDRAWN}


def verify_number(number: str) -> Verdict:
    """What everyone may know of a number."""
    report = issued_report(number)
    if report is None:
        return Verdict(Finding.UNKNOWN_NUMBER)
    return Verdict(Finding.WITHDRAWN if report["withdrawn_at"] else Finding.GENUINE, report)


@carries_out("anshan-2022-9/39/1")
def verify_data(token: str, public_keys: dict[str, Any], *, number: str = "") -> Verdict:
    """Check the signed data of a report; with `number`, that it belongs to the paper with this number."""
    checked = check_token(token, public_keys)
    if checked.fault is not None or checked.content is None:
        return Verdict(Finding((checked.fault or Fault.NOT_SIGNED_DATA).value))
    if number and number != checked.content["number"]:
        return Verdict(Finding.OTHER_NUMBER)
    verdict = verify_number(checked.content["number"])
    if not verdict.genuine:
        return verdict
    state = report_state(checked.payload)
    if state is None:
        return Verdict(Finding.CHANGED)
    return Verdict(verdict.finding, verdict.report, state)
