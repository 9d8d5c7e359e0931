"""How somebody might tamper with checkpoints, signatures and whole copies of a log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from anxin.audit.tree.keys import LOG, SigningKey, encode
from anxin.audit.tree.notes import Note, cosign, sign
from anxin.audit.verifier.faults import Kind
from tests.audit.verifier import built_export as made
from tests.audit.verifier.built_export import (
    GENUINE,
    ROWS,
    SIZES,
    WITNESSES,
    Export,
    built,
    checkpoint,
    row,
    signed,
)
from tests.audit.verifier.shapes import Shape

SHAPES: list[Shape] = []
WHOLE = (0, SIZES[-1])
# The third checkpoint, which added these entries.
NUMBER, ADDED = 2, (SIZES[1], SIZES[2])


def shape(kind: Kind, first: int | None = None, end: int | None = None, **more: Any) -> Callable[..., None]:
    def register(tamper: Callable[[Export], None]) -> None:
        SHAPES.append(Shape(tamper.__name__, tamper, kind, first, end, **more))

    return register


def replaced(
    name: str, kind: Kind, change: Callable[[Note], Note], first: int | None, end: int | None
) -> None:
    """Register a change of the third note, and the same of the latest one."""

    def middle(export: Export) -> None:
        export.notes[NUMBER] = change(export.notes[NUMBER])

    def last(export: Export) -> None:
        export.latest = change(export.latest)

    placed = kind in {Kind.SIGNATURE_MISSING, Kind.ORIGIN}
    SHAPES.append(Shape(f"{name}-middle", middle, kind, *(ADDED if placed else (first, end))))
    SHAPES.append(Shape(f"{name}-latest", last, kind, *(WHOLE if placed else (first, end))))


def reworded(old: str, new: str) -> Callable[[Note], Note]:
    return lambda note: replace(note, text=note.text.replace(old, new))


def line_changed(number: int, new: str) -> Callable[[Note], Note]:
    def change(note: Note) -> Note:
        lines = note.text.split("\n")
        lines[number] = new
        return replace(note, text="\n".join(lines))

    return change


def by_stranger(note: Note) -> Note:
    stranger = SigningKey.make("example.org/log", LOG, b"s" * 32)
    return Note(note.text, (sign(note.text, stranger), *note.signatures[1:]))


def with_signatures_of_another(note: Note) -> Note:
    return replace(note, signatures=GENUINE.notes[0].signatures)


def with_cosignature_of_another(note: Note) -> Note:
    return replace(note, signatures=(note.signatures[0], note.signatures[1], GENUINE.notes[0].signatures[2]))


def with_later_cosignature(note: Note) -> Note:
    genuine = note.signatures[1]
    later = replace(genuine, blob=(made.BEGAN + 9_000).to_bytes(8, "big") + genuine.blob[8:])
    return replace(note, signatures=(note.signatures[0], later, note.signatures[2]))


def under_other_name(note: Note) -> Note:
    text = note.text.replace("example.org/log\n", "example.org/other\n")
    return Note(
        text, (sign(text, made.LOG_KEY), *(cosign(text, one, at=made.BEGAN + 700) for one in WITNESSES))
    )


WRONG = Kind.SIGNATURE_WRONG
for _label, _change in {
    "size": line_changed(1, "351"),
    "root": line_changed(2, encode(b"r" * 32)),
    "second-root": line_changed(3, "sm3 " + encode(b"r" * 32)),
    "extension": line_changed(4, "more\n"),
    "signatures-of-another": with_signatures_of_another,
    "cosignature-of-another": with_cosignature_of_another,
    "cosignature-time": with_later_cosignature,
}.items():
    # Named by its file and key, not by entries: the text itself is not what was signed.
    replaced(f"changed-{_label}", WRONG, _change, None, None)
replaced("size-written-otherwise", Kind.NOTE, line_changed(1, "0350"), None, None)
replaced("root-cut", Kind.NOTE, line_changed(2, "AAAA"), None, None)
replaced("signature-cut", Kind.NOTE, lambda note: replace(note, signatures=()), None, None)
replaced("signed-by-a-stranger", Kind.SIGNATURE_MISSING, by_stranger, None, None)
replaced(
    "log-s-signature-removed",
    Kind.SIGNATURE_MISSING,
    lambda note: replace(note, signatures=note.signatures[1:]),
    None,
    None,
)
replaced("of-another-log", Kind.ORIGIN, under_other_name, None, None)


@shape(Kind.WITNESS_MISSING, *WHOLE)
def a_witness_is_missing(export: Export) -> None:
    export.latest = replace(export.latest, signatures=export.latest.signatures[:2])


@shape(Kind.WITNESS_MISSING, *WHOLE)
def all_witnesses_are_missing(export: Export) -> None:
    export.latest = replace(export.latest, signatures=export.latest.signatures[:1])


@shape(Kind.WITNESS_MISSING, *WHOLE)
def one_witness_twice(export: Export) -> None:
    again = cosign(export.latest.text, WITNESSES[0], at=made.BEGAN + 900)
    export.latest = replace(export.latest, signatures=(*export.latest.signatures[:2], again))


@shape(Kind.SHRUNK, SIZES[1], SIZES[2])
def checkpoints_in_another_order(export: Export) -> None:
    export.notes[1:3] = export.notes[1:3][::-1]


@shape(Kind.NOT_LAST, *WHOLE)
def the_last_checkpoint_taken_away(export: Export) -> None:
    export.notes.pop()


@shape(Kind.NOT_LAST, 0, SIZES[-2])
def an_older_latest_checkpoint(export: Export) -> None:
    export.latest = export.notes[-2]


@shape(Kind.ROOT, SIZES[1], SIZES[2])
def a_checkpoint_with_another_root_signed_by_all(export: Export) -> None:
    export.notes[NUMBER] = signed(replace(checkpoint(ROWS, SIZES[2]), root=b"r" * 32))


@shape(Kind.FORK, 0, SIZES[2])
def two_roots_of_one_size(export: Export) -> None:
    export.notes.insert(3, signed(replace(checkpoint(ROWS, SIZES[2]), root=b"r" * 32)))


@shape(Kind.SECOND_ROOT, 0, SIZES[2], sm3=True)
def another_second_root_signed_by_all(export: Export) -> None:
    export.notes[NUMBER] = signed(replace(checkpoint(ROWS, SIZES[2]), sm3_root=b"r" * 32))


@shape(Kind.NO_SECOND_ROOT, 0, SIZES[2], sm3=True)
def a_second_root_left_out(export: Export) -> None:
    export.notes[NUMBER] = signed(replace(checkpoint(ROWS, SIZES[2]), sm3_root=None))


@shape(Kind.TIME_BACK, SIZES[1], SIZES[2])
def a_witness_s_time_goes_back(export: Export) -> None:
    export.notes[NUMBER] = signed(checkpoint(ROWS, SIZES[2]), at=made.BEGAN)


@shape(Kind.TIME_AHEAD, SIZES[3], SIZES[4])
def a_witness_s_time_in_the_future(export: Export) -> None:
    export.notes[-1] = export.latest = signed(checkpoint(ROWS, 600), at=made.TRUST.now + 7_200)


@shape(Kind.TOO_EARLY, 430, 431)
def an_entry_sealed_late_with_an_earlier_time(export: Export) -> None:
    rows = list(ROWS)
    rows[430] = row(430, at=made.moment(-9_000))
    export.rows, export.notes, export.latest = _parts(built(rows))


@shape(Kind.TOO_LATE, 430, 431)
def an_entry_with_a_time_yet_to_come(export: Export) -> None:
    rows = list(ROWS)
    rows[430] = row(430, at=made.moment(9_000))
    export.rows, export.notes, export.latest = _parts(built(rows))


@shape(Kind.SINCE_LARGER, SIZES[2], SIZES[4], since=(GENUINE.latest,))
def an_old_copy_restored(export: Export) -> None:
    export.rows, export.notes, export.latest = _parts(built(ROWS[: SIZES[2]], SIZES[:3]))


@shape(Kind.SINCE_FORK, 0, SIZES[1], since=(GENUINE.notes[1],))
def a_fork_from_before_what_was_kept(export: Export) -> None:
    export.rows, export.notes, export.latest = _parts(built(_forked(150)))


@shape(Kind.SINCE_LARGER, SIZES[2], SIZES[4], since=(GENUINE.notes[1], GENUINE.latest))
def a_fork_from_an_old_copy(export: Export) -> None:
    export.rows, export.notes, export.latest = _parts(built(_forked(300)[: SIZES[2]], SIZES[:3]))


@shape(Kind.WITNESS_MISSING, *WHOLE)
def a_fork_that_only_the_log_and_one_witness_signed(export: Export) -> None:
    export.rows, export.notes, export.latest = _parts(built(_forked(300)))
    export.latest = signed(checkpoint(_forked(300), 600), witnesses=WITNESSES[:1])


@shape(Kind.ROOT, SIZES[1], SIZES[2])
def another_log_s_entries_under_the_genuine_checkpoints(export: Export) -> None:
    export.rows = list(_forked(300))


@shape(Kind.SIGNATURE_MISSING, since=(by_stranger(GENUINE.notes[1]),))
def a_kept_checkpoint_that_the_log_never_signed(export: Export) -> None:
    export.missing = set()


@shape(Kind.LEAVES_MISSING, SIZES[2], SIZES[4])
def truncated_at_a_checkpoint(export: Export) -> None:
    del export.rows[SIZES[2] :]


@shape(Kind.LEAVES_MISSING, 0, SIZES[4])
def no_entries_at_all(export: Export) -> None:
    export.rows.clear()


@shape(Kind.LEAVES_BEYOND, SIZES[4], SIZES[4] + 3)
def entries_that_nobody_signed(export: Export) -> None:
    export.rows += [row(SIZES[4] + one) for one in range(3)]


@shape(Kind.FILE)
def entries_file_missing(export: Export) -> None:
    export.missing = {"leaves-000000.jsonl"}


@shape(Kind.FILE)
def checkpoints_file_missing(export: Export) -> None:
    export.missing = {"checkpoints"}


@shape(Kind.FILE)
def latest_file_missing(export: Export) -> None:
    export.missing = {"checkpoint"}


@shape(Kind.FILE)
def checkpoints_no_text(export: Export) -> None:
    export.raw = {"checkpoints": b"\xff\xfe"}


@shape(
    Kind.SIGNATURE_OUTSIDE,
    SIZES[2],
    SIZES[3],
    trusted=made.ended(made.OTHER_LOG_KEY, made.seen_at(SIZES[2]) + 1),
)
def a_revoked_key_still_signing(export: Export) -> None:
    export.notes[-1] = export.latest = signed(checkpoint(ROWS, 600), key=made.OTHER_LOG_KEY)


def _forked(place: int) -> list[made.Row]:
    return [*ROWS[:place], *(row(one, text="另一个版本") for one in range(place, SIZES[-1]))]


def _parts(export: Export) -> tuple[Any, list[Note], Note]:
    return export.rows, export.notes, export.latest
