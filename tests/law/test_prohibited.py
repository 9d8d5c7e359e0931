"""Art. 16: what may not be collected is found under other names too, and lawful words stay free."""

from __future__ import annotations

import re

import pytest

from anxin.law.carries_out import carries_out
from anxin.law.documents import bilingual, entries, read_located, require
from anxin.law.prohibited import (
    ProhibitedField,
    prohibited_field,
    screen_field,
    screen_value,
    value_pattern,
    vocabulary,
)
from anxin.law.registry import PACKS

DISGUISED = {
    "religion": ["宗教信仰", "religion", "宗 教", "宗敎", "applicant_religion", "信仰情况", "Rеligion"],
    "blood_type": [
        "血型",
        "血 型",
        "bl00d_type",
        "Blооd Type",
        "bloodGroup",
        "ＢＬＯＯＤ＿ＴＹＰＥ",
        "血\u200b型",
    ],
    "illness": ["既往病史", "病历号", "diagnosis", "medical_history", "健康状况"],
    "gene": ["DNA", "d n a", "geneTest", "基因检测结果", "genetic_data"],
    "biometric": ["指纹", "旨纹", "fingerprint_no", "人脸照片特征", "irisCode", "声纹"],
    "income": ["个人收入", "月收入(元)", "salary", "家庭收入"],
    "deposits": ["银行余额", "存款金额"],
    "securities": ["持有股票数"],
    "commercial_insurance": ["商业保险公司", "insurance_policy"],
    "real_estate": ["不动产权证号", "real_estate"],
    "tax_amount": ["纳税额", "tax_paid"],
    "public_security_penalty": ["治安处罚记录"],
    "juvenile_criminal_record": ["未成年人犯罪记录"],
}
LAWFUL = [
    *(
        "general_manager",
        "法定代表人",
        "拖欠工资金额",
        "营业收入",
        "地址",
        "许可内容",
        "处罚依据",
        "发证机关",
    ),
    *("不动产登记机构", "存款保险标识", "engine_number", "agenda", "转基因标识", "generic_name", "诊断机构"),
]
STATEMENTS = {
    "religion": ["其本人信奉佛教", "系基督教徒"],
    "blood_type": ["血型：A型", "血型 O", "其为AB型血"],
    "illness": ["经诊断为抑郁症", "患有高血压", "艾滋病患者", "HIV阳性", "患 有 糖 尿 病"],
    "gene": ["DNA鉴定结果附后"],
    "biometric": ["指纹模板已上传"],
}
HARMLESS = [
    "鞍山市佛教协会",
    "鞍山某医院有限公司",
    "未按规定在街道徒步区域设置标识",
    "向未满14周岁儿童出售烟花",
    "血液透析中心未校验设备",
    "",
]


@carries_out("anshan-2022-9/16/2", "anshan-2022-9/16/3")
@pytest.mark.parametrize(
    ("category", "header"), [(key, one) for key, many in DISGUISED.items() for one in many]
)
def test_a_field_of_a_forbidden_kind_is_found_under_other_names(category: str, header: str) -> None:
    found = screen_field(header)
    assert found is not None
    assert found.name == category
    assert screen_field("remark_1", header) == found


@pytest.mark.parametrize("header", LAWFUL)
def test_a_lawful_field_stays_free(header: str) -> None:
    assert screen_field(header) is None


@carries_out("anshan-2022-9/16/3")
@pytest.mark.parametrize(
    ("category", "text"), [(key, one) for key, many in STATEMENTS.items() for one in many]
)
def test_a_statement_in_free_text_is_found(category: str, text: str) -> None:
    found = screen_value(text)
    assert found is not None
    assert found.name == category


@pytest.mark.parametrize("text", HARMLESS)
def test_a_word_in_a_name_is_no_statement(text: str) -> None:
    assert screen_value(text) is None


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("违反治安管理，依照《治安管理处罚法》", "public_security_penalty"),
        ("鞍公(铁东)行罚决字〔2026〕1号", "public_security_penalty"),
        ("未成年人犯罪记录", "juvenile_criminal_record"),
        ("当事人不满十四周岁", "under_fourteen"),
    ],
)
def test_what_statutes_seal_is_found_in_rows_about_persons_only(text: str, category: str) -> None:
    found = screen_value(text, person=True)
    assert found is not None
    assert (found.name, found.kind) == (category, "sealed")
    assert screen_value(text) is None


def test_the_quick_pattern_finds_what_the_screen_finds() -> None:
    pattern = re.compile(value_pattern())
    assert all(pattern.search(text.lower()) for text in ("其本人信奉佛教", "经诊断为抑郁症"))
    assert not pattern.search("鞍山市佛教协会")


def test_no_field_of_our_own_catalog_is_of_a_forbidden_kind() -> None:
    fields = [
        (require(field, "name", str), bilingual(field, "label"))
        for path in sorted(PACKS.glob("*/catalog/*.yaml"))
        for field in entries(read_located(path), "fields")
    ]
    assert len(fields) > 100
    assert [
        name for name, label in fields if screen_field(name, label.zh) or screen_field("", label.en)
    ] == []


def test_the_refusal_names_the_clause_and_never_a_value() -> None:
    refusal = prohibited_field("blood_type", "血型")
    assert isinstance(refusal, ProhibitedField)
    assert "anshan-2022-9/16/3" in refusal.explain("zh")
    assert prohibited_field("name", "名称") is None


def test_every_category_of_the_clauses_is_there() -> None:
    kinds = {one.name: one.kind for one in vocabulary().categories}
    restricted = {"income", "deposits", "securities", "commercial_insurance", "real_estate", "tax_amount"}
    assert {name for name, kind in kinds.items() if kind == "restricted"} == restricted
    prohibited = {"religion", "blood_type", "illness", "gene", "biometric"}
    assert {name for name, kind in kinds.items() if kind == "prohibited"} == prohibited
