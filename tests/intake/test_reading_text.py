"""CSV as it comes: encodings, quotation marks, line ends, row numbers; what would be guessed at is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.intake.checks.texts import PRIVATE_USE
from anxin.intake.reading import (
    ROW_NUMBER,
    Source,
    check_digest,
    encoding,
    file_digest,
    open_table,
    source,
    written_digest,
)
from anxin.intake.refusals import FileRefused, WrongDigest

NAME = "鞍山虚构甲有限公司"


def rows_of(path: Path, **options: str) -> list[tuple[object, ...]]:
    return [row for frame in open_table(path, **options).frames() for row in frame.rows()]


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


UTF8, GBK = f"{NAME},乙\n".encode(), f"{NAME},乙\n".encode("gbk")
CASES: list[tuple[bytes, str, str]] = [
    (b"", "E-EMPTY", ""),
    (b"\n\r\n \n"[:3], "E-EMPTY", ""),
    (b"\xef\xbb\xbf" + GBK, "E-ENC", "3"),
    (b"a,b\n\xed\xa0\x80,1\n", "E-ENC", "4"),
    (b"\xef\xbb\xbfa,b\n\xc0\xaf,1\n", "E-ENC", "7"),
    (b"a,b\n" + NAME.encode() + b",\xff\xff\n", "E-ENC", "32"),
    (b"a,b\n" + NAME.encode() + b",\xed\xa0\x80\n", "E-ENC", "32"),
    (b"a,b\n" + NAME.encode() + b",\xc0\xaf\n", "E-ENC", "32"),
    (UTF8 + GBK, "E-ENC-MIX", "32"),
    (GBK + UTF8, "E-ENC-MIX", "0"),
    ("a,b\n1,2\n".encode("utf-16"), "E-ENC-MIX", "0"),
    ("a,b\n1,2\n".encode("utf-16-le"), "E-ENC-MIX", "1"),
    (b"a,b\n1,\x00\n", "E-NUL", "6"),
    (b'a,b\n"1,2\n3,4\n', "E-CSV-QUOTE", "2"),
    (b'a,b\n1,"2\n3,"4\n', "E-CSV-QUOTE", "2"),
    (b'a,b\n1,2" pipe\n3,4" pipe\n', "E-CSV-QUOTE", "2"),
    (b'a,b\n1,"2"x\n', "E-CSV-QUOTE", "2"),
    (b"a,b\n1,2\n\n1\n", "E-CSV-COLS", "4"),
    (b"a,b\n1,2,3\n", "E-CSV-COLS", "2"),
    (b"a,b,c\n1\n1,2,3,4,5\n", "E-CSV-COLS", "2"),
    (b"a;b\n1;2\n", "E-CSV-DELIM", ";"),
    (b"a\tb\n1\t2\n", "E-CSV-DELIM", "TAB"),
    ("甲，乙\n1，2\n".encode(), "E-CSV-DELIM", "，"),
    (b"a,b\n1," + b"x" * 200_000 + b"\n", "E-CELL-LEN", "2:2"),
    (b"a,b\n1," + b"x" * 10_000_000 + b"\n", "E-CELL-LEN", "2:2"),
    (b'a,b\n1,"' + b"x" * 30_000_000 + b'"\n', "E-CELL-LEN", "2"),
    (b"a," + b"x" * 200_000 + b"\n1,2\n", "E-CELL-LEN", "1"),
    (b'a,b\n1,"2\n' + b"3,4\n" * 4_000_000, "E-CSV-QUOTE", "2"),
    (b"a,,b\n1,,2\n1,x,2\n", "E-COL", "3"),
    (b"a" + b",a" * 1000 + b"\n", "E-COL", "1001"),
]


@pytest.mark.parametrize(("data", "code", "place"), CASES)
def test_what_cannot_be_read_for_certain_is_refused_with_its_place(
    tmp_path: Path, data: bytes, code: str, place: str
) -> None:
    path = write(tmp_path / "bad.csv", data)

    with pytest.raises(FileRefused) as refusal:
        rows_of(path)

    assert refusal.value.code == code
    assert place in refusal.value.explain("zh")
    assert place in refusal.value.explain("en")
    assert refusal.value.advise("zh") != refusal.value.advise("en")


def test_gbk_that_was_declared_utf8_is_refused_and_otherwise_read(tmp_path: Path) -> None:
    path = write(tmp_path / "gbk.csv", b"a,b\n" + GBK)

    with pytest.raises(FileRefused, match=r"E-ENC: .* byte 4 "):
        rows_of(path, encoding="UTF-8")
    assert rows_of(path) == [(NAME, "乙", 2)]


def test_gb18030_of_2022_and_four_bytes_are_read_exactly(tmp_path: Path) -> None:
    data = b"a,b\n" + bytes.fromhex("A6D9A6DFA6F3FE59FEA0") + b"," + "𠮷㐂龴".encode("gb18030") + b"\n"
    path = write(tmp_path / "2022.csv", data)

    assert rows_of(path) == [("\ufe10\ufe16\ufe19\u9fb4\u9fbb", "𠮷㐂龴", 2)]


def test_what_stays_private_use_can_be_found(tmp_path: Path) -> None:
    path = write(tmp_path / "private.csv", b"a,b\n" + bytes.fromhex("FE51") + b",x\n")

    frame = next(open_table(path).frames())

    assert frame.select(frame["a"].str.contains(PRIVATE_USE), frame["b"].str.contains(PRIVATE_USE)).row(
        0
    ) == (
        True,
        False,
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_blank_rows_and_any_line_end_keep_the_numbers_of_the_file(
    tmp_path: Path, end: str, last: bool
) -> None:
    lines = ["", "a,b", "", "1,", ",", '"x\ny",2', '"",""', "", "3,4"]
    text = end.join(lines) + (end if last else "")

    assert rows_of(write(tmp_path / "blank.csv", b"\xef\xbb\xbf" + text.encode())) == [
        ("1", None, 4),
        ("x\ny", "2", 6),
        ("3", "4", 9),
    ]


def test_mixed_line_ends_in_one_file(tmp_path: Path) -> None:
    assert rows_of(write(tmp_path / "mixed.csv", b"a,b\r\n1,2\r3,4\n5,6")) == [
        ("1", "2", 2),
        ("3", "4", 3),
        ("5", "6", 4),
    ]


def test_columns_without_name_may_be_there_if_they_are_empty(tmp_path: Path) -> None:
    path = write(tmp_path / "unnamed.csv", b"a,b,,\n1,2,,\n")

    assert open_table(path).header == ("a", "b")
    assert rows_of(path) == [("1", "2", 2)]


def test_a_doubled_name_does_not_hide_a_column(tmp_path: Path) -> None:
    path = write(tmp_path / "doubled.csv", b"a,a,row number\n1,2,3\n")

    assert open_table(path).header == ("a", "a", "row number")
    assert rows_of(path) == [("1", "2", "3", 2)]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(*[st.text(st.sampled_from('甲a,"\n é𠮷'), max_size=4)] * 2), min_size=1, max_size=12
    ),
    block=st.integers(1, 40),
    gb=st.booleans(),
)
def test_blocks_of_any_size_give_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], block: int, gb: bool
) -> None:
    """Every border falls everywhere: inside characters, pairs of CR LF, quotation marks."""
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    text = "\r\n".join(["甲,乙", *quoted])
    path = write(tmp_path_factory.mktemp("blocks") / "x.csv", text.encode("gb18030" if gb else "utf-8"))
    expected = [(*(cell or None for cell in row), number) for number, row in enumerate(rows, 2) if any(row)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source.Source.blocks, "__defaults__", (0, block))
        patch.setattr(encoding, "_surely_utf8", lambda block: False)
        assert rows_of(path) == expected


def test_a_declared_digest_is_compared(tmp_path: Path) -> None:
    digest = file_digest(Source.of_path(write(tmp_path / "x.csv", b"a\n1\n")))

    for text in (digest.hex(), digest.hex().upper(), f" sha256:{digest.hex()} "):
        assert written_digest(text) == digest
    for text in ("", digest.hex()[:-1], "g" * 64):
        assert written_digest(text) is None
    check_digest(digest, None)
    check_digest(digest, digest)
    with pytest.raises(WrongDigest):
        check_digest(digest, bytes(32))


def test_frames_can_be_read_again_and_name_their_rows(tmp_path: Path) -> None:
    table = open_table(write(tmp_path / "x.csv", b"a,b\n1,2\n"))

    assert (
        [f.columns for f in table.frames()] == [f.columns for f in table.frames()] == [["a", "b", ROW_NUMBER]]
    )


def test_a_csv_may_begin_with_the_letters_of_an_archive(tmp_path: Path) -> None:
    assert open_table(write(tmp_path / "x.csv", b"PK,b\n1,2\n")).header == ("PK", "b")


@pytest.mark.parametrize("before", [b"", b"a", "乙".encode("gbk"), b"x" * 40])
@pytest.mark.parametrize("after", [b"", b",", "乙,".encode("gbk")])
def test_six_characters_of_utf8_in_a_row_are_seen_wherever_they_stand(before: bytes, after: bytes) -> None:
    assert encoding._surely_utf8(before + "鞍山虚构有限".encode() + after)
    assert not encoding._surely_utf8(before + "鞍山虚构有".encode() + after)
    assert not encoding._surely_utf8(before + "鞍山虚构有限公司".encode("gbk") + after)
