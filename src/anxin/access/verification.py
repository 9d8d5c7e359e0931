"""Is this report genuine, and what became of it since? Discloses nothing that the holder does not hold (Art. 39).

By number alone: issued or not, withdrawn or not. With the file, its signed data or its whole code in hand: whether anything was
changed, our own copy, whether a newer report took its place, and how many of the records it names were corrected, withdrawn,
restored, ended or disputed since. The database answers the latter only to the digest of the whole content.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from anxin.access.checkpoints import is_in_log
from anxin.access.key_states import key_fault
from anxin.access.paper_seals import check_paper, seal_fault
from anxin.access.published import issued_report, report_standing, report_state
from anxin.access.report_codes import ReportCode, checkpoint_digest
from anxin.access.stored_copies import SealedCopy, open_copy
from anxin.access.tokens import Fault, check_token, token_in_file
from anxin.law.carries_out import carries_out


class Finding(Enum):
    """What a check says."""

    GENUINE = "genuine"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"
    UNKNOWN_KEY = "unknown_key"
    REVOKED_KEY = "revoked_key"
    KEY_NOT_IN_FORCE = "key_not_in_force"
    OTHER_DOCUMENT = "other_document"
    UNKNOWN_NUMBER = "unknown_number"
    OTHER_NUMBER = "other_number"
    NOT_SIGNED_DATA = "not_signed_data"
    COPY_MISSING = "copy_missing"
    CHECKPOINT_NOT_IN_LOG = "checkpoint_not_in_log"
    PAPER_UNSEALED = "paper_unsealed"
    PAPER_APPENDED = "paper_appended"
    PAPER_CHANGED = "paper_changed"
    PAPER_UNKNOWN_CERTIFICATE = "paper_unknown_certificate"
    PAPER_REVOKED_CERTIFICATE = "paper_revoked_certificate"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`report`: what is registered. `state`: counts of what changed since. `copy`: what we issued, as we keep it.

    State and copy are there only for who presents the whole. Keys of `state`: records, changed, corrected, withdrawn,
    restored, ended, disputed, as_of, checked_at.
    """

    finding: Finding
    report: dict[str, Any] | None = None
    state: dict[str, Any] | None = None
    copy: dict[str, Any] | None = None

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
def verify_file(content: bytes, published: dict[str, Any], *, number: str = "") -> Verdict:
    """Check a `.jws` file, or a paper: its seal first, then the data within. `published`: as `GET /api/keys` gives it."""
    token = token_in_file(content) or ""
    if not content.startswith(b"%PDF-"):
        return verify_data(token, published, number=number)
    paper, trust = check_paper(content, published["papers"]), published["papers"]
    if paper.fault is not None:
        return Verdict(Finding(paper.fault.value))
    verdict = verify_data(token, published, number=number)
    if verdict.report is None or not verdict.genuine:
        return verdict
    issued_at = datetime.fromisoformat(verdict.report["issued_at"])
    fault = seal_fault(paper, trust, issued_at, witnessed=True)
    return verdict if fault is None else Verdict(Finding(fault.value))


@carries_out("anshan-2022-9/39/1")
def verify_data(token: str, published: dict[str, Any], *, number: str = "") -> Verdict:
    """Check the signed data of a report; with `number`, that it belongs to the paper with this number."""
    checked = check_token(token, published)
    if checked.content is None or checked.key is None:
        return Verdict(Finding((checked.fault or Fault.NOT_SIGNED_DATA).value))
    if number and number != checked.content["number"]:
        return Verdict(Finding.OTHER_NUMBER)
    return _registered(checked.content["number"], checked.payload, checked.key)


def verify_code(code: ReportCode, published: dict[str, Any]) -> Verdict:
    """Check the code on a paper: whether a report with this number and digest was issued, and what became of it."""
    standing = report_standing(code.number, code.digest)
    if standing is None:
        return _unknown(code.number)
    if code.signer != standing["key_name"]:
        return Verdict(Finding.CHANGED)
    key = next((key for key in published["keys"] if key["kid"] == code.signer), None)
    if key is None:
        return Verdict(Finding.UNKNOWN_KEY)
    payload = _own_copy(standing, code.digest)
    verdict = _judged(standing, payload, key)
    if verdict.copy and checkpoint_digest(verdict.copy.get("checkpoint")) != code.checkpoint:
        return Verdict(Finding.CHANGED)
    return verdict


def _registered(number: str, payload: bytes, key: dict[str, Any]) -> Verdict:
    digest = hashlib.sha256(payload).digest()
    standing = report_standing(number, digest)
    if standing is None:
        return _unknown(number)
    kept = _own_copy(standing, digest)
    # Reports of before we kept copies are judged by what was presented.
    return _judged(standing, payload if not standing["copy_kept"] else kept, key)


def _unknown(number: str) -> Verdict:
    """Never issued, or issued with another content."""
    verdict = verify_number(number)
    return verdict if verdict.report is None else Verdict(Finding.CHANGED)


def _own_copy(standing: dict[str, Any], digest: bytes) -> bytes | None:
    if standing["copy"] is None:
        return None
    sealed = SealedCopy(standing["copy_key"], base64.b64decode(standing["copy"]))
    return open_copy(sealed, number=standing["number"], digest=digest)


def _judged(standing: dict[str, Any], payload: bytes | None, key: dict[str, Any]) -> Verdict:
    """Today's verdict about a registered report; `payload` is None where our copy is gone or was changed."""
    report = {
        name: value for name, value in standing.items() if name not in {"copy", "copy_key", "copy_kept"}
    }
    if key["kid"] != standing["key_name"]:
        return Verdict(Finding.CHANGED)
    fault = key_fault(key, datetime.fromisoformat(standing["issued_at"]), witnessed=True)
    if fault is not None:
        return Verdict(Finding(fault.value), report)
    if payload is None:
        return Verdict(Finding.COPY_MISSING, report)
    content = json.loads(payload)
    if content.get("checkpoint") and not is_in_log(content["checkpoint"]):
        return Verdict(Finding.CHECKPOINT_NOT_IN_LOG, report)
    finding = Finding.WITHDRAWN if report["withdrawn_at"] else Finding.GENUINE
    verdict = Verdict(finding, report, report_state(payload))
    return replace(verdict, copy=content) if standing["copy_kept"] else verdict
