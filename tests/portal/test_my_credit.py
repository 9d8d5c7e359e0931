"""Art. 38(1), 39(1): a subject sees every record with its source, what it leads to and until when, and its own look is logged."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from anxin.access.own_credit import PAGE_SIZE
from anxin.audit.models import QueryLogEntry
from anxin.web.timeline import LEFT, RIGHT, WIDTH, Period, timeline
from tests.factories import make_event, make_item_version, make_organization, make_person, make_record
from tests.portal.readings import represent

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
PAST = datetime(2026, 1, 2, tzinfo=UTC)


def test_art_38_1_every_record_with_source_status_and_end(client: Client) -> None:
    organization = make_organization()
    held = represent(organization.subject, "representative")
    court = make_item_version(report_section="court", adverse=True)
    make_record(organization=organization, item_version=court, display_rule_version="fixed_period")
    make_record(organization=organization, display_to=PAST)
    make_record(organization=organization, display_from=None, display_to=None)
    restored = make_record(organization=organization)
    make_event(restored, kind="restored", effective_at=datetime(2026, 2, 3, tzinfo=UTC))
    disputed = make_record(organization=organization)
    make_event(disputed, kind="objected", effective_at=PAST)
    make_record(public_fields={"title": "他人的记录"})
    client.force_login(held.account)

    def page(**given: str) -> Any:
        answer = client.get(f"/my/{held.pk}/credit/", given)
        assert answer.status_code == 200
        return answer

    first = page()
    shown = first.content.decode()
    assert first.context["found"].states == {"displayed": 2, "ended": 2, "never": 1}
    assert shown.count("<article") == shown.count("列入您的信用报告") == shown.count("test.csv · 行 2") == 5
    assert "司法判决及执行信息”部分" in shown
    assert "正在公示，至 2999年1月1日" in shown
    assert "已停止公示，自 2026年1月2日 起" in shown
    assert "已停止公示，自 2026年2月3日 起" in shown
    assert "展示固定期限" in shown
    assert "异议处理中" in shown
    assert shown.count('#restoration">') == 1
    assert "他人的记录" not in shown
    assert shown.count('<rect class="series-1"') == 4
    assert page(state="never").context["found"].total == 1
    assert page(section="court").context["found"].total == 1
    assert "没有符合筛选条件的记录" in page(section="court", state="ended").content.decode()
    entries = QueryLogEntry.objects.filter(subject_id=organization.pk)
    assert set(entries.values_list("route", "system", "reader_account_id")) == {
        ("own_report", "portal", held.account_id)
    }
    assert entries.count() == 4


def test_pages_of_records_keep_their_filter_and_number_on(client: Client) -> None:
    organization = make_organization()
    held = represent(organization.subject, "representative")
    version = make_item_version()
    for _ in range(PAGE_SIZE + 2):
        make_record(organization=organization, item_version=version)
    client.force_login(held.account)

    second = client.get(f"/my/{held.pk}/credit/", {"page": "2", "state": "displayed"})

    assert [one.place for one in second.context["found"].records] == [PAGE_SIZE + 1, PAGE_SIZE + 2]
    assert "state=displayed&amp;page=1" in second.content.decode()


def test_a_person_sees_the_own_records_and_that_none_is_public(client: Client) -> None:
    person = make_person(name="虚构乙")
    held = represent(person.subject, "person")
    make_record(subject=person.subject, display_from=None, display_to=None)
    client.force_login(held.account)

    page = client.get(f"/my/{held.pk}/credit/").content.decode()

    assert page.count("<article") == 1
    assert "不对外公示" in page
    client.force_login(represent(make_organization().subject, "stranger").account)
    assert client.get(f"/my/{held.pk}/credit/").status_code == 404


def test_nothing_held_says_so(client: Client) -> None:
    held = represent(make_organization().subject, "representative")
    client.force_login(held.account)
    assert "没有您的信用记录" in client.get(f"/my/{held.pk}/credit/").content.decode()


def test_the_picture_keeps_within_its_edges_and_in_order() -> None:
    today = date(2026, 11, 25)
    picture = timeline(
        [
            Period("1", date(2020, 1, 1), date(2020, 1, 1), date(9998, 1, 1)),
            Period("2", date(1990, 1, 1), None, None),
            Period("3", date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1)),
        ],
        today,
    )
    for bar in picture.bars:
        if bar.x is not None:
            assert LEFT <= bar.x < bar.x + bar.width <= WIDTH - RIGHT + 3
        assert bar.dot is not None
        assert LEFT <= bar.dot <= WIDTH - RIGHT
    places = [x for _, x in picture.years]
    assert places == sorted(places)
    assert picture.bars[0].dot is not None
    assert picture.bars[0].dot < picture.today < WIDTH - RIGHT
