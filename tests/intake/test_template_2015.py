"""Archives in the templates of 2015 to 2018: their own columns, numbers and states."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from tests.factories import fictional_uscc
from tests.intake.sent import PENALTY, PERMIT, Intake, penalty, table, written

from anxin.intake.header import load_mapping, match_header, terms_of
from anxin.intake.refusals import WrongColumns
from anxin.records.models import RecordEvent, RecordVersion

PENALTIES = (
    *(
        "CF_WSH",
        "CF_CFMC",
        "CF_CFLB1",
        "CF_CFLB2",
        "CF_SY",
        "CF_YJ",
        "CF_XDR_MC",
        "CF_XDR_SHXYM",
        "CF_XDR_ZDM",
    ),
    *(
        "CF_XDR_GSDJ",
        "CF_XDR_SWDJ",
        "CF_XDR_SFZ",
        "CF_FR",
        "CF_JG",
        "CF_JDRQ",
        "CF_XZJG",
        "CF_ZT",
        "DFBM",
        "SJC",
        "BZ",
    ),
)
PERMITS = (
    *(
        "XK_WSH",
        "XK_XMMC",
        "XK_SPLB",
        "XK_NR",
        "XK_XDR",
        "XK_XDR_SHXYM",
        "XK_XDR_ZDM",
        "XK_XDR_GSDJ",
        "XK_XDR_SWDJ",
    ),
    *("XK_XDR_SFZ", "XK_FR", "XK_JDRQ", "XK_JZQ", "XK_XZJG", "XK_ZT", "DFBM", "SJC", "BZ"),
)


def old_penalty(number: int, **changes: str) -> list[str]:
    values = {
        "CF_WSH": f"虚罚字[2016]{number}号",
        "CF_CFMC": "虚构处罚",
        "CF_CFLB1": "1",
        "CF_SY": "虚构事由",
        "CF_YJ": "虚构依据",
        "CF_XDR_MC": f"虚构第{number}有限公司",
        "CF_XDR_SHXYM": fictional_uscc(number),
        "CF_FR": "虚构人",
        "CF_JG": "罚款二万元",
        "CF_JDRQ": "2016/05/06",
        "CF_XZJG": "虚构机关",
        "CF_ZT": "0",
        "DFBM": "210399",
        "SJC": "2016/05/07",
    }
    return [{**values, **changes}.get(column, "") for column in PENALTIES]


def test_an_old_penalty_goes_in_with_its_numbers_read_by_its_own_lists(
    intake: Intake, tmp_path: Path
) -> None:
    rows = [
        old_penalty(1),
        old_penalty(2, CF_CFLB1="0", CF_CFLB2="5"),
        old_penalty(3, CF_CFLB1="没收违法所得、没收非法财物"),
        old_penalty(4, CF_CFLB1="7"),
    ]

    outcome = intake(
        table(tmp_path / "old.csv", list(PENALTIES), *rows),
        "administrative-penalty",
        mapping="double-publicity-2015",
    )

    assert (outcome.accepted, outcome.returned, outcome.reasons) == (3, 1, {"E-CODE": 1})
    kept = [version.public_fields for version in RecordVersion.objects.order_by("row_number")]
    assert [row["penalty_kinds"] for row in kept] == ["罚款", "警告;行政拘留", "没收违法所得、没收非法财物"]
    assert [row["status"] for row in kept] == ["正常"] * 3
    assert kept[0]["content"] == "虚构处罚;罚款二万元"
    assert kept[0]["subject_class"] == "法人及非法人组织"
    assert kept[0]["decided_on"] == "2016-05-06"
    assert outcome.warnings["W-CODE-ALIAS"] == 6


def test_a_decision_that_the_archive_calls_withdrawn_is_shown_nowhere(intake: Intake, tmp_path: Path) -> None:
    path = table(tmp_path / "old.csv", list(PENALTIES), old_penalty(1, CF_ZT="1"), old_penalty(2, CF_ZT="2"))

    outcome = intake(path, "administrative-penalty", mapping="double-publicity-2015")

    assert outcome.accepted == 2
    assert [event.kind for event in RecordEvent.objects.all()] == ["withdrawn"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM published_record WHERE document_number = %s", ["虚罚字[2016]1号"]
        )
        assert cursor.fetchone() == (0,)


def test_an_old_permit_goes_in(intake: Intake, tmp_path: Path) -> None:
    values = {
        "XK_WSH": "虚许字[2017]1号",
        "XK_SPLB": "4",
        "XK_NR": "虚构内容",
        "XK_XDR": "虚构第1有限公司",
        "XK_XDR_SHXYM": fictional_uscc(1),
        "XK_JDRQ": "2017/03/04",
        "XK_JZQ": "2099/12/31",
        "XK_XZJG": "虚构机关",
        "XK_ZT": "0",
    }
    path = table(tmp_path / "old.csv", list(PERMITS), [values.get(column, "") for column in PERMITS])

    outcome = intake(path, "administrative-permit", mapping="double-publicity-2015")

    assert (outcome.accepted, outcome.reasons) == (1, {})
    assert RecordVersion.objects.get().public_fields["permit_kind"] == "登记"


def test_a_number_of_the_old_template_means_nothing_in_the_current_one(
    intake: Intake, tmp_path: Path
) -> None:
    path = written(tmp_path / "p.csv", PENALTY, penalty(penalty_kinds="1"))

    assert intake(path, "administrative-penalty").reasons == {"E-CODE": 1}


def test_what_the_old_template_never_had_is_listed_with_its_reason() -> None:
    mapping = load_mapping("double-publicity-2015")
    names = {one.name for item in (PENALTY, PERMIT) for one in item.fields}

    assert set(mapping.not_required) <= names
    assert all(mapping.not_required.values())
    assert "uscc" not in mapping.not_required
    assert terms_of(mapping, as_of=PENALTY.valid_from).code_version == "2015"


@pytest.mark.parametrize("doubled", ["CF_SY", "CF_JDRQ"])
def test_two_columns_are_one_field_only_where_the_mapping_says_so(doubled: str) -> None:
    mapping = load_mapping("double-publicity-2015")
    assert match_header(PENALTIES, PENALTY, mapping)["CF_CFLB2"] == "penalty_kinds"

    with pytest.raises(WrongColumns, match="doubled"):
        match_header((*PENALTIES, doubled), PENALTY, mapping)
