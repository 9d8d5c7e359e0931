"""The compact form of an export is judged as the other one is: what is whole is whole, and every tamper that it can hold is found."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from anxin.audit.tree.keys import decode
from anxin.audit.verifier import hashed
from anxin.audit.verifier.compact import NO_SALT, RECORD
from anxin.audit.verifier.export import portions
from anxin.audit.verifier.faults import Kind
from anxin.audit.verifier.log import Verified, verify_log
from anxin.audit.verifier.receipts import check_receipt, find_entry, make_receipt
from tests.audit.verifier import checkpoint_shapes, shapes
from tests.audit.verifier.built_export import GENUINE, TRUST, Export, Row
from tests.audit.verifier.shapes import Shape

ALL = [*shapes.SHAPES, *checkpoint_shapes.SHAPES]


def compacted(export: Export) -> tuple[bytes, bytes] | None:
    """Texts and records; None where the form cannot say it."""
    texts, records = b"", b""
    for row in export.rows:
        try:
            line: Row = json.loads(row) if isinstance(row, str) else row
            salt, text = decode(line.get("salt", "")) or NO_SALT, str(line.get("entry", ""))
            record = salt + decode(line["commitment"])
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            return None
        if len(record) != RECORD or "\n" in text or line.get("erased", True) is not True:
            return None
        texts += text.encode(errors="surrogatepass") + b"\n"
        records += record
    return texts, records


def write(export: Export, folder: Path, made: tuple[bytes, bytes]) -> Path:
    """The export with these in the place of its lines."""
    export.missing.add("leaves-000000.jsonl")
    export.write(folder)
    (folder / "entries-000000.txt").write_bytes(made[0])
    (folder / "leaves-000000.bin").write_bytes(made[1])
    return folder


def verified(export: Export, made: tuple[bytes, bytes], shape: Shape | None = None) -> Verified:
    with TemporaryDirectory() as name:
        folder = write(export, Path(name) / "export", made)
        since = [str(one) for one in shape.since] if shape else []
        return verify_log(folder, shape.trusted if shape else TRUST, since=since, sm3=True)


def genuine() -> tuple[bytes, bytes]:
    made = compacted(GENUINE)
    assert made is not None
    return made


def test_what_nobody_touched_is_whole_and_read_in_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashed, "read_lines", None)
    found = verified(GENUINE.copy(), genuine())
    assert (found.faults, found.size, found.witnessed, found.erased) == ([], 600, 600, [])


def test_every_tamper_that_the_form_can_hold_is_found() -> None:
    tried, missed = 0, []
    for shape in ALL:
        export = shape.made()
        made = compacted(export)
        same_notes = export.notes == GENUINE.notes and export.latest == GENUINE.latest
        if made is None or (made == genuine() and same_notes and not export.raw):
            continue
        tried += 1
        found = verified(export, made, shape)
        if not found.faults:
            missed.append(shape.name)
    assert missed == []
    assert tried > 100


def test_what_the_form_alone_can_go_wrong_in_is_found() -> None:
    texts, records = genuine()
    lines = texts.split(b"\n")
    cases = {
        "records cut": (texts, records[:-1]),
        "records cut by one": (texts, records[:-RECORD]),
        "records added": (texts, records + records[:RECORD]),
        "texts cut": (b"\n".join(lines[:-2]) + b"\n", records),
        "no records": (texts, b""),
        "no texts": (b"", records),
        "a text with a line end": (texts.replace(b'["q", 101,', b'["q",\n101,', 1), records),
        "no text of any tongue": (texts.replace("出具".encode(), b"\xff\xfe", 1), records),
        "an empty line slipped in": (b"\n" + texts, records),
    }
    for name, made in cases.items():
        assert verified(GENUINE.copy(), made).faults, name


def test_an_erased_entry_keeps_its_place_and_gives_up_its_salt() -> None:
    texts, records = genuine()
    lines = texts.split(b"\n")
    lines[7] = b""
    kept = records[7 * RECORD :]
    without = records[: 7 * RECORD] + NO_SALT + kept[16:]
    found = verified(GENUINE.copy(), (b"\n".join(lines), without))
    assert (found.faults, found.erased) == ([], [7])
    left = verified(GENUINE.copy(), (b"\n".join(lines), records))
    assert [(one.kind, one.first) for one in left.faults] == [(Kind.SALT_OF_ERASED, 7)]


def test_both_forms_in_one_folder_are_refused(tmp_path: Path) -> None:
    folder = GENUINE.copy().write(tmp_path / "export")
    (folder / "entries-000000.txt").write_bytes(b"[]\n")
    assert [one.kind for one in verify_log(folder, TRUST).faults] == [Kind.FILE]


def test_receipts_come_out_of_the_compact_form_too(tmp_path: Path) -> None:
    export = GENUINE.copy()
    folder = write(export, tmp_path / "export", genuine())
    assert sum(portion.count for portion in portions(folder)) == 600
    assert find_entry(folder, "q432") == 431
    receipt, faults = make_receipt(folder, 431, TRUST)
    assert faults == []
    content, wrong = check_receipt(receipt, TRUST)
    assert (wrong, content["index"]) == ([], 431)
    assert content["entry"] == GENUINE.rows[431]["entry"]  # type: ignore[index]
