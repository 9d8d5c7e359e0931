"""Verifying logs that are whole: erased texts, rotated keys, absent witnesses, several portions and processes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from anxin.audit.tree import notes
from anxin.audit.tree.keys import LOG, Malformed, SigningKey
from anxin.audit.verifier import lines
from anxin.audit.verifier.export import PORTION
from anxin.audit.verifier.faults import Kind
from anxin.audit.verifier.log import Verified, verify_log
from anxin.audit.verifier.trust import Trust, trust
from tests.audit.verifier import built_export as made
from tests.audit.verifier.built_export import (
    BEGAN,
    GENUINE,
    ROWS,
    SIZES,
    TRUST,
    WITNESSES,
    Export,
    Row,
    compact,
)

NEW = made.OTHER_LOG_KEY


def verify(export: Export, folder: Path, trusted: Trust = TRUST, processes: int = 1) -> Verified:
    return verify_log(export.write(folder / "export"), trusted, processes=processes)


def kinds(found: Verified) -> set[Kind]:
    return {one.kind for one in found.faults}


def erased(line: Row) -> Row:
    return {"index": line["index"], "kind": line["kind"], "erased": True, "commitment": line["commitment"]}


@pytest.mark.parametrize("places", [range(5), range(0, 600, 7), range(600), [599]])
def test_erasing_texts_breaks_nothing_and_is_told(places: range, tmp_path: Path) -> None:
    export = GENUINE.copy()
    for place in places:
        export.rows[place] = erased(ROWS[place])
    found = verify(export, tmp_path)
    assert found.faults == []
    assert found.erased == list(places)


def test_lines_written_with_spaces_or_in_another_order_are_as_good(tmp_path: Path) -> None:
    export = GENUINE.copy()
    export.rows[5] = compact(ROWS[5]).replace('","', '", "')
    export.rows[6] = compact(dict(reversed(ROWS[6].items())))
    assert verify(export, tmp_path).faults == []


def test_lines_are_read_alike_whichever_way(tmp_path: Path) -> None:
    data = "".join(f"{compact(one)}\n" for one in ROWS).encode()
    [*rows] = (one | {"entry": one["entry"].replace("\\", "")} for one in ROWS)
    plain = "".join(f"{compact(made.sealed(one))}\n" for one in rows).encode()
    with_erased = "".join(f"{compact(erased(one) if one['index'] % 3 else one)}\n" for one in ROWS).encode()
    usual = lines._read_usual(plain, 0, len(ROWS))
    assert usual is not None
    assert usual == lines._read_quickly(plain, 0, len(ROWS)) == lines._read_one_by_one(plain, 0)
    for some in (data, with_erased):
        assert lines._read_usual(some, 0, len(ROWS)) is None
        quick = lines._read_quickly(some, 0, len(ROWS))
        assert quick is not None
        assert quick == lines._read_one_by_one(some, 0)


def rotated(until: int) -> Export:
    """Checkpoints up to a number signed by the old key, the others by the new one."""
    export = GENUINE.copy()
    export.notes[until:] = [made.signed(made.checkpoint(ROWS, size), key=NEW) for size in SIZES[until:]]
    export.latest = export.notes[-1]
    return export


def test_keys_rotate_with_overlap_and_old_signatures_hold(tmp_path: Path) -> None:
    assert verify(rotated(3), tmp_path, made.ended(NEW, made.seen_at(SIZES[2]) + 1)).faults == []


def test_a_revoked_key_s_later_signatures_do_not_hold(tmp_path: Path) -> None:
    found = verify(rotated(4), tmp_path, made.ended(NEW, made.seen_at(SIZES[2]) + 1))
    assert [(one.kind, one.first, one.end) for one in found.faults] == [
        (Kind.SIGNATURE_OUTSIDE, SIZES[2], SIZES[3])
    ]


def test_a_revoked_witness_s_later_cosignatures_do_not_hold(tmp_path: Path) -> None:
    ended = replace(WITNESSES[0].verifier, ends=made.seen_at(SIZES[2]))
    trusted = trust([made.LOG_KEY.verifier, ended, WITNESSES[1].verifier], quorum=None, now=BEGAN + 9_000)
    found = verify(GENUINE.copy(), tmp_path, trusted)
    assert {Kind.SIGNATURE_OUTSIDE, Kind.WITNESS_MISSING} <= kinds(found)


def test_while_no_witness_answered_the_log_goes_on_and_the_rest_is_told_as_not_witnessed(
    tmp_path: Path,
) -> None:
    export = GENUINE.copy()
    for number in (1, 4):
        export.notes[number] = replace(export.notes[number], signatures=export.notes[number].signatures[:1])
    export.latest = export.notes[3]
    found = verify(export, tmp_path)
    assert found.faults == []
    assert (found.size, found.witnessed) == (600, 500)


def test_fewer_witnesses_are_enough_where_the_auditor_says_so(tmp_path: Path) -> None:
    export = GENUINE.copy()
    export.notes = [replace(one, signatures=one.signatures[:2]) for one in export.notes]
    export.latest = export.notes[-1]
    assert verify(export, tmp_path, replace(TRUST, quorum=1)).faults == []


def test_the_latest_that_all_cosigned_may_be_older_than_what_enough_did(tmp_path: Path) -> None:
    export = GENUINE.copy()
    export.notes[-1] = replace(export.notes[-1], signatures=export.notes[-1].signatures[:2])
    export.latest = export.notes[-2]
    assert verify(export, tmp_path, replace(TRUST, quorum=1)).faults == []


def test_a_note_that_both_keys_signed_holds_by_the_one_in_its_time(tmp_path: Path) -> None:
    both = made.signed(made.checkpoint(ROWS, SIZES[2])).with_signatures(
        [notes.sign(GENUINE.notes[2].text, NEW)]
    )
    export = rotated(3)
    export.notes[2] = both
    assert verify(export, tmp_path, made.ended(NEW, made.seen_at(SIZES[2]) - 30)).faults == []


def test_an_empty_log_is_whole_and_an_empty_folder_is_not(tmp_path: Path) -> None:
    assert verify(made.built([], [0]), tmp_path).faults == []
    (tmp_path / "none").mkdir()
    assert kinds(verify_log(tmp_path / "none", TRUST)) == {Kind.FILE}


def test_keys_of_two_logs_or_no_witness_are_refused() -> None:
    other = SigningKey.make("example.org/other", LOG).verifier
    witness = WITNESSES[0].verifier
    for keys, quorum in [
        ([witness], None),
        ([made.LOG_KEY.verifier], None),
        ([made.LOG_KEY.verifier, other, witness], None),
    ]:
        with pytest.raises(Malformed):
            trust(keys, quorum=quorum, now=0)
    for quorum in (0, 2):
        with pytest.raises(Malformed):
            trust([made.LOG_KEY.verifier, witness], quorum=quorum, now=0)


@pytest.fixture(scope="module")
def long_rows() -> list[Row]:
    return [made.row(index) for index in range(4 * PORTION + 700)]


def test_a_long_log_in_several_files_and_processes(long_rows: list[Row], tmp_path: Path) -> None:
    count = len(long_rows)
    export = made.built(long_rows, [PORTION - 1, PORTION, PORTION + 1, 3 * PORTION + 5, count])
    export.rows, cut = [], 2 * PORTION + 333
    first, second = (
        "".join(f"{compact(one)}\n" for one in part) for part in (long_rows[:cut], long_rows[cut:])
    )
    export.raw = {"leaves-000000.jsonl": first.encode(), "leaves-000001.jsonl": second.encode()}
    folder = export.write(tmp_path / "export")
    for processes in (1, 2):
        found = verify_log(folder, TRUST, processes=processes)
        assert (found.faults, found.size) == ([], count)
    (folder / "leaves-000000.jsonl").unlink()
    found = verify_log(folder, TRUST)
    assert [(one.kind, one.first, one.end) for one in found.faults if one.kind == Kind.MISSING] == [
        (Kind.MISSING, 0, cut)
    ]


@pytest.mark.parametrize("place", [0, PORTION - 1, PORTION, PORTION + 1, 2 * PORTION])
def test_gaps_at_the_edges_of_portions_are_placed(place: int, long_rows: list[Row], tmp_path: Path) -> None:
    export = Export([*long_rows[:place], *long_rows[place + 3 : 3 * PORTION]], [], GENUINE.latest)
    found = verify(export, tmp_path)
    gaps = [
        (one.kind, one.first, one.end)
        for one in found.faults
        if one.kind in {Kind.MISSING, Kind.OUT_OF_PLACE}
    ]
    assert gaps == [(Kind.MISSING, place, place + 3)]


def test_a_fault_says_what_and_where_in_both_languages(tmp_path: Path) -> None:
    export = GENUINE.copy()
    del export.rows[5:9]
    [fault] = [one for one in verify(export, tmp_path).faults if one.kind == Kind.MISSING]
    assert fault.sentence.zh == "第 5 至 8 条：条目缺失"
    assert fault.sentence.en == "entries 5 to 8: entries are missing"
