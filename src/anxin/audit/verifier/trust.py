"""Whom the auditor trusts, and what of a checkpoint's signatures holds by that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from anxin.audit.tree.checkpoints import Checkpoint, parse_checkpoint
from anxin.audit.tree.keys import LOG, WITNESS, Malformed, VerifierKey
from anxin.audit.tree.notes import Note, SignatureRefused, held_signatures, is_signed, parse_note
from anxin.audit.verifier.faults import Fault, Kind


@dataclass(frozen=True, slots=True)
class Trust:
    """Keys given by the auditor, never by the export. `quorum`: how many witnesses must have cosigned. `now`: seconds."""

    logs: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...]
    quorum: int
    now: int

    @property
    def origin(self) -> str:
        """The log's; all its keys carry it as their name."""
        return self.logs[0].name

    @property
    def names(self) -> list[str]:
        """The witnesses'; one may have had several keys."""
        return sorted({key.name for key in self.witnesses})


def trust(keys: Iterable[VerifierKey], *, quorum: int | None, now: int) -> Trust:
    """Raises `Malformed` where the keys are not of one log and, where a quorum is asked for, enough witnesses."""
    given = tuple(keys)
    logs = tuple(key for key in given if key.kind == LOG)
    witnesses = tuple(key for key in given if key.kind == WITNESS)
    names = {key.name for key in witnesses}
    if len({key.name for key in logs}) != 1:
        raise Malformed("须给出一个日志的公钥", "give the keys of one log")
    wanted = len(names) if quorum is None else quorum
    if not 0 < wanted <= len(names):
        raise Malformed("见证公钥的数目不够", "too few keys of witnesses are given")
    return Trust(logs, witnesses, wanted, now)


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint and who saw it. `times`: of each witness whose cosignature is genuine, its last time in seconds."""

    note: Note
    checkpoint: Checkpoint
    times: dict[str, int]

    def moment(self, trusted: Trust) -> int | None:
        """When as many witnesses as must had seen it; None where they have not."""
        found = sorted(self.times.values())
        return found[trusted.quorum - 1] if len(found) >= trusted.quorum else None


def see(text: str, trusted: Trust, label: str, faults: list[Fault]) -> Seen | None:
    """A checkpoint with the cosignatures that hold; adds what is wrong. None where it cannot be read at all."""
    try:
        note = parse_note(text)
        checkpoint = parse_checkpoint(note.text)
    except Malformed as error:
        faults.append(Fault(Kind.NOTE, detail=f"{label}: {error.why.en}"))
        return None
    times: dict[str, int] = {}
    for name in trusted.names:
        try:
            found = held_signatures(note, [key for key in trusted.witnesses if key.name == name])
            times |= {name: max(one.time or 0 for one in found)} if found else {}
        except SignatureRefused as refused:
            faults.append(_refused(refused, label))
    return Seen(note, checkpoint, times)


def check_log_signature(seen: Seen, trusted: Trust, moment: int | None, label: str) -> list[Fault]:
    """What is wrong with the log's own signature, given when witnesses saw it."""
    if seen.checkpoint.origin != trusted.origin:
        return [Fault(Kind.ORIGIN, detail=f"{label}: {seen.checkpoint.origin}")]
    try:
        if not is_signed(seen.note, trusted.logs, moment=moment):
            return [Fault(Kind.SIGNATURE_MISSING, detail=label)]
    except SignatureRefused as refused:
        return [_refused(refused, label)]
    return []


def missing_witnesses(seen: Seen, trusted: Trust, label: str) -> list[Fault]:
    """One fault for each witness that is missing, where fewer cosigned than must."""
    if len(seen.times) >= trusted.quorum:
        return []
    absent = [name for name in trusted.names if name not in seen.times]
    return [Fault(Kind.WITNESS_MISSING, detail=f"{label}: {name}") for name in absent]


def _refused(refused: SignatureRefused, label: str) -> Fault:
    kind = Kind.SIGNATURE_OUTSIDE if refused.reason == "outside" else Kind.SIGNATURE_WRONG
    return Fault(kind, detail=f"{label}: {refused.key.name}")
