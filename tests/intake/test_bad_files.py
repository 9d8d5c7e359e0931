"""Files that are refused whole, and rows that go back, each with its code; nothing is ever half stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import fictional_uscc

from anxin.intake.models import ReturnedReason, Submission
from anxin.intake.orders import Outcome
from anxin.intake.reading.source import Source
from anxin.intake.refusals import FileRefused
from anxin.kernel.refusals import Refusal
from anxin.records.models import RecordVersion
from anxin.subjects.models import Organization

Intake = Callable[..., Outcome]
HEADER = "企业名称,统一社会信用代码,注册日期"
GOOD = f"虚构甲有限公司,{fictional_uscc(900001)},2020-01-02"
# A made-up person: division 210399 is assigned to nobody, and the check character is right.
PERSON = "210399199001010014"


def _person_number() -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    body = PERSON[:17]
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "E-EMPTY"),
        (HEADER.encode(), "E-EMPTY"),
        (f"{HEADER}\n{GOOD}".encode().replace(b"2020", b"20\x0020"), "E-NUL"),
        (f"{HEADER}\n{GOOD}".encode("utf-16"), "E-ENC-MIX"),
        (f"{HEADER}\n".encode() + b"\xff\xff\xff,1,2\n", "E-ENC"),
        (f'{HEADER}\n"虚构,{fictional_uscc(2)},2020-01-01\n{GOOD}\n'.encode(), "E-CSV-QUOTE"),
        (f"{HEADER}\n{GOOD},more\n".encode(), "E-CSV-COLS"),
        (f"{HEADER}\n{GOOD}\n虚构乙有限公司\n".encode(), "E-CSV-COLS"),
        (f"{HEADER}\n{GOOD}\n".replace(",", ";").encode(), "E-CSV-DELIM"),
        (f"{HEADER}\n{GOOD}\n".replace(",", "\t").encode(), "E-CSV-DELIM"),
        (f"{HEADER}\n{GOOD}\n".replace(",", "\uff0c").encode(), "E-CSV-DELIM"),
        (b"PK\x03\x04 a workbook", "E-ZIP-STRUCT"),
        (f"{HEADER},血型\n{GOOD},x\n".encode(), "E-PROHIBITED"),
        (f"{HEADER},颜色\n{GOOD},x\n".encode(), "E-COL"),
        (f"{HEADER},注册日期\n{GOOD},2020-01-01\n".encode(), "E-COL"),
        ("企业名称,注册日期\n虚构甲,2020-01-01\n".encode(), "E-COL"),
    ],
)
def test_a_file_that_cannot_be_read_whole_is_refused_whole(
    intake: Intake, tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)

    with pytest.raises(FileRefused) as refusal:
        intake(path, "registration", mapping="org-register")

    assert refusal.value.code == code
    assert refusal.value.advise("zh")
    assert refusal.value.advise("en")
    assert Submission.objects.count() == 0
    assert Organization.objects.count() == 0


def test_a_fault_in_a_later_block_undoes_the_rows_before_it(
    intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "late.csv"
    rows = [f"虚构{n}有限公司,{fictional_uscc(n)},2020-01-02" for n in range(1, 100)]
    path.write_text("\n".join([HEADER, *rows, "虚构,"]), encoding="utf-8")
    monkeypatch.setattr(Source.blocks, "__defaults__", (0, 1000))

    with pytest.raises(FileRefused, match="Row 101 has 2 columns"):
        intake(path, "registration", mapping="org-register")

    assert Submission.objects.count() == ReturnedReason.objects.count() == Organization.objects.count() == 0


def test_a_declaration_of_no_rows_is_refused(intake: Intake, tmp_path: Path) -> None:
    path = tmp_path / "good.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8")

    with pytest.raises(FileRefused, match="E-EMPTY: The number of rows declared is 0"):
        intake(path, "registration", mapping="org-register", declared=0)


def test_a_ragged_row_is_told_by_its_number(intake: Intake, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n{GOOD},more\n", encoding="utf-8")

    with pytest.raises(FileRefused, match="Row 3 has 4 columns"):
        intake(path, "registration", mapping="org-register")


def test_fewer_rows_than_declared_stores_nothing(intake: Intake, tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8")

    with pytest.raises(FileRefused) as refusal:
        intake(path, "registration", mapping="org-register", declared=2)

    assert refusal.value.code == "E-TOTAL"
    assert Organization.objects.count() == 0


def test_a_trial_run_stores_nothing_and_counts_the_same(intake: Intake, tmp_path: Path) -> None:
    path = tmp_path / "good.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8")

    trial = intake(path, "registration", mapping="org-register", dry_run=True)

    assert (trial.read, trial.accepted, trial.submission) == (1, 1, None)
    assert Submission.objects.count() == Organization.objects.count() == RecordVersion.objects.count() == 0
    assert intake(path, "registration", mapping="org-register").accepted == 1


def test_art_10_2_a_unit_that_the_catalog_does_not_name_is_refused(intake: Intake, tmp_path: Path) -> None:
    path = tmp_path / "good.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8")

    with pytest.raises(Refusal) as refusal:
        intake(path, "registration", mapping="org-register", unit="education")

    assert refusal.value.code == "E-UNIT"


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (f"虚构,{fictional_uscc(5)[:-1]}!,2020-01-01", {"E-USCC-CHAR"}),
        (f"虚构,{fictional_uscc(5).replace('0', 'O', 1)},2020-01-01", {"E-USCC-CHAR"}),
        ("虚构,91210399000000005Z,2020-01-01", {"E-USCC-CHAR"}),
        (f"虚构,{fictional_uscc(5)[:-1]},2020-01-01", {"E-USCC-LENGTH"}),
        (f"虚构,{fictional_uscc(5)},2024/2/30", {"E-DATE"}),
        (f"虚构,{fictional_uscc(5)},二〇二四年", {"E-DATE"}),
        (f"虚构,{fictional_uscc(5)},20240230", {"E-DATE"}),
        (f"虚构,{fictional_uscc(5)},2027-01-01", {"E-DATE-ORDER"}),
        (f",{fictional_uscc(5)[:-1]},2024-02-30", {"E-REQUIRED", "E-USCC-LENGTH", "E-DATE"}),
        (f"虚\u202e构,{fictional_uscc(5)},2020-01-01", {"E-CTRL"}),
        (f"{_person_number()}的公司,{fictional_uscc(5)},2020-01-01", {"E-PERSONAL"}),
        (f"虚构,{_person_number()},2020-01-01", {"E-PERSONAL", "E-KIND"}),
    ],
)
def test_a_bad_row_goes_back_with_all_its_reasons_and_the_good_ones_stay(
    intake: Intake, tmp_path: Path, row: str, codes: set[str]
) -> None:
    path = tmp_path / "mixed.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n{row}\n", encoding="utf-8")

    outcome = intake(path, "registration", mapping="org-register")

    assert (outcome.read, outcome.accepted, outcome.returned) == (2, 1, 1)
    assert set(outcome.reasons) == codes
    reasons = ReturnedReason.objects.all()
    assert {reason.row_number for reason in reasons} == {3}
    assert all(_person_number() not in str(reason.__dict__) for reason in reasons)


@pytest.mark.parametrize(
    "code",
    ["  {}", "{}　", "{lower}", "{wide}", "{spaced}", "'{}"],
)
def test_a_code_written_otherwise_is_normalized_and_noted(intake: Intake, tmp_path: Path, code: str) -> None:
    plain = fictional_uscc(7)
    wide = plain.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})
    spaced = " ".join(plain[i : i + 6] for i in range(0, 18, 6))
    written = code.format(plain, lower=plain.lower(), wide=wide, spaced=spaced)
    path = tmp_path / "odd.csv"
    path.write_text(f"{HEADER}\n虚构,{written},2020-01-01\n", encoding="utf-8")

    outcome = intake(path, "registration", mapping="org-register")

    assert outcome.accepted == 1
    assert Organization.objects.get().uscc == plain


def test_another_name_for_a_known_code_waits_for_an_officer(intake: Intake, tmp_path: Path) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text(f"{HEADER}\n虚构甲(鞍山)有限公司,{fictional_uscc(8)},2020-01-01\n", encoding="utf-8")
    second.write_text(f"{HEADER}\n虚构乙有限公司,{fictional_uscc(8)},2020-01-01\n", encoding="utf-8")
    intake(first, "registration", mapping="org-register")

    outcome = intake(second, "registration", mapping="org-register")

    assert (outcome.accepted, outcome.queued, outcome.reasons) == (0, 1, {"Q-NAME": 1})
    assert Organization.objects.get().name == "虚构甲(鞍山)有限公司"


def test_a_correction_by_the_same_unit_appends_a_version(intake: Intake, tmp_path: Path) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text(f"{HEADER}\n虚构甲,{fictional_uscc(9)},2020-01-01\n", encoding="utf-8")
    second.write_text(f"{HEADER}\n虚构甲,{fictional_uscc(9)},2020-01-02\n", encoding="utf-8")
    intake(first, "registration", mapping="org-register")

    outcome = intake(second, "registration", mapping="org-register")

    versions = RecordVersion.objects.order_by("number")
    assert outcome.accepted == 1
    assert [(v.number, v.public_fields["registered_on"]) for v in versions] == [
        (1, "2020-01-01"),
        (2, "2020-01-02"),
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["虚构甲", "虚构乙", "", "=cmd", "\u202e坏"]),
            st.one_of(st.integers(1, 4).map(fictional_uscc), st.sampled_from(["", "无", "x", "9121"])),
            st.sampled_from(["2020-01-01", "2020/1/2", "2020-13-01", "", "2099-01-01"]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_conservation_no_row_is_lost(
    intake: Intake, tmp_path: Path, rows: list[tuple[str, str, str]]
) -> None:
    path = tmp_path / "any.csv"
    path.write_text("\n".join([HEADER, *map(",".join, rows)]) + "\n", encoding="utf-8")
    kept = sum(any(cell for cell in row) for row in rows)
    if kept == 0:
        return

    outcome = intake(path, "registration", mapping="org-register")

    assert outcome.read == kept
    assert outcome.read == outcome.accepted + outcome.returned + outcome.duplicates + outcome.queued
