"""`./anxin verify visit DIR --key LOGKEY --witness KEY … [--since FILE …]`: the auditor's visit, in one command.

DIR is what `export-log --snapshot` wrote with the auditor's login. Without network, database or password; the keys and the
checkpoints kept from before are the auditor's own. Ends with 0 where all is well, 1 where something is wrong.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from anxin.audit.verifier.trust import Trust
from anxin.audit.verifier.visit.effects import Chain
from anxin.audit.verifier.visit.findings import SENTENCES, Finding
from anxin.audit.verifier.visit.visit import Visited, visit

SHOWN = 50


def verify_visit(
    folder: Path, trusted: Trust, *, since: Sequence[str], sample: int, processes: int
) -> tuple[Visited, float]:
    """What was found, and how many seconds it took."""
    began = time.monotonic()
    found = visit(folder, trusted, since=since, sample=sample, processes=processes)
    return found, time.monotonic() - began


def told(found: Visited, seconds: float, since: int) -> Iterator[str]:
    """In words: what was looked at, the sample with its chains, what is wrong."""
    yield f"快照 / snapshot: {found.taken_at.isoformat() if found.taken_at else '–'}, SHA-256 {found.snapshot_digest}"
    yield f"您带来的检查点 / checkpoints you brought: {since}"
    yield f"树根 / root: {found.root}"
    yield f"查询 / readings: {found.readings}"
    yield f"行为 / acts: {found.acts}"
    yield f"展示中的失信信息 / adverse records on display: {found.effects}"
    if found.uncovered:
        yield f"  晚于已见证的日志 / younger than the witnessed log: {found.uncovered}"
    yield f"抽样（由树根决定）/ sample, determined by the root: {len(found.sample)}"
    for number, chain in enumerate(found.sample, 1):
        yield from _told_chain(number, chain)
    yield from _told_findings(found.findings)
    yield f"{seconds:.1f} s"


def _told_chain(number: int, chain: Chain) -> Iterator[str]:
    effect, item, source = chain.effect, chain.item or {}, chain.submission or {}
    yield (
        f"{number:>3}. 主体 subject {effect['subject']} · 记录 record {effect['record']}, 版本 version {effect['version']} · "
        f"{item.get('name_zh')} / {item.get('name_en')}"
    )
    yield (
        f"     目录 catalog {effect['item']} v{item.get('number')} ({item.get('pack')}), {item.get('valid_from')}–"
        f"{item.get('valid_to') or ''}; 依据 clause: {', '.join(item.get('legal_basis', []))}"
    )
    yield (
        f"     文书 document {effect['document_kind']} {document(effect)}; 作出 decided {effect['decided_on']}, "
        f"送达 served {effect['served_on']}, 生效 effective {effect['effective_on']}"
    )
    yield f"     展示 displayed {effect['display_from']} – {effect['display_to']} ({effect['display_rule']})"
    yield (
        f"     来源 source: {source.get('unit')}, 报送 submission {effect['submission']}, 行 row {effect['row_number']}, "
        f"SHA-256 {source.get('file_digest')}, 经手 by {source.get('by_account') or source.get('channel')}"
    )
    for event in chain.events:
        yield (
            f"     变更 change: {event['kind']} {event['effective_at']}, 经手 by {event['by_account']}, "
            f"{event['document_number']} {event['clause']}"
        )
    for act in chain.acts:
        yield f"     日志 log {act.index} (e{act.id}): {act.name}, {_moment(act.at)}, 经手 by {act.by}, {act.clause}"
    if not chain.covered:
        yield "     晚于已见证的日志 / younger than the witnessed log"


def document(effect: dict[str, Any]) -> str:
    """A document's number; of a natural person or sole proprietor, who must not be here at all, only that there is one."""
    if effect["subject_kind"] == "natural_person" or effect["sole_proprietor"] is not False:
        return "***" if effect["document_number"] else ""
    return str(effect["document_number"])


def _moment(microseconds: int) -> str:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC).isoformat(timespec="seconds")


def _told_findings(findings: Sequence[Finding]) -> Iterator[str]:
    for kind, count in Counter(one.kind for one in findings).items():
        yield f"{kind.value}: {count} · {SENTENCES[kind].zh} / {SENTENCES[kind].en}"
        places = [one.where for one in findings if one.kind == kind]
        yield "  " + ", ".join(places[:SHOWN]) + (" …" if len(places) > SHOWN else "")


def as_data(found: Visited, seconds: float) -> dict[str, Any]:
    """The same as data; the chains as they stand in the snapshot and in the log."""
    return {
        "whole": found.whole,
        "seconds": round(seconds, 1),
        "taken_at": found.taken_at and found.taken_at.isoformat(),
        "snapshot_sha256": found.snapshot_digest,
        "root": found.root,
        "readings": found.readings,
        "acts": found.acts,
        "effects": found.effects,
        "uncovered": found.uncovered,
        "sample": list(map(_chain, found.sample)),
        "findings": [
            {"kind": one.kind.value, "where": one.where, "zh": one.sentence.zh, "en": one.sentence.en}
            for one in found.findings
        ],
    }


def _chain(chain: Chain) -> dict[str, Any]:
    return {
        "effect": chain.effect | {"document_number": document(chain.effect)},
        "item": chain.item,
        "submission": chain.submission,
        "events": chain.events,
        "acts": [
            {
                "index": act.index,
                "id": act.id,
                "at": _moment(act.at),
                "act": act.name,
                "by": act.by,
                "clause": act.clause,
            }
            for act in chain.acts
        ],
        "covered": chain.covered,
    }


def to_json(found: Visited, seconds: float, log: dict[str, object]) -> str:
    """One line; `log`: what is said of the log alone."""
    return json.dumps(as_data(found, seconds) | {"log": log}, ensure_ascii=False)
