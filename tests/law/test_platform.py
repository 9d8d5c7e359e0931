"""The names of a platform come from its pack, not from code."""

from __future__ import annotations

from pathlib import Path

import pytest

from anxin.law.platform import platform_of
from anxin.law.problems import PackError


def test_the_report_of_anshan_is_issued_in_the_name_its_pack_gives() -> None:
    assert platform_of("anshan").issuer.zh.startswith(platform_of("anshan").name.zh)


def test_another_city_is_another_pack(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/pack.yaml").write_text(
        "platform:\n  name: {zh: 彼信, en: Elsewhere}\n  issuer: {zh: 彼市平台, en: Platform of Elsewhere}\n",
        encoding="utf-8",
    )
    assert platform_of("elsewhere", root=tmp_path).issuer.en == "Platform of Elsewhere"


def test_a_pack_without_issuer_is_refused_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "nameless").mkdir()
    (tmp_path / "nameless/pack.yaml").write_text(
        "name: nameless\nplatform:\n  name: {zh: 无, en: None}\n", "utf-8"
    )
    with pytest.raises(PackError) as caught:
        platform_of("nameless", root=tmp_path)
    assert "nameless/pack.yaml:3" in caught.value.explain("en")
