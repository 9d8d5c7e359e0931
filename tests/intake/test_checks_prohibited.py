"""Invariant 10: what may not be collected ends as field, category and count, in whatever disguise it comes."""

from __future__ import annotations

from itertools import cycle, islice
from pathlib import Path

import pytest
from django.db import connection
from openpyxl import load_workbook
from tests.intake.sent import PENALTY, Intake, penalty, resident, table, written

from anxin.intake.models import ReturnedReason, Submission
from anxin.intake.refusals import FileRefused

STATEMENTS = {
    "religion": ["信奉基督教多年", "系佛教徒", "宗教信仰为道教", "religious belief unknown to us"],
    "blood_type": ["血型:A型", "本人O型血", "blood type AB", "血型为B"],
    "illness": ["经诊断为抑郁症", "确诊糖尿病", "艾滋病患者", "HIV阳性", "患有肝炎", "既往病史不详"],
    "gene": ["基因检测结果见附件", "DNA比对报告在案"],
    "biometric": ["指纹特征值已入库", "人脸模板编号7", "虹膜编码见卷"],
}
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
HOMOGLYPHS = str.maketrans({"a": "а", "e": "е", "o": "о", "p": "р", "i": "і", "A": "А", "O": "О", "H": "Н"})
LOOK_ALIKES = str.maketrans({"教": "敎", "血": "⾎"})


def spaced(text: str) -> str:
    return " ".join(text) if not text[0].isascii() else text


DISGUISES = {
    "plain": lambda text: text,
    "within a sentence": lambda text: f"虚构案情,{text},已另行处理。",
    "full width": lambda text: text.translate(WIDE),
    "upper case": str.upper,
    "spaced": spaced,
    "ideographic spaces": lambda text: spaced(text).replace(" ", "\u3000"),
    "full-width colon": lambda text: text.replace(":", "："),
    "without width": lambda text: text[0] + "\u200b" + text[1:],
    "homoglyphs": lambda text: text.translate(HOMOGLYPHS),
    "look-alike Han": lambda text: text.translate(LOOK_ALIKES),
    "combining mark": lambda text: text[:1] + "\u0301" + text[1:],
}
# Where somebody would put it: remarks, facts, names, coded values, days and amounts.
FIELDS = (
    *("remarks", "facts", "content", "subject_name", "breach_type", "license_affected", "authority_name"),
    *("penalty_kinds", "decided_on", "fine", "legal_representative", "registration_number"),
)


def disguised(number: int) -> list[tuple[str, str, str]]:
    """(field, category, text): every statement in every disguise, in turn over the fields."""
    pairs = [
        (category, disguise(text))
        for category, texts in STATEMENTS.items()
        for text in texts
        for disguise in DISGUISES.values()
    ]
    assert len(pairs) >= number
    fields = islice(cycle(FIELDS), len(pairs))
    return [(field, *pair) for field, pair in zip(fields, pairs, strict=True)]


def test_invariant_10_two_hundred_disguised_statements_leave_field_category_and_count(
    intake: Intake, tmp_path: Path
) -> None:
    hidden = disguised(200)
    rows = [penalty(n, **{field: text}) for n, (field, _, text) in enumerate(hidden, start=1)]
    returned = tmp_path / "returned.xlsx"

    outcome = intake(
        written(tmp_path / "p.csv", PENALTY, *rows), "administrative-penalty", returned_to=returned
    )

    assert outcome.returned == len(hidden) >= 200
    found = {
        (reason.row_number - 2, reason.field, reason.rule, reason.sample)
        for reason in ReturnedReason.objects.filter(code="E-PROHIBITED")
    }
    assert found == {(n, field, category, "") for n, (field, category, _) in enumerate(hidden)}
    assert outcome.reasons["E-PROHIBITED"] == len(hidden)
    assert not stored_anywhere([text for _, _, text in hidden])
    cells = {str(cell) for row in load_workbook(returned)["退回"].iter_rows(values_only=True) for cell in row}
    assert cells.isdisjoint(text for _, _, text in hidden)


def stored_anywhere(texts: list[str]) -> list[str]:
    """Tables of our own in which one of the texts stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'django%'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        hits = []
        for name in tables:
            cursor.execute(
                f"SELECT count(*) FROM {name} t WHERE EXISTS (SELECT FROM unnest(%s::text[]) x WHERE strpos(t::text, x) > 0)",
                [texts],
            )
            row = cursor.fetchone()
            hits += [name] if row and row[0] else []
    return hits


@pytest.mark.parametrize(
    "header", ["血型", "血 型", "宗教信仰", "bloodType", "bl00d_type", "指紋", "基因信息", "病史"]
)
def test_a_header_that_names_it_is_refused_with_the_file(intake: Intake, tmp_path: Path, header: str) -> None:
    titles = [one.label.zh for one in PENALTY.fields]
    row = [penalty().get(one.name, "") for one in PENALTY.fields]
    path = table(tmp_path / "p.csv", [*titles, header], [*row, "A"])

    with pytest.raises(FileRefused) as refusal:
        intake(path, "administrative-penalty")

    assert refusal.value.code == "E-PROHIBITED"
    assert refusal.value.clause == "anshan-2022-9/16/3"
    assert Submission.objects.count() == 0


def test_ordinary_words_stop_nobody(intake: Intake, tmp_path: Path) -> None:
    texts = (
        *("虚构市人民医院", "病虫害防治不力", "未按规定公示年度报告", "转基因食品标识不规范", "接收人签字"),
        *("违反治安管理规定的单位", "食品中毒事件", "天主堂路3号", "诊断设备未检定", "血液制品经营"),
    )
    rows = [penalty(n, facts=text) for n, text in enumerate(texts, start=1)]

    assert intake(written(tmp_path / "p.csv", PENALTY, *rows), "administrative-penalty").reasons == {}


NUMBERS = (
    lambda n: n,
    lambda n: n.translate(WIDE),
    lambda n: "-".join((n[:6], n[6:14], n[14:])),
    lambda n: " ".join(n),
    lambda n: n.translate({ord("0") + d: 0x0660 + d for d in range(10)}),
    lambda n: n.translate(str.maketrans("0123456789", "〇一二三四五六七八九")),
    lambda n: f"案号00{n}00",
    lambda n: "\u200b".join(n),
    lambda n: n.lower().replace("x", "х"),
)


@pytest.mark.parametrize(
    "field", ["facts", "remarks", "authority_name", "document_number", "penalty_kinds", "fine"]
)
def test_a_personal_number_in_any_other_column_goes_back_unseen(
    intake: Intake, tmp_path: Path, field: str
) -> None:
    numbers = [disguise(resident("19850505", 16)) for disguise in NUMBERS]
    rows = [penalty(n, **{field: f"见{number}"}) for n, number in enumerate(numbers, start=1)]
    path = written(tmp_path / "p.csv", PENALTY, *rows, penalty(99))
    returned = tmp_path / "returned.xlsx"

    outcome = intake(path, "administrative-penalty", returned_to=returned)

    assert outcome.reasons["E-PERSONAL"] == outcome.returned == len(NUMBERS)
    assert not stored_anywhere(numbers)
    assert {reason.sample for reason in ReturnedReason.objects.filter(field=field)} == {""}
    cells = str(list(load_workbook(returned)["退回"].iter_rows(values_only=True)))
    assert not [number for number in numbers if number in cells]
