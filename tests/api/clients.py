"""A unit's system with its approved client, for the tests of the interface."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from anxin.access.clients import approve_client, draft_client
from anxin.access.models import ApiClient
from anxin.authorities.models import Account, RoleAssignment, Unit
from tests.factories import make_unit


def administrator(role: str) -> Account:
    """Somebody with one of the three duties."""
    account = Account.objects.create(username=f"{role}-{Account.objects.count()}", display_name="测试")
    RoleAssignment.objects.create(
        account=account,
        unit=make_unit(),
        role=role,
        territory="210300",
        period=(date(2020, 1, 1), None),
    )
    return account


@dataclass
class System:
    """A unit's system: its client, its secret, and its present token."""

    client: ApiClient
    secret: str
    bearer: str = ""

    def ask(self, scope: str = "", **fields: str) -> Any:
        """What the token endpoint answers."""
        basic = base64.b64encode(f"{self.client.client_id}:{self.secret}".encode()).decode()
        form = {"grant_type": "client_credentials", **({"scope": scope} if scope else {}), **fields}
        body = "&".join(f"{name}={value}" for name, value in form.items())
        return Client().post(
            "/api/oauth/token",
            body,
            content_type="application/x-www-form-urlencoded",
            headers={"Authorization": f"Basic {basic}"},
        )

    def sign_in(self, scope: str = "") -> System:
        """Take a token."""
        answer = self.ask(scope)
        assert answer.status_code == 200, answer.content.decode()
        self.bearer = answer.json()["access_token"]
        return self

    def call(
        self, method: str, address: str, body: Any = b"", kind: str = "application/json", **more: str
    ) -> Any:
        """One call with the token."""
        headers = {"Authorization": f"Bearer {self.bearer}", **more}
        return Client().generic(method, address, body, kind, headers=headers)


def make_system(
    *scopes: str, unit: Unit | None = None, rate: int = 1000, burst: int = 1000, **more: Any
) -> System:
    """A system whose client two administrators let in."""
    at = timezone.now() - timedelta(minutes=1)
    drafted = draft_client(
        unit=unit or make_unit(),
        name="测试系统",
        scopes=scopes,
        by=administrator("system_administrator"),
        at=at,
        rate=rate,
        burst=burst,
        **more,
    )
    approve_client(client=drafted.client, by=administrator("security_administrator"), at=at)
    return System(drafted.client, drafted.secret)
