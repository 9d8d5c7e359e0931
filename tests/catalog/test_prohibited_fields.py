"""No field of a prohibited, restricted or sealed category can be declared in the catalog (Art. 16)."""

from __future__ import annotations

from pathlib import Path

import pytest

from anxin.catalog.pack import PACKS, read_catalog
from anxin.law.problems import PackError


def _declare(folder: Path, name: str, label: str, more: str = "") -> None:
    """The honors item with one more field, as a pack would declare it."""
    catalog = folder / "catalog"
    catalog.mkdir()
    honor = (PACKS / "china" / "catalog" / "honor.yaml").read_text(encoding="utf-8").rstrip("\n")
    field = f"  - {{name: {name}, label: {{zh: {label}, en: a field}}, type: text, length: 20{more}}}\n"
    (catalog / "honor.yaml").write_text(f"{honor}\n{field}", encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("religion", "备注一"),
        ("note", "宗教信仰"),
        ("gene_data", "备注一"),
        ("note", "指纹"),
        ("note", "血型"),
        ("note", "血 型"),
        ("note", "疾病"),
        ("medical_history", "病史"),
        ("note", "工资收入"),
        ("note", "银行存款"),
        ("note", "商业保险"),
        ("note", "不动产"),
        ("note", "个人纳税数额"),
        ("note", "治安管理处罚"),
    ],
)
def test_art_16_a_field_of_a_closed_category_cannot_be_declared(
    tmp_path: Path, name: str, label: str
) -> None:
    _declare(tmp_path, name, label)

    with pytest.raises(PackError, match=r"honor\.yaml:\d+") as fault:
        read_catalog([tmp_path / "catalog"])

    assert len(fault.value.problems) == 1


def test_a_harmless_field_can_be_declared(tmp_path: Path) -> None:
    _declare(tmp_path, "note", "备注一")

    assert "note" in {field.name for field in read_catalog([tmp_path / "catalog"])[0].fields}


def test_a_field_cannot_name_a_code_list_that_does_not_exist(tmp_path: Path) -> None:
    _declare(tmp_path, "note", "备注一", ", codes: no-such-list")

    with pytest.raises(PackError, match="no-such-list"):
        read_catalog([tmp_path / "catalog"])
