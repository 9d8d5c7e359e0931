"""The real files go in with the figures that plain Python counts in them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from tests.shared_data import shared_file

from anxin.intake.models import QueuedRow, ReturnedReason, Submission
from anxin.intake.orders import Outcome
from anxin.records.models import CreditRecord, RecordVersion
from anxin.subjects.models import Organization

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
Intake = Callable[..., Outcome]


def valid_code(code: str) -> bool:
    """The check of GB 32100, written apart from the product's own."""
    if len(code) != 18 or any(character not in ALPHABET for character in code):
        return False
    total = sum(ALPHABET.index(c) * w for c, w in zip(code[:17], WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31] == code[17]


def read(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))[1:]


def test_a_register_of_10305_organizations_goes_in_whole(intake: Intake) -> None:
    path = shared_file("orgs/orgs_liaoning_dev.csv")
    rows = read(path)

    outcome = intake(path, "registration", mapping="org-register", declared=len(rows))

    assert all(valid_code(row[1]) for row in rows)
    assert (outcome.read, outcome.accepted, outcome.returned, outcome.queued) == (len(rows), len(rows), 0, 0)
    assert Organization.objects.filter(registered=True).count() == len({row[1] for row in rows})
    stored = dict(Organization.objects.values_list("uscc", "name"))
    assert stored == {row[1]: row[0] for row in rows}
    assert RecordVersion.objects.filter(submission_id=outcome.submission).count() == len(rows)


def test_the_same_file_has_one_effect_and_the_same_receipt(intake: Intake) -> None:
    path = shared_file("orgs/orgs_exact_duplicates_dev.csv")
    first = intake(path, "registration", mapping="org-register")
    again = intake(path, "registration", mapping="org-register")

    assert again.replayed
    assert (again.submission, again.accepted, again.duplicates) == (
        first.submission,
        first.accepted,
        first.duplicates,
    )
    assert Submission.objects.count() == 1


def test_repeated_rows_are_duplicates_and_differing_ones_wait_for_an_officer(intake: Intake) -> None:
    path = shared_file("orgs/orgs_exact_duplicates_dev.csv")
    by_code: dict[str, set[tuple[str, ...]]] = {}
    rows = [tuple(row) for row in read(path)]
    for row in rows:
        by_code.setdefault(row[1], set()).add(row)
    differing = sum(len(kinds) - 1 for kinds in by_code.values())

    outcome = intake(path, "registration", mapping="org-register")

    assert outcome.accepted == len(by_code)
    assert outcome.queued == differing == QueuedRow.objects.count()
    assert outcome.duplicates == len(rows) - len(by_code) - differing


def test_odd_codes_get_the_reason_that_fits_each(intake: Intake) -> None:
    path = shared_file("orgs/orgs_odd_codes_dev.csv")
    codes = [row[1].strip() for row in read(path)]
    good = [code for code in codes if valid_code(code.upper())]

    outcome = intake(path, "registration", mapping="org-register")

    assert outcome.read == len(codes)
    assert outcome.accepted + outcome.queued + outcome.duplicates == len(good) == 501
    assert outcome.reasons["E-USCC-CHECK"] == 99
    others = outcome.reasons["E-USCC-OLD"] + outcome.reasons["E-USCC-LENGTH"] + outcome.reasons["E-REQUIRED"]
    assert others == sum(len(code) != 18 for code in codes) == 603


def test_every_returned_row_keeps_its_row_number_of_the_file(intake: Intake) -> None:
    path = shared_file("orgs/orgs_odd_codes_dev.csv")
    outcome = intake(path, "registration", mapping="org-register")
    wrong = {n for n, row in enumerate(read(path), start=2) if not valid_code(row[1].strip().upper())}

    told = set(
        ReturnedReason.objects.filter(submission=outcome.submission).values_list("row_number", flat=True)
    )

    assert told == wrong
    assert outcome.returned == len(wrong)


def test_a_regulators_measures_go_in_by_its_own_columns(intake: Intake) -> None:
    path = shared_file("penalties/csrc_measures_orgs_dev.csv")
    codes = Counter(
        "missing" if not row[8] else "valid" if valid_code("".join(row[8].split()).upper()) else "wrong"
        for row in read(path, "|")
    )

    outcome = intake(path, "supervisory-measure", mapping="csrc-measures")

    assert codes == {"missing": 167, "valid": 264, "wrong": 1}
    assert outcome.accepted + outcome.queued + outcome.duplicates == 264
    assert outcome.reasons["E-REQUIRED"] == 167
    assert outcome.reasons["E-USCC-LENGTH"] == 1
    assert CreditRecord.objects.count() == outcome.accepted
    assert not RecordVersion.objects.filter(document_number="null").exists()


@pytest.mark.parametrize(
    ("encoding", "line_end"), [("gb18030", "\n"), ("utf-8-sig", "\r\n"), ("utf-8", "\r"), ("gb18030", "\r\n")]
)
def test_the_same_rows_come_out_of_any_encoding_and_line_end(
    intake: Intake, tmp_path: Path, encoding: str, line_end: str
) -> None:
    source = shared_file("orgs/orgs_listed_shenzhen.csv").read_text(encoding="utf-8").splitlines()
    lines = ["企业名称,统一社会信用代码,注册日期"]
    lines += [",".join(row[1:]) for row in csv.reader(source[1:])]
    plain, other = tmp_path / "plain.csv", tmp_path / "other.csv"
    plain.write_text("\n".join(lines), encoding="utf-8", newline="")
    other.write_text(line_end.join(lines), encoding=encoding, newline="")

    first = intake(plain, "registration", mapping="org-register")
    second = intake(other, "registration", mapping="org-register")

    assert first.accepted == second.duplicates > 400
    assert second.accepted == 0


def test_a_company_of_the_file_is_on_the_public_projection(intake: Intake) -> None:
    path = shared_file("orgs/orgs_liaoning_dev.csv")
    intake(path, "registration", mapping="org-register")
    name, code = read(path)[0][:2]

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT uscc FROM published_organization WHERE bigrams @> %s", [[name[2:4], name[4:6]]]
        )
        assert (code,) in cursor.fetchall()
