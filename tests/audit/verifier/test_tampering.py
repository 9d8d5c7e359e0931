"""Every shape of tampering is found, at the right place; and what finds them is not the harness itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from anxin.audit.verifier import hashed
from anxin.audit.verifier.lines import Read
from anxin.audit.verifier.log import Verified, verify_log
from anxin.audit.verifier.roots import Roots
from tests.audit.verifier import checkpoint_shapes, shapes
from tests.audit.verifier.built_export import GENUINE, TRUST, Export
from tests.audit.verifier.shapes import Shape

ALL = [*shapes.SHAPES, *checkpoint_shapes.SHAPES]
Verify = Callable[[Path, Shape], Verified]


def really(folder: Path, shape: Shape) -> Verified:
    return verify_log(folder, shape.trusted, since=[str(one) for one in shape.since], sm3=shape.sm3)


def blindly(folder: Path, shape: Shape) -> Verified:
    return Verified(shape.trusted.origin)


def verified(export: Export, verify: Verify, shape: Shape) -> Verified:
    with TemporaryDirectory() as name:
        return verify(export.write(Path(name) / "export"), shape)


def undetected(verify: Verify, shapes: Iterable[Shape] = ALL) -> list[str]:
    """The harness: the shapes that a verifier does not find."""
    return [one.name for one in shapes if not one.found_in(verified(one.made(), verify, one).faults)]


def named(*names: str) -> list[Shape]:
    found = [shape for shape in ALL if shape.name in names]
    assert len(found) == len(names)
    return found


@pytest.mark.parametrize("shape", ALL, ids=[shape.name for shape in ALL])
def test_tampering_is_found_where_it_was_done(shape: Shape) -> None:
    found = verified(shape.made(), really, shape)
    assert shape.found_in(found.faults), [
        (one.kind.value, one.first, one.end, one.detail) for one in found.faults
    ]


def test_there_are_more_than_a_hundred_shapes_and_none_is_the_same_as_another() -> None:
    made = [(shape.made(), shape) for shape in ALL]
    different = {repr((export, shape.since, shape.sm3, shape.trusted)) for export, shape in made}
    assert len(different) == len({shape.name for shape in ALL}) == len(ALL) > 150


@pytest.mark.parametrize("sm3", [False, True])
def test_what_nobody_touched_is_whole(sm3: bool) -> None:
    shape = Shape("untouched", lambda _: None, ALL[0].kind, 0, 0, since=tuple(GENUINE.notes), sm3=sm3)
    found = verified(GENUINE.copy(), really, shape)
    assert found.faults == []
    assert (found.size, found.witnessed, found.checkpoints) == (600, 600, 5)
    assert found.times.keys() == set(TRUST.names)


def test_the_harness_reports_a_blind_verifier() -> None:
    assert undetected(blindly) == [shape.name for shape in ALL]


def test_without_comparing_roots_what_was_committed_again_goes_unseen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    again = ("edit_text_and_commit_again-431", "back_date-57", "swap_and_renumber-0")
    monkeypatch.setattr(Roots, "differences", lambda *_, **__: [])
    assert set(undetected(really, named(*again, "edit_text-431"))) == set(again)


def test_without_recomputing_lines_what_was_edited_goes_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    edited = ("edit_text-431", "change_salt-0", "swap_salts-57")
    honest = hashed.read_lines

    def trusting(data: bytes, first: int, count: int) -> Read:
        read = honest(data, first, count)
        read.faults.clear()
        return read

    monkeypatch.setattr(hashed, "read_lines", trusting)
    assert set(undetected(really, named(*edited, "back_date-57"))) == set(edited)


def test_without_what_the_auditor_kept_an_old_copy_cannot_be_told_from_a_young_log() -> None:
    [old] = named("an_old_copy_restored")
    assert verified(old.made(), really, replace(old, since=())).faults == []
