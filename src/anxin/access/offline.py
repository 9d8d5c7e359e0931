"""Is this file a report of ours? Without website, database and settings: with the published keys alone.

What only the website can say: whether it was withdrawn, what took its place, what became of its records. A key that was revoked
since proves nothing here, since its thief could write any date: then the website, which has the date, is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anxin.access.checkpoint_seen import checkpoint_fault
from anxin.access.key_states import key_fault
from anxin.access.paper_seals import CheckedPaper, check_paper, seal_fault
from anxin.access.tokens import check_token, token_in_file
from anxin.audit.verifier.trust import Trust

GENUINE = "genuine"


@dataclass(frozen=True, slots=True)
class OfflineVerdict:
    """`finding`: `genuine`, or why not, in the words of the website's findings. `content`: what the report says."""

    finding: str
    content: dict[str, Any] | None = None

    @property
    def genuine(self) -> bool:
        return self.finding == GENUINE


def check_offline(
    file: bytes, published: dict[str, Any], *, number: str = "", log: Trust | None = None
) -> OfflineVerdict:
    """Check a report's PDF or `.jws` file.

    `published`: what `GET /api/keys` gave. `number`: the one on the paper. `log`: keys of the log and its witnesses, where
    the checkpoint that the report names is to be checked too.
    """
    trust = published.get("papers", {})
    paper = check_paper(file, trust) if file.startswith(b"%PDF-") else None
    if paper is not None and paper.fault is not None:
        return OfflineVerdict(paper.fault.value)
    checked = check_token(token_in_file(file) or "", published)
    if checked.content is None or checked.key is None:
        return OfflineVerdict(checked.fault.value if checked.fault else "changed")
    if number and number != checked.content["number"]:
        return OfflineVerdict("other_number")
    fault = _fault(checked.content, checked.key, paper, trust)
    if fault is None and log is not None:
        fault = checkpoint_fault(checked.content.get("checkpoint"), log)
    return OfflineVerdict(fault) if fault else OfflineVerdict(GENUINE, checked.content)


def _fault(
    content: dict[str, Any], key: dict[str, Any], paper: CheckedPaper | None, trust: dict[str, Any]
) -> str | None:
    """What speaks against a good signature: the dates of key and certificate."""
    issued_at = datetime.fromisoformat(content.get("issued_at") or content["as_of"])
    fault = key_fault(key, issued_at, witnessed=False)
    if fault is not None:
        return fault.value
    seal = seal_fault(paper, trust, issued_at, witnessed=False) if paper is not None else None
    return str(seal.value) if seal is not None else None
