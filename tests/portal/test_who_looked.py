"""Art. 38(1), 45(2): the subject sees every reading, by every route, and nothing of anybody else."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from anxin.access.models import AccessGrant, Representation
from anxin.access.statistics import COUNTED
from anxin.access.who_looked import LIST, Asked, Viewer, delayed_entries, read_list
from anxin.audit.models import QueryLogEntry
from anxin.audit.services import Reading, Route, System, log_queries
from anxin.authorities.models import Account, Unit
from anxin.web.templatetags.reading_words import fields_words, route_names
from tests.access.routes.setting import list_item
from tests.factories import make_organization, make_unit
from tests.portal.readings import officer_at, read_by, represent

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
OPENS = datetime(2090, 3, 1, 4, tzinfo=UTC)
RUNS = (Route.MATCHING, Route.BACKUP, Route.MAINTENANCE)


class Seen:
    """A represented organization, an officer, and what the pages say."""

    def __init__(self, client: Client) -> None:
        self.unit: Unit = make_unit(name_zh="查询测试局")
        self.officer: Account = officer_at(self.unit, "officer", "officer")
        self.held: Representation = represent(make_organization().subject, "representative")
        self.client = client
        client.force_login(self.held.account)

    def page(self, query: str = "", **given: Any) -> str:
        answer = self.client.get(f"/my/{self.held.pk}/readings/{query}", given)
        assert answer.status_code == 200
        return answer.content.decode()

    def table(self, **given: Any) -> str:
        return self.page(**given).partition("<tbody>")[2].partition("</tbody>")[0]

    def file(self) -> list[list[str]]:
        answer = self.client.post(f"/my/{self.held.pk}/readings.csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        return list(csv.reader(io.StringIO(text)))


@pytest.fixture
def seen(client: Client) -> Seen:
    return Seen(client)


def test_art_45_2_every_route_is_in_the_list_and_in_the_file(seen: Seen) -> None:
    grant = AccessGrant.objects.create(
        subject=seen.held.subject, granted_by=seen.held.account, grantee_unit=seen.unit, fields=["registration"],
        purpose="x", uses=1, granted_at=timezone.now(), ends_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    item = list_item(units=[seen.unit.code], fields=["registration"])
    allowed = {"grant_id": grant.pk, "use_item": item.code, "fields": ["registration"]}
    for route in Route:
        read_by(seen.officer, seen.held.subject, seen.unit, route=route, **allowed)

    table, file = seen.table(), seen.file()

    assert set(route_names()) == set(Route.values)
    for words in route_names().values():
        assert words in table
        assert words in {line[3] for line in file}
    assert "查询测试局" in table
    assert "核对许可条件" in table
    assert "虚案〔2026〕1号" in table
    assert item.name_zh in table


def test_nothing_of_others_is_in_it(seen: Seen) -> None:
    other = make_organization().subject
    for subject in (other, None):
        for system in (System.DESK, System.JOB):
            read_by(
                seen.officer,
                subject,
                route=Route.MATCHING,
                system=system,
                purpose="他人事项",
                case_reference="他案",
            )
    read_by(seen.officer, None, route=Route.SEARCH_HIT, purpose="他人事项", asked="91210399MAZZZZZZ00")
    read_by(seen.officer, None, route=Route.ADMINISTRATION, purpose="他人事项")
    read_by(seen.officer, None, route=Route.BATCH, purpose="他人事项", batch_id=424_242)
    everybody = "涉及全部在案主体的程序运行"

    table, file = seen.table(reader="others"), seen.file()

    assert table.count("<tr") == 1
    assert everybody in table
    for told in (table, str(file)):
        for hidden in ("他人事项", "他案", "91210399MAZZZZZZ00", "424242"):
            assert hidden not in told


def test_a_run_before_the_subject_was_on_file_is_not_about_it(seen: Seen) -> None:
    for route in RUNS:
        read_by(seen.officer, None, route=route, system=System.JOB)
    before = seen.table(reader="others").count("<tr")
    late = represent(make_organization().subject, "late")
    seen.client.force_login(late.account)

    page = seen.client.get(f"/my/{late.pk}/readings/", {"reader": "others"}).content.decode()

    assert before == len(RUNS)
    assert "没有符合筛选条件的查询" in page


def test_an_officer_has_one_name_for_one_subject_and_another_for_the_next(seen: Seen) -> None:
    other = represent(make_organization().subject, "other")
    for subject in (seen.held.subject, seen.held.subject, other.subject):
        read_by(seen.officer, subject, seen.unit)
    pattern = re.compile(r"经办人 ([A-Z2-7]{4}-[A-Z2-7]{4})")

    mine = pattern.findall(seen.table())
    seen.client.force_login(other.account)
    theirs = pattern.findall(seen.client.get(f"/my/{other.pk}/readings/").content.decode())

    assert len(mine) == 2
    assert len(set(mine)) == 1
    assert len(set(theirs)) == 1
    assert set(mine) != set(theirs)
    assert "姓名-officer" not in seen.client.get(f"/my/{other.pk}/readings/").content.decode()


def test_own_views_and_exports_are_entries_and_marked_as_own(seen: Seen) -> None:
    seen.page()
    seen.file()
    entries = QueryLogEntry.objects.filter(subject_id=seen.held.subject_id).order_by("pk")
    assert [(one.route, one.system) for one in entries] == [("own_report", "portal"), ("export", "portal")]

    own, others = seen.table(reader="own"), seen.page(reader="others")

    assert own.count('<span class="tag">您本人</span>') == 3
    assert "反映不当" not in own
    assert "没有符合筛选条件的查询" in others


def test_another_representative_is_named_as_such_and_the_clerk_of_a_batch_as_batch(seen: Seen) -> None:
    second = represent(seen.held.subject, "second")
    seen.client.force_login(second.account)
    seen.client.get(f"/my/{second.pk}/readings/")
    seen.client.force_login(seen.held.account)
    read_by(seen.officer, seen.held.subject, seen.unit, route=Route.BATCH, batch_id=987_654_321)

    machine = Account.objects.create(username="machine", display_name="接口", kind=Account.Kind.JOB)
    for client_id in ("client-17", ""):
        read_by(machine, seen.held.subject, seen.unit, system=System.API, client_id=client_id)

    single = seen.table(mode="single")
    assert "本主体的其他代表" in single
    assert single.count("单位的信息系统") == single.count("平台程序") == 1
    assert "client-17" not in single
    batch = seen.table(mode="batch")
    assert batch.count("<tr") == 1
    assert "987654321" not in seen.page() + str(seen.file())


def test_lawful_delay_tells_number_and_day_and_opens_by_itself(seen: Seen) -> None:
    hidden_unit = make_unit(name_zh="暂缓告知局")
    number = read_by(seen.officer, seen.held.subject, hidden_unit, opens_at=OPENS, purpose="暂缓目的")
    read_by(seen.officer, seen.held.subject, seen.unit)
    asks = [
        {},
        {"unit": hidden_unit.code},
        {"route": "desk_lookup"},
        {"reader": "others"},
        {"mode": "single"},
    ]

    pages = [seen.page(**given) for given in asks]
    notes = {page.partition("依法暂缓告知的查询")[2].partition("</div>")[0] for page in pages}

    assert len(notes) == 1, "a filter would tell whose it is"
    assert "2090年3月1日：1 条" in notes.pop()
    for told in (*pages, str(seen.file())):
        assert "暂缓告知局" not in told
        assert "暂缓目的" not in told
    entry = QueryLogEntry.objects.get(pk=number)
    viewer = Viewer(seen.held.subject_id, seen.held.account_id)
    for at, there in ((OPENS - timedelta(seconds=1), False), (OPENS, True)):
        found = read_list(viewer=viewer, asked=Asked(unit=hidden_unit.code), at=at).entries
        assert [one.number for one in found] == ([entry.pk] if there else [])
        assert delayed_entries(seen.held.subject_id, at) == ([] if there else [(date(2090, 3, 1), 1)])


def test_a_delayed_entry_cannot_be_opened_by_its_reference_before_its_day(seen: Seen) -> None:
    from anxin.access.who_looked import reference_of

    entry = QueryLogEntry.objects.get(pk=read_by(seen.officer, seen.held.subject, opens_at=OPENS))
    other = QueryLogEntry.objects.get(pk=read_by(seen.officer, make_organization().subject))
    for reference in (reference_of(entry), reference_of(other), "0-0", "f" * 40, "1-" + "zz" * 8):
        for rest in ("", "proof.json"):
            assert seen.client.get(f"/my/{seen.held.pk}/readings/{reference}/{rest}").status_code == 404
        assert seen.client.post(f"/my/{seen.held.pk}/readings/{reference}/report/").status_code == 404


def test_pages_continue_after_the_last_entry_without_repeating_or_losing_any(seen: Seen) -> None:
    rows = [
        Reading(
            route=Route.BATCH,
            system=System.API,
            reader_account_id=seen.officer.pk,
            subject_id=seen.held.subject_id,
            purpose=f"第{number}次",
            clause="anshan-2022-9/13/1/3",
            fields=["*"],
        )
        for number in range(70)
    ]
    log_queries(rows)
    asked, found, pages = "?mode=batch", [], 0
    while asked:
        page = seen.page(asked)
        found += re.findall(r"第(\d+)次", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        asked = following[1].replace("&amp;", "&") if following else ""
        pages += 1

    assert pages == 3
    assert sorted(map(int, found)) == list(range(70))
    assert [int(line[6][1:-1]) for line in seen.file() if line[3] == "批量查询"] == [
        int(one) for one in found
    ]


def test_filters_of_period_and_unit(seen: Seen) -> None:
    read_by(seen.officer, seen.held.subject, seen.unit)
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)

    assert seen.table(since=today, until=today, unit=seen.unit.code).count("<tr") == 1
    assert "没有符合筛选条件的查询" in seen.page(since=tomorrow)
    assert "没有符合筛选条件的查询" in seen.page(until=today - timedelta(days=1))
    assert seen.page(since="no day", route="none", mode="x", reader="x", after="x").count("<tr") > 1


def test_a_formula_in_a_purpose_is_text_in_the_file(seen: Seen) -> None:
    read_by(seen.officer, seen.held.subject, seen.unit, purpose="=cmd|calc", case_reference="@x")

    line = seen.file()[2]

    assert (line[6], line[8]) == ("'=cmd|calc", "'@x")


def test_strangers_and_former_representatives_see_nothing(seen: Seen) -> None:
    read_by(seen.officer, seen.held.subject, seen.unit)
    former = represent(seen.held.subject, "former")
    Representation.objects.filter(pk=former.pk).update(valid_to=timezone.now())
    seen.client.force_login(former.account)

    for number in (seen.held.pk, former.pk, 999_999):
        for page in ("readings/", "complaints/"):
            assert seen.client.get(f"/my/{number}/{page}").status_code == 404
        assert seen.client.post(f"/my/{number}/readings.csv").status_code == 404
    assert QueryLogEntry.objects.count() == 1


@pytest.mark.parametrize("field", [COUNTED, LIST, "*"])
def test_what_no_item_names_is_said_in_words(field: str) -> None:
    assert fields_words((field,), {}) not in ("", field)
