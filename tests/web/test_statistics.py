"""The page and the data of the public statistics (Art. 14(2))."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from anxin.access.statistics import release_statistics
from anxin.audit.services import System
from tests.access.statistics.stock import file_persons, make_item, make_threshold, release_of
from tests.api.schemas import faults
from tests.factories import make_record

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])


def page(client: Client) -> str:
    response = client.get("/statistics/")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def test_before_the_first_release_page_and_interface_say_so(client: Client) -> None:
    assert "还没有发布过统计" in page(client)
    answer = client.get("/api/statistics")
    assert (answer.status_code, answer.json()["code"]) == (404, "E-STATISTICS-NONE")


def test_art_14_2_few_persons_are_said_in_words_and_an_older_number_with_its_day(client: Client) -> None:
    make_threshold()
    few, none, old = (
        make_item(name_zh=name, name_en=english)
        for name, english in (("甲项", "Item A"), ("乙项", "Item B"), ("丙项", "Item C"))
    )
    shut = make_item(name_zh="丁项", name_en="Item D", disclosure_class="on_application")
    release_of(date(2026, 9, 1), {old: 12})
    file_persons(few, 7)
    file_persons(old, 15)
    make_record(item_version=old)
    release_statistics(system=System.JOB)

    shown = page(client)
    rows = {name: shown.split(name)[1].split("</tr>")[0] for name in ("甲项", "乙项", "丙项", "丁项")}
    assert "少于 8 人，不公布" in rows["甲项"]
    # Seven and none look the same.
    words = [rows[name].split('data-label="自然人数"')[1] for name in ("甲项", "乙项")]
    assert words[0] == words[1]
    assert "12" in rows["丙项"]
    assert "2026年9月1日的数" in rows["丙项"]
    assert "15" not in rows["丙项"].split("data-label")[2]
    assert "不公示" in rows["丁项"]
    client.post("/language/", {"language": "en", "next": "/"})
    assert "fewer than 8, not shown" in page(client)

    answer = client.get("/api/statistics")
    description = client.get("/api/openapi.json").json()
    assert faults(answer.json(), {"$ref": "#/components/schemas/Statistics"}, description) == []
    cells = {(cell["item"], cell["subject_kind"]): cell for cell in answer.json()["cells"]}
    persons = {one.item.code: cells[one.item.code, "natural_person"] for one in (few, none, old, shut)}
    assert [persons[one.item.code]["number"] for one in (few, none, old, shut)] == [None, None, 12, None]
    assert persons[old.item.code]["since"] == "2026-09-01"
    # What is not public is not counted of organizations.
    assert cells[old.item.code, "organization"]["number"] == 1
    assert (shut.item.code, "organization") not in cells


def test_a_visitor_finds_the_statistics(client: Client) -> None:
    for address in ("/", "/catalog/"):
        assert 'href="/statistics/"' in client.get(address).content.decode()
