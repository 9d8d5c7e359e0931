"""Penalties in the national template: types, money, tiers, display, and personal numbers kept unreadable."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.factories import fictional_uscc

from anxin.catalog.pack import PACKS, read_catalog
from anxin.intake.orders import Outcome
from anxin.intake.values import ENCRYPTION_CONTEXT
from anxin.records.models import RecordEvent, RecordVersion
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import Organization

Intake = Callable[..., Outcome]
PENALTY = next(i for i in read_catalog([PACKS / "china" / "catalog"]) if i.code == "administrative-penalty")
PERMIT = next(i for i in read_catalog([PACKS / "china" / "catalog"]) if i.code == "administrative-permit")
# Made up: division 210399 is assigned to nobody.
REPRESENTATIVE = "210399198001010010"


def penalty(number: int = 1, **changes: str) -> dict[str, str]:
    values = {
        "subject_name": f"虚构第{number}有限公司",
        "subject_class": "法人及非法人组织",
        "uscc": fictional_uscc(number),
        "legal_representative_id_number": REPRESENTATIVE,
        "document_number": f"虚罚字〔2026〕{number}号",
        "breach_type": "虚构违法行为",
        "facts": "虚构事实",
        "basis": "虚构依据",
        "penalty_kinds": "罚款",
        "content": "罚款",
        "fine": "2",
        "decided_on": "2026/05/06",
        "penalty_valid_to": "2099/12/31",
        "authority_name": "虚构机关",
        "authority_code": fictional_uscc(77),
        "source_name": "虚构机关",
        "source_code": fictional_uscc(77),
    }
    return {**values, **changes}


def written(path: Path, item: Any, *rows: dict[str, str]) -> Path:
    """A file in the national template's Chinese column names."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.label.zh for field in item.fields])
        writer.writerows([[row.get(field.name, "") for field in item.fields] for row in rows])
    return path


def test_a_penalty_is_stored_with_document_tier_display_and_lineage(intake: Intake, tmp_path: Path) -> None:
    path = written(tmp_path / "p.csv", PENALTY, penalty())

    outcome = intake(path, "administrative-penalty")

    version = RecordVersion.objects.get()
    assert (outcome.accepted, outcome.reasons) == (1, {})
    assert version.public_fields["fine"] == 2_000_000  # 2 ten-thousands of yuan, in fen
    assert version.public_fields["decided_on"] == "2026-05-06"
    assert (version.document_kind, version.document_number) == ("administrative_penalty", "虚罚字〔2026〕1号")
    assert (version.decided_on, version.tier) == (date(2026, 5, 6), RecordVersion.Tier.ORDINARY)
    assert version.display_rule_version == "penalty_tiers/ndrc-order-36"
    assert version.display_from == datetime(2026, 5, 5, 16, tzinfo=UTC)
    assert version.display_to == datetime(2027, 5, 5, 16, tzinfo=UTC)
    assert (version.submission_id, version.row_number) == (outcome.submission, 2)


@pytest.mark.parametrize(
    ("changes", "tier", "months"),
    [
        ({"penalty_kinds": "警告", "fine": ""}, 1, 0),
        ({"penalty_kinds": "警告;通报批评", "fine": ""}, 1, 0),
        ({"penalty_kinds": "警告、罚款"}, 2, 12),
        ({"fine": "0.3"}, 1, 0),
        ({"fine": "0.300001"}, 2, 12),
        ({"fine": ""}, 2, 12),
        ({"penalty_kinds": "其他-从未见过的种类"}, 2, 12),
        ({"penalty_kinds": "吊销许可证件"}, 3, 36),
        ({"decided_on": "2026-03-31"}, 2, 36),
        ({"decided_on": "2026-04-01"}, 2, 12),
    ],
)
def test_tier_and_period_follow_the_order_in_force_on_the_day(
    intake: Intake, tmp_path: Path, changes: dict[str, str], tier: int, months: int
) -> None:
    intake(written(tmp_path / "p.csv", PENALTY, penalty(**changes)), "administrative-penalty")

    version = RecordVersion.objects.get()
    assert version.tier == tier
    if months == 0:
        assert (version.display_from, version.display_to) == (None, None)
    else:
        assert version.display_from is not None
        assert version.display_to is not None
        years = version.display_to.year - version.display_from.year
        assert (version.display_to.month, version.display_to.day, years * 12) == (
            version.display_from.month,
            version.display_from.day,
            months,
        )


def test_a_personal_number_is_encrypted_and_stands_nowhere_else(
    intake: Intake, tmp_path: Path, keys: KeyRing
) -> None:
    intake(written(tmp_path / "p.csv", PENALTY, penalty()), "administrative-penalty")

    version = RecordVersion.objects.get()
    plain = keys.decrypt(bytes(version.encrypted_fields or b""), ENCRYPTION_CONTEXT, keys.current)
    assert REPRESENTATIVE.encode() in plain
    with connection.cursor() as cursor:
        for table in (
            "records_recordversion",
            "intake_returnedreason",
            "intake_queuedrow",
            "audit_eventlogentry",
        ):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{REPRESENTATIVE}%"])
            assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("amount", ["1,234.5", "壹万", "-0", "1e309", "NaN", "1.1234567"])
def test_an_amount_that_is_no_plain_number_goes_back(intake: Intake, tmp_path: Path, amount: str) -> None:
    outcome = intake(written(tmp_path / "p.csv", PENALTY, penalty(fine=amount)), "administrative-penalty")

    assert (outcome.returned, outcome.reasons) == (1, {"E-NUM": 1})


def test_a_person_number_in_a_text_goes_back_and_leaves_nothing(intake: Intake, tmp_path: Path) -> None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    body = REPRESENTATIVE[:17]
    number = body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]
    rows = penalty(1, facts=f"当事人身份证号{number}。"), penalty(2)

    outcome = intake(written(tmp_path / "p.csv", PENALTY, *rows), "administrative-penalty")

    assert (outcome.accepted, outcome.returned, outcome.reasons) == (1, 1, {"E-PERSONAL": 1})
    assert Organization.objects.count() == 1


def test_a_withdrawn_permit_is_kept_and_shown_nowhere(intake: Intake, tmp_path: Path) -> None:
    permit = {key: value for key, value in penalty().items() if key not in {"fine", "penalty_kinds"}} | {
        "document_name": "虚构许可",
        "permit_kind": "普通",
        "valid_from": "2026-05-06",
        "valid_to": "2030-05-05",
    }
    path = written(tmp_path / "x.csv", PERMIT, permit, permit | {"document_number": "2", "status": "撤销"})

    outcome = intake(path, "administrative-permit")

    assert outcome.accepted == 2
    assert [event.kind for event in RecordEvent.objects.all()] == ["withdrawn"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT document_number FROM published_record")
        assert cursor.fetchall() == [("虚罚字〔2026〕1号",)]


def test_columns_are_found_by_template_code_too(intake: Intake, tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        fields = [field for field in PENALTY.fields if field.source_column]
        writer.writerow([field.source_column for field in fields])
        writer.writerow([penalty().get(field.name, "") for field in fields])

    assert intake(path, "administrative-penalty").accepted == 1
