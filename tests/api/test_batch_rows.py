"""Rows of a batch say why they are asked, hold nothing prohibited, and ask for no field beyond the basis (Art. 16(3), 18(2), 20(2))."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from anxin.access.batch.answering import answer_batch
from anxin.access.batch.identifiers import Identifiers, identifiers_in_list
from anxin.access.models import Batch, BatchPart
from anxin.audit.models import QueryLogEntry
from anxin.city.codes import fictional_resident_id
from tests.api.test_reading_interface import CASE, City, city, files
from tests.factories import fictional_uscc, make_organization

__all__ = ["city", "files"]
pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = f"/api/batches?item=permit-review&case={CASE}"
PERSON = fictional_resident_id(date(1981, 2, 2), 2)


def reasons(found: Identifiers) -> list[tuple[int, str]]:
    return list(found.refused.sort("row").iter_rows())


def test_art_18_2_the_log_names_each_rows_own_basis_and_case(city: City) -> None:
    other, missing = make_organization().uscc, fictional_uscc(999_990)
    lines = [
        "统一社会信用代码,依据,案件编号",
        f"{city.organization.uscc},虚协〔2026〕3号第2条,",
        f"{other},,虚案〔2026〕8号",
        f"{missing},虚协〔2026〕4号,虚案〔2026〕9号",
        f"{fictional_uscc(999_991)},, ",
    ]
    answer = city.system.call("POST", ADDRESS, "\n".join(lines).encode(), "text/csv")
    assert [one["outcome"] for one in city.answered(answer)] == ["found", "found", "unknown", "unknown"]
    logged = QueryLogEntry.objects.filter(route="batch")
    assert {(one.subject_id, one.asked, one.case_reference) for one in logged} == {
        (city.organization.pk, "", f"{CASE}；虚协〔2026〕3号第2条"),
        (QueryLogEntry.objects.get(case_reference="虚案〔2026〕8号").subject_id, "", "虚案〔2026〕8号"),
        (None, missing, "虚案〔2026〕9号；虚协〔2026〕4号"),
        (None, fictional_uscc(999_991), CASE),
    }


def test_art_18_2_a_row_without_a_basis_is_refused_where_the_order_has_none(city: City) -> None:
    rows = [
        {"code": city.organization.uscc, "basis": "虚协1号"},
        {"code": fictional_uscc(999_991), "basis": " "},
        fictional_uscc(999_992),
        # The row that was refused stands for no other.
        {"code": fictional_uscc(999_992), "case": "虚案2号"},
    ]
    answer = city.batch(*rows, case="")
    assert answer.json()["case"] == "各行自载 / each row its own"
    assert [(one["row"], one["outcome"], one.get("reason")) for one in city.answered(answer)] == [
        (1, "found", None),
        (2, "refused", "E-ROW-BASIS"),
        (3, "refused", "E-ROW-BASIS"),
        (4, "unknown", None),
    ]
    assert set(QueryLogEntry.objects.values_list("case_reference", flat=True)) == {"虚协1号", "虚案2号"}
    assert city.batch(fictional_uscc(999_991), case="").json()["code"] == "E-CASE"
    for row in ({}, {"code": 1}, {"code": "x", "more": "y"}, 7, {"basis": "x"}):
        assert city.batch(row).json()["code"] == "E-INPUT"


def test_art_16_3_a_prohibited_cell_refuses_its_row_and_leaves_nothing_but_row_and_reason(city: City) -> None:
    lines = [
        "统一社会信用代码,血型,备注",
        f"{city.organization.uscc},,无关",
        f"{fictional_uscc(999_993)},AB型,",
        f"{fictional_uscc(999_994)}, ,",
    ]
    answer = city.system.call("POST", ADDRESS, "\n".join(lines).encode(), "text/csv")
    part = BatchPart.objects.get()
    assert "AB" not in str(part.__dict__)
    rows = city.answered(answer)
    assert [(one["row"], one["outcome"], one.get("reason")) for one in rows] == [
        (2, "found", None),
        (3, "refused", "E-PROHIBITED"),
        (4, "unknown", None),
    ]
    assert not QueryLogEntry.objects.filter(asked=fictional_uscc(999_993)).exists()


def test_neither_persons_numbers_nor_prohibited_statements_nor_long_texts_reach_the_log_in_a_basis() -> None:
    texts = [
        "虚协1号",
        f"{PERSON}的同意",
        "经确诊的精神病患者",
        "长" * 121,
        "a\0b",
        "-".join(PERSON),
        "1234567890123456",
    ]
    rows = [{"code": fictional_uscc(999_900 + place), "basis": text} for place, text in enumerate(texts)]

    found = identifiers_in_list(rows, on=timezone.localdate())

    assert reasons(found) == [(row, "E-ROW-BASIS-TEXT") for row in (2, 3, 4, 5, 6)]
    assert found.accepted["reference"].to_list() == ["虚协1号", "1234567890123456"]


def test_art_20_2_fewer_fields_may_be_asked_for_and_one_too_many_refuses_the_whole_batch(city: City) -> None:
    one = city.batch(city.organization.uscc, fields=["penalty.title"])
    assert one.json()["fields"] == ["penalty.title"]
    for fields in (["penalty.secret"], ["penalty.title", "other"], ["*"], []):
        refused = city.batch(city.organization.uscc, fields=fields)
        assert refused.status_code == 422
        assert refused.json()["code"] in ("E-BATCH-FIELD", "E-INPUT")
    by_query = f"{ADDRESS}&fields=penalty.title,penalty.secret"
    body = f"{city.organization.uscc}\n".encode()
    assert city.system.call("POST", by_query, body, "text/plain").json()["code"] == "E-BATCH-FIELD"
    assert Batch.objects.count() == 1


@pytest.mark.parametrize(
    ("basis", "fields", "constraint"),
    [
        ({"use_item": "permit-review"}, ["penalty.secret"], "use list"),
        ({"agreement": "虚协1号"}, ["penalty"], "more"),
        ({"agreement": "虚协1号"}, ["*"], "more"),
    ],
)
def test_art_20_2_the_database_logs_no_batch_for_fields_beyond_its_basis(
    city: City, basis: dict[str, str], fields: list[str], constraint: str
) -> None:
    """Whoever writes the order past our own check."""
    made = city.batch(city.organization.uscc)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE access_batch DISABLE TRIGGER ALL")
        Batch.objects.update(**{"use_item": "", "agreement": "", **basis}, fields=fields, state="logged")
        cursor.execute("ALTER TABLE access_batch ENABLE TRIGGER ALL")
    refused = pytest.raises(DatabaseError, match=constraint)
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT log_batch(%s, 0)", [made.json()["batch"]])
    assert not QueryLogEntry.objects.exists()


def test_art_18_2_a_part_has_a_basis_for_each_row_or_for_none(city: City) -> None:
    city.batch(city.organization.uscc, fictional_uscc(999_995))
    with pytest.raises(IntegrityError, match="art_18_2_each_row_has_its_basis"):
        BatchPart.objects.update(case_references=["虚协1号"])
    assert answer_batch(number=Batch.objects.get().pk, at=timezone.now()).found == 1
    assert json.dumps(Batch.objects.get().reasons) == "[]"
