"""Arts. 9, 10 and 31: what has no legal basis cannot become a catalog item."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.law.gate_data import load_gate_data
from anxin.law.gates import legal_basis_refusals

CITY_REGULATION = "anshan-mineral-resources-regulation"
NAME = Bilingual("矿产资源行政决定", "Decisions on mineral resources")


@dataclass(frozen=True)
class Entry:
    code: str = "mining-decision"
    layer: str = "city"
    information_class: str = "administration"
    name: Bilingual = NAME
    behavior: Bilingual = NAME
    legal_basis: tuple[str, ...] = ("anshan-2022-9/10/1", CITY_REGULATION)


def codes(entry: Entry) -> set[str]:
    return {refusal.code for refusal in legal_basis_refusals(entry)}


# What real cities recorded: name in Chinese, name in English.
WRONG = {
    "petitions": ("越级信访行为", "petitioning"),
    "jaywalking": ("行人闯红灯", "jaywalking"),
    "utility_arrears": ("拖欠水费", "water bill in arrears"),
    "fare_evasion": ("乘坐公交逃票", "fare evasion"),
    "blood_donation": ("无偿献血情况", "blood donation"),
    "marriage": ("婚姻登记信息", "marriage registration"),
    "low_income_status": ("低保对象", "low-income status"),
    "local_list_of_persons": ("失信人员名单", "local blacklist"),
    "dog_keeping": ("违规养犬", "dog keeping"),
    "property_fees": ("拖欠物业费", "property fees unpaid"),
    "demolition": ("拒不配合拆迁", "demolition"),
    "epidemic_rules": ("违反疫情防控要求", "epidemic rules"),
    "score_of_persons": ("居民诚信积分", "citizen score"),
}


@carries_out("anshan-2022-9/10/1")
@pytest.mark.parametrize("conduct", sorted(WRONG))
@pytest.mark.parametrize("layer", ["national", "provincial", "city"])
def test_what_real_cities_got_wrong_cannot_be_declared(conduct: str, layer: str) -> None:
    chinese, english = WRONG[conduct]
    for name in (Bilingual(chinese, "an item"), Bilingual("某条目", english)):
        entry = Entry(code="an-item", layer=layer, name=name, legal_basis=("anshan-2022-9/9/1",))
        assert "E-BASIS-CONDUCT" in codes(entry)


def test_the_negative_list_is_tested_whole() -> None:
    assert {one.name for one in load_gate_data().negative} == set(WRONG)


def test_a_city_item_on_a_city_regulation_is_admitted() -> None:
    assert codes(Entry()) == set()


@carries_out("anshan-2022-9/10/1")
def test_the_measures_themselves_are_no_local_regulation() -> None:
    assert codes(Entry(legal_basis=("anshan-2022-9/10/1",))) == {"E-BASIS-LAYER"}


def test_a_provincial_regulation_does_not_open_the_city_layer() -> None:
    assert codes(Entry(legal_basis=("liaoning-credit-regulation",))) == {"E-BASIS-LAYER"}
    assert codes(Entry(layer="provincial", legal_basis=("liaoning-credit-regulation",))) == set()


def test_a_national_item_needs_a_class_of_the_national_catalog() -> None:
    item = Entry(layer="national", legal_basis=("anshan-2022-9/9/1",))
    assert codes(item) == set()
    stray = Entry(layer="national", legal_basis=("anshan-2022-9/9/1",), information_class="good_deeds")
    assert codes(stray) == {"E-BASIS-CLASS"}


@carries_out("anshan-2022-9/31/1")
def test_no_local_layer_can_hold_a_serious_list() -> None:
    assert "E-BASIS-SERIOUS" in codes(Entry(information_class="serious_listing"))


def test_a_basis_nobody_knows_is_named() -> None:
    refusals = legal_basis_refusals(
        Entry(legal_basis=(CITY_REGULATION, "anshan-2022-9/99", "Not a citation"))
    )
    assert [refusal.values["basis"] for refusal in refusals] == ["anshan-2022-9/99", "Not a citation"]
    assert codes(Entry(legal_basis=())) == {"E-BASIS-UNKNOWN", "E-BASIS-LAYER"}


def test_a_law_of_its_own_opens_the_gate_but_a_general_one_does_not() -> None:
    arrears = Entry(
        layer="national", name=Bilingual("拖欠水费", "water bills"), legal_basis=("civil-code/201/1",)
    )
    assert codes(arrears) == {"E-BASIS-CONDUCT"}
    own = Entry(
        layer="national",
        name=Bilingual("拖欠水费", "water bills"),
        legal_basis=("migrant-wage-regulation/48/1",),
    )
    assert codes(own) == set()


def test_a_score_of_persons_is_opened_by_nothing() -> None:
    entry = Entry(
        layer="national", name=Bilingual("个人信用分", "score"), legal_basis=("migrant-wage-regulation/48/1",)
    )
    assert codes(entry) == {"E-BASIS-CONDUCT"}


def test_every_refusal_tells_what_to_do_in_both_languages() -> None:
    entry = Entry(
        layer="moon", name=Bilingual("信访", "petitions"), legal_basis=(), information_class="serious_listing"
    )
    for refusal in legal_basis_refusals(entry):
        assert refusal.advise("zh")
        assert refusal.advise("en")
        assert refusal.clause
