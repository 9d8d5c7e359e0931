"""What real cities put into their catalogs without a law behind it cannot be declared here (Art. 9, 10, 31)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from anxin.catalog.definitions import ItemDefinition
from anxin.catalog.pack import PACKS, read_catalog
from anxin.law.problems import PackError

GENERAL = "anshan-2022-9/9/1, national-base-catalog-2024"
CITY_REGULATION = "anshan-2022-9/10/1, anshan-mineral-resources-regulation"

WRONGLY_RECORDED = [
    ("越级信访", "信访"),
    ("行人闯红灯", "闯红灯"),
    ("拖欠水费", "水电气暖欠费"),
    ("地铁逃票", "逃票"),
    ("无偿献血", "献血"),
    ("婚姻状况", "婚姻"),
    ("低保户", "低保"),
    ("本市失信个人名单", "名单"),
    ("个人信用积分", "信用分"),
]


def _declare(
    folder: Path,
    name: str,
    *,
    basis: str = GENERAL,
    layer: str = "national",
    information_class: str = "administration",
) -> ItemDefinition:
    """The inspection item under another name, basis, layer and class, read as a pack is read."""
    text = (PACKS / "china" / "catalog" / "inspection.yaml").read_text(encoding="utf-8")
    for line, value in (
        ("layer", layer),
        ("information_class", information_class),
        ("name", f"{{zh: {name}, en: An item}}"),
        ("legal_basis", f"[{basis}]"),
    ):
        text, found = re.subn(rf"(?m)^{line}: .*$", f"{line}: {value}", text)
        assert found == 1
    catalog = folder / "catalog"
    catalog.mkdir()
    (catalog / "item.yaml").write_text(text, encoding="utf-8")
    return read_catalog([catalog])[0]


@pytest.mark.parametrize(("name", "said"), WRONGLY_RECORDED)
def test_art_10_what_cities_recorded_wrongly_is_refused_on_a_general_basis(
    tmp_path: Path, name: str, said: str
) -> None:
    with pytest.raises(PackError) as fault:
        _declare(tmp_path, name)

    [problem] = fault.value.problems
    assert problem.file == "catalog/item.yaml"
    assert said in problem.sentence("zh")


@pytest.mark.parametrize(
    "name", ["越级信访", "无偿献血", "婚姻状况", "低保户", "本市失信个人名单", "个人信用积分"]
)
def test_art_10_some_conduct_is_not_opened_by_a_local_regulation_either(tmp_path: Path, name: str) -> None:
    with pytest.raises(PackError):
        _declare(tmp_path, name, basis=CITY_REGULATION, layer="city")


def test_no_basis_at_all_opens_a_rating_of_persons(tmp_path: Path) -> None:
    with pytest.raises(PackError):
        _declare(
            tmp_path,
            "个人信用积分",
            basis=f"{GENERAL}, work-safety-law/78, enterprise-information-regulation/6",
        )


def test_art_10_a_city_item_needs_a_local_regulation(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="rests on no local regulation"):
        _declare(tmp_path, "行政检查", layer="city")


def test_art_10_a_city_item_with_a_local_regulation_is_admitted(tmp_path: Path) -> None:
    assert _declare(tmp_path, "矿产检查", basis=CITY_REGULATION, layer="city").layer == "city"


def test_art_31_a_city_cannot_declare_a_serious_list(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="Only national law sets serious lists"):
        _declare(
            tmp_path, "严重失信主体", basis=CITY_REGULATION, layer="city", information_class="serious_listing"
        )


def test_art_9_a_class_outside_the_national_catalog_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="not in the national base catalog"):
        _declare(tmp_path, "行政检查", information_class="morality")


def test_a_basis_that_nobody_listed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="anshan-2022-9/99/1"):
        _declare(tmp_path, "行政检查", basis="anshan-2022-9/99/1")


def test_every_reason_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(PackError) as fault:
        _declare(tmp_path, "闯红灯和献血", basis="anshan-2022-9/99/1", layer="city")

    assert len(fault.value.problems) == 4
