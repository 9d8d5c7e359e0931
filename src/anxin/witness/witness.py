"""What a witness decides: it cosigns a checkpoint only where the log has grown from what it cosigned before."""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from anxin.audit.tree.checkpoints import Checkpoint
from anxin.audit.tree.keys import Malformed, VerifierKey
from anxin.audit.tree.notes import Note, SignatureRefused, cosign, is_signed
from anxin.audit.tree.proofs import ProofInvalid, verify_consistency
from anxin.witness.requests import Submission, parse_submission
from anxin.witness.store import Held, Store

SIZE_TYPE, TEXT_TYPE = "text/x.tlog.size", "text/plain; charset=utf-8"
EMPTY_ROOT = hashlib.sha256().digest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP."""

    status: HTTPStatus
    text: str
    kind: str = TEXT_TYPE


class Witness:
    """`logs`: the keys trusted; a key's name is its log's origin. `clock`: seconds since 1970."""

    def __init__(self, store: Store, logs: Sequence[VerifierKey], clock: Callable[[], float]) -> None:
        self.store = store
        self._clock = clock
        # Checking what is held and keeping what is new are one step: requests wait for each other.
        self._one_by_one = threading.Lock()
        self._logs: dict[str, list[VerifierKey]] = defaultdict(list)
        for key in logs:
            self._logs[key.name].append(key)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Cosign, or say why not. When the answer is 200 the checkpoint is on the disk."""
        try:
            given = parse_submission(body)
        except Malformed as error:
            return Answer(HTTPStatus.BAD_REQUEST, f"{error.why.en}\n")
        if given.checkpoint.origin not in self._logs:
            return Answer(HTTPStatus.NOT_FOUND, "unknown log\n")
        if not self._is_from_the_log(given):
            return Answer(HTTPStatus.FORBIDDEN, "no signature of a key trusted for this log\n")
        with self._one_by_one:
            return self._decide(given, self.store.held(given.checkpoint.origin))

    def _is_from_the_log(self, given: Submission) -> bool:
        keys = self._logs[given.checkpoint.origin]
        try:
            return is_signed(given.note, keys, moment=int(self._clock()))
        except SignatureRefused:
            return False

    def _decide(self, given: Submission, held: Held | None) -> Answer:
        size = held.checkpoint.size if held else 0
        if given.old_size != size:
            return Answer(HTTPStatus.CONFLICT, f"{size}\n", SIZE_TYPE)
        if held and given.checkpoint.size == size and not _same_tree(held.checkpoint, given.checkpoint):
            self.store.keep_evidence(given.note)
            return Answer(HTTPStatus.CONFLICT, f"{size}\n", SIZE_TYPE)
        try:
            _check_growth(held.checkpoint if held else None, given)
        except ProofInvalid as error:
            self.store.keep_evidence(given.note)
            return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, f"{error.why.en}\n")
        return self._cosign(given, held)

    def _cosign(self, given: Submission, held: Held | None) -> Answer:
        # A clock that was set back must not make a later tree look older.
        at = max(int(self._clock()), held.time if held else 0)
        ours = cosign(given.note.text, self.store.key, at=at)
        log_keys = {key.key_id for key in self._logs[given.checkpoint.origin]}
        kept = Note(given.note.text, tuple(one for one in given.note.signatures if one.key_id in log_keys))
        self.store.keep(Held(kept.with_signatures([ours]), given.checkpoint))
        return Answer(HTTPStatus.OK, ours.line)


def _same_tree(held: Checkpoint, given: Checkpoint) -> bool:
    return (held.root, held.sm3_root) == (given.root, given.sm3_root)


def _check_growth(held: Checkpoint | None, given: Submission) -> None:
    """Raise `ProofInvalid` where the log did not grow from what is held."""
    new = given.checkpoint
    if held and new.size < held.size:
        raise ProofInvalid("日志变小了", "the log has become smaller")
    if new.size == 0 and new.root != EMPTY_ROOT:
        raise ProofInvalid("空树的根不对", "the empty tree has another root")
    if held is None or held.size == 0:
        if given.proof:
            raise ProofInvalid("证明过长", "the proof from an empty tree must be empty")
        return
    verify_consistency(size1=held.size, size2=new.size, root1=held.root, root2=new.root, proof=given.proof)
