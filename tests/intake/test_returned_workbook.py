"""The returned workbook holds the bad rows whole, with every reason, inert, and without misplaced personal numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from tests.factories import fictional_uscc
from tests.intake.test_bad_files import GOOD, HEADER, _person_number

from anxin import intake as package
from anxin.intake.explanations import meaning
from anxin.intake.orders import Outcome
from anxin.kernel.identifiers import FINDINGS


def test_only_the_bad_rows_come_back_with_all_their_reasons(
    intake: Callable[..., Outcome], tmp_path: Path
) -> None:
    rows = [
        GOOD,
        f"=cmd|calc,{fictional_uscc(3)[:-1]},2024-02-30",
        f"{_person_number()}的店,{fictional_uscc(4)},2024-02-28",
    ]
    path, returned = tmp_path / "mixed.csv", tmp_path / "returned.xlsx"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")

    intake(path, "registration", mapping="org-register", returned_to=returned)

    sheet = load_workbook(returned).active
    header, first, second = [list(row) for row in sheet.iter_rows()]
    assert [cell.value for cell in header][2:] == HEADER.split(",")
    assert (first[0].value, second[0].value) == (3, 4)
    assert all(code in first[1].value for code in ("E-USCC-LENGTH", "E-DATE"))
    assert (first[2].value, first[2].data_type) == ("=cmd|calc", "s")
    assert "E-PERSONAL" in second[1].value
    assert second[2].value is None
    assert _person_number() not in str([cell.value for row in sheet.iter_rows() for cell in row])


def test_every_code_that_a_check_can_give_is_explained() -> None:
    folder = Path(package.__file__).parent
    sources = [*(folder / "checks").glob("*.py"), folder / "pipeline.py"]
    codes = {
        code for path in sources for code in re.findall(r'"([EW]-[A-Z-]+)"', path.read_text(encoding="utf-8"))
    } | {code for code in FINDINGS if code.startswith("E-")}

    assert len(codes) > 25
    for code in codes:
        message, remedy = meaning(code)
        assert message.zh
        assert message.en
        assert remedy.zh
        assert remedy.en
