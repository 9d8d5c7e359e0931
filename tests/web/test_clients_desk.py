"""Two administrators let a unit's system in at the desk, and either ends it at once (Art. 45)."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from anxin.access.client_tokens import client_with_secret
from anxin.access.clients import BATCH, CHANGES, ClientSamePerson, ScopeNotTheirs, approve_client, draft_right
from anxin.access.models import ApiClient
from anxin.authorities.models import Account, RoleAssignment, Unit
from tests.api.clients import System
from tests.web.desk_city import client_of, make_desk

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
PAGE, NEW = "/desk/clients/", "/desk/clients/new/"
UNIT = "market-regulator"


def form(**changes: Any) -> dict[str, Any]:
    last_day = (timezone.localdate() + timedelta(days=30)).isoformat()
    values = {
        "unit": UNIT,
        "name": "虚构审批系统",
        "scope": [BATCH, CHANGES],
        "rate": "5",
        "burst": "9",
        "quota": "700",
    }
    return {**values, "last_day": last_day, "step": "confirm", **changes}


@pytest.fixture
def administrator(settings: Any, tmp_path: Path) -> Client:
    make_desk(settings, tmp_path)
    return client_of("administrator", "system_administrator", "credit-office")


@pytest.fixture
def security(administrator: Client) -> Client:
    return client_of("security", "security_administrator", "credit-office")


def drafted(administrator: Client) -> tuple[ApiClient, str]:
    html = administrator.post(NEW, form()).content.decode()
    found = re.search(r'密钥</dt><dd class="code">([\w-]+)<', html)
    assert found
    return ApiClient.objects.get(), found.group(1)


def test_the_walk_from_draft_to_approval_to_the_end(administrator: Client, security: Client) -> None:
    assert PAGE in administrator.get("/desk/").content.decode()
    assert "政务应用清单" in administrator.get(NEW, {"unit": UNIT}).content.decode()
    check = administrator.post(NEW, form(step="check")).content.decode()
    assert "核对要登记的客户端" in check
    assert "批量查询" in check
    assert not ApiClient.objects.exists()

    made, secret = drafted(administrator)
    page = f"{PAGE}{made.pk}/"
    assert (made.name, made.rate, made.burst, made.quota, made.unit.code) == ("虚构审批系统", 5, 9, 700, UNIT)
    assert secret not in administrator.get(page).content.decode()
    assert System(made, secret).ask().status_code == 401
    html = security.get(page).content.decode()
    assert "待批准" in html
    seen = {"act": "approve", "seen": [BATCH, CHANGES]}
    assert "批准这个客户端的权限" in security.post(page, seen).content.decode()
    assert System(made, secret).ask().status_code == 401
    done = security.post(page, {**seen, "step": "confirm"})
    assert (done.status_code, done["Location"]) == (302, f"{page}?done=approve")
    system = System(made, secret).sign_in()

    assert security.post(page, {"act": "end_right", "scope": BATCH, "step": "confirm"}).status_code == 302
    assert system.ask().json()["scope"] == CHANGES
    assert administrator.post(page, {"act": "end", "step": "confirm"}).status_code == 302
    assert system.call("GET", "/api/changes").status_code == 401
    again = administrator.post(page, {"act": "end", "step": "confirm"})
    assert (again.status_code, "E-CLIENT-OVER" in again.content.decode()) == (422, True)
    assert "已终止" in security.get(PAGE).content.decode()


def test_art_45_whoever_drafts_does_not_approve_nor_approves_unseen(
    administrator: Client, security: Client
) -> None:
    made, _secret = drafted(administrator)
    page = f"{PAGE}{made.pk}/"
    own = administrator.post(page, {"act": "approve", "seen": [BATCH, CHANGES], "step": "confirm"})
    assert "E-CLIENT-DUTY" in own.content.decode()
    unseen = security.post(page, {"act": "approve", "seen": [BATCH], "step": "confirm"})
    assert "E-CLIENT-CHANGED" in unseen.content.decode()
    # The same person under a second account, once the first duty is over.
    RoleAssignment.objects.filter(role="system_administrator").delete()
    second = Account.objects.get(username="security")
    RoleAssignment.objects.filter(account=second).delete()
    Account.objects.filter(pk=second.pk).update(
        person_key=Account.objects.get(username="administrator").person_key
    )
    RoleAssignment.objects.create(
        account=second,
        unit=Unit.objects.get(code="credit-office"),
        role="security_administrator",
        territory="210300",
        period=(timezone.localdate(), None),
    )
    second.refresh_from_db()
    with pytest.raises(ClientSamePerson):
        approve_client(client=made, by=second, at=timezone.now())
    assert ApiClient.objects.get().approved_at is None


def test_a_further_right_waits_for_the_second_person(administrator: Client, security: Client) -> None:
    made, secret = drafted(administrator)
    page = f"{PAGE}{made.pk}/"
    security.post(page, {"act": "approve", "seen": [BATCH, CHANGES], "step": "confirm"})
    html = administrator.get(page).content.decode()
    scope = re.search(r'<select id="id_scope" name="scope"><option value="([a-z-]+)"', html)
    assert scope
    more = {"act": "add_right", "scope": scope.group(1), "step": "confirm"}
    assert "E-CLIENT-DUTY" in security.post(page, more).content.decode()
    assert "E-CLIENT-SCOPE" in administrator.post(page, {**more, "scope": "no-item"}).content.decode()
    assert administrator.post(page, more).status_code == 302
    assert scope.group(1) not in System(made, secret).ask().json()["scope"].split()

    security.post(page, {"act": "approve", "seen": [scope.group(1)], "step": "confirm"})

    assert scope.group(1) in System(made, secret).ask().json()["scope"].split()
    by = Account.objects.get(username="administrator")
    with pytest.raises(ScopeNotTheirs):
        draft_right(client=made, scope="no-item", by=by, at=timezone.now())


def test_a_client_ends_by_itself_after_its_last_day(administrator: Client, security: Client) -> None:
    made, secret = drafted(administrator)
    security.post(f"{PAGE}{made.pk}/", {"act": "approve", "seen": [BATCH, CHANGES], "step": "confirm"})
    last = timezone.localtime(made.ends_at - timedelta(seconds=1))
    assert last.date() == timezone.localdate() + timedelta(days=30)

    assert client_with_secret(made.client_id, secret, last) is not None
    assert client_with_secret(made.client_id, secret, made.ends_at) is None
    made.pk, made.client_id, made.ends_at = None, "another", made.drafted_at
    made.account = Account.objects.create(username="another", display_name="测试")
    made.unit = Unit.objects.get(code="credit-office")
    with pytest.raises(IntegrityError, match="client_has_an_end"):
        made.save(force_insert=True)


@pytest.mark.parametrize("step", ["check", "confirm"])
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "E-CLIENT-FORM"),
        ({"rate": "0"}, "E-CLIENT-FORM"),
        ({"burst": "99999"}, "E-CLIENT-FORM"),
        ({"last_day": "2020-01-01"}, "E-CLIENT-FORM"),
        ({"last_day": "2026-02-31"}, "E-CLIENT-FORM"),
        ({"last_day": "2999-01-01"}, "E-CLIENT-FORM"),
        ({"scope": []}, "E-CLIENT-SCOPE"),
        ({"scope": ["no-item"]}, "E-CLIENT-SCOPE"),
    ],
)
def test_what_cannot_be_drafted_comes_back_as_typed(
    administrator: Client, step: str, changes: dict[str, Any], code: str
) -> None:
    answer = administrator.post(NEW, form(step=step, **changes))

    assert (answer.status_code, code in answer.content.decode()) == (422, True)
    assert not ApiClient.objects.exists()


def test_a_unit_has_one_client_and_only_administrators_see_any(
    administrator: Client, security: Client
) -> None:
    drafted(administrator)
    assert "E-CLIENT-EXISTS" in administrator.post(NEW, form()).content.decode()
    assert ApiClient.objects.count() == 1
    assert security.post(NEW, form()).status_code == 403
    officer = client_of("officer", "officer", UNIT)
    assert officer.get(PAGE).status_code == officer.get(NEW).status_code == 403
    assert PAGE not in officer.get("/desk/").content.decode()
    assert administrator.get(f"{PAGE}999999/").status_code == 404
