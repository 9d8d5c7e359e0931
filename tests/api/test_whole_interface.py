"""Whatever is sent to the interface, it never breaks down and never answers with a status that its description does not name.

Every operation is first called as it is meant to be, and must answer well: strange requests are sent to doors that open.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import status_code_conformance

from anxin.access.batch.answering import answer_batch
from anxin.access.clients import BATCH, CHANGES
from anxin.access.models import ApiClient
from anxin.access.statistics import release_statistics
from anxin.access.use_items import use_items_of
from anxin.api import search
from anxin.audit.models import EventLogEntry
from anxin.audit.sealing import seal
from anxin.audit.services import System as Logged
from anxin.authorities.models import Unit
from anxin.subjects.models import Organization
from tests.api.clients import System, make_system
from tests.api.test_submissions import Provider, provider
from tests.audit.sealed import keys_of_the_log, sealing_connection
from tests.intake.submission_files import register

__all__ = ["provider"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
EXAMPLES = 8
CASE, UNIT, CSV = "虚案〔2026〕1号", "market-regulator", "text/csv"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Good:
    """A call as it is meant to be, and the status it gets."""

    status: int
    key: str = ""
    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    kind: str = "application/json"


def operations() -> list[Any]:
    description = json.loads(Client().get("/api/openapi.json").content)
    description["servers"] = [{"url": "http://testserver"}]
    schema = schemathesis.openapi.from_dict(description)
    schema.app = get_wsgi_application()
    return [found.ok() for found in schema.get_all_operations()]


def check(case: Any, headers: dict[str, str]) -> int:
    response = case.call(headers=headers)
    assert response.status_code != 503, f"nothing is behind here: {case.method} {case.path}"
    case.validate_response(response, checks=[not_a_server_error, status_code_conformance])
    return int(response.status_code)


def explore(operation: Any, good: Good) -> None:
    """Parts of a request as described, in any mixture with parts of the good one, with its key and without."""

    @bounds(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), kept=st.integers(0, 7), keyed=st.booleans())
    def send(case: Any, kept: int, keyed: bool) -> None:
        if kept & 1 and good.path:
            case.path_parameters = good.path
        if kept & 2 and good.query:
            case.query = {**(case.query or {}), **good.query}
        if kept & 4 and isinstance(good.body, dict) and isinstance(case.body, dict):
            case.body = {**case.body, **good.body}
        check(case, {"Authorization": good.key} if keyed and good.key else {})

    send()


def good_call(operation: Any, good: Good) -> int:
    case = operation.Case(
        method=operation.method.upper(),
        path_parameters=good.path,
        query=good.query,
        headers=good.headers,
        **({} if good.body is None else {"body": good.body, "media_type": good.kind}),
    )
    return check(case, {"Authorization": good.key} if good.key else {})


def ordered(system: System, body: dict[str, Any]) -> int:
    answer = system.call("POST", "/api/batches", json.dumps(body).encode())
    assert answer.status_code == 202, answer.content.decode()
    return int(answer.json()["batch"])


def good_calls(sender: Provider) -> dict[tuple[str, str], Good]:
    """One for every operation there is."""
    submission = sender.post(register(4, bad=1)).json()["submission"]
    code = str(Organization.objects.exclude(uscc=None).values_list("uscc", flat=True)[0])
    unit, today = Unit.objects.get(code=UNIT), timezone.localdate()
    item = next(one.code for one in use_items_of([UNIT], today) if "legal_person" in one.subject_kinds)
    system = make_system(BATCH, CHANGES, item, unit=unit, burst=10_000).sign_in()
    reading = {"item": item, "case": CASE, "subject": {"code": code}}
    batch = {"item": item, "case": CASE, "identifiers": [code]}
    release_statistics(system=Logged.COMMAND)
    ready, waiting = ordered(system, batch), ordered(system, batch)
    answer_batch(number=ready, at=timezone.now())
    bearer, key = f"Bearer {system.bearer}", f"Bearer {sender.key}"
    client = ApiClient.objects.get()
    entry = EventLogEntry.objects.latest("pk").pk
    secret = {
        "grant_type": "client_credentials",
        "client_id": client.client_id,
        "client_secret": system.secret,
    }
    particulars = {"item": "registration", "mapping": "org-register", "declared_rows": 3}
    return {
        ("get", "/api/organizations/{uscc}"): Good(200, path={"uscc": code}),
        ("get", "/api/organizations/{code_kind}/{local_code}"): Good(
            404, path={"code_kind": "none", "local_code": "1"}
        ),
        ("get", "/api/search"): Good(200, query={"q": "虚构"}),
        ("get", "/api/statistics"): Good(200),
        ("get", "/api/log/checkpoint"): Good(200),
        ("get", "/api/log/proof"): Good(200, query={"entry": f"e{entry}"}),
        ("get", "/api/keys"): Good(200),
        ("get", "/api/openapi.json"): Good(200),
        ("post", "/api/submissions"): Good(
            201,
            key,
            query=particulars,
            headers={"Idempotency-Key": "good"},
            body=register(3, first=920_000),
            kind=CSV,
        ),
        ("get", "/api/submissions/{number}"): Good(200, key, {"number": submission}),
        ("get", "/api/submissions/{number}/returned"): Good(200, key, {"number": submission}),
        ("post", "/api/oauth/token"): Good(200, body=secret, kind=FORM),
        ("post", "/api/readings"): Good(200, bearer, body=reading),
        ("post", "/api/batches"): Good(202, bearer, body=batch),
        ("get", "/api/batches/{number}"): Good(200, bearer, {"number": ready}),
        ("delete", "/api/batches/{number}"): Good(200, bearer, {"number": waiting}),
        ("get", "/api/batches/{number}/result"): Good(200, bearer, {"number": ready}),
        ("get", "/api/changes"): Good(200, bearer),
    }


def test_no_request_breaks_it_down_or_gets_an_undescribed_status(provider: Provider) -> None:
    good, keys = good_calls(provider), keys_of_the_log()
    found = {(one.method.lower(), one.path): one for one in operations()}
    assert found.keys() == good.keys()
    with sealing_connection() as sealer:
        for name, operation in found.items():
            seal(sealer, keys, at=datetime.now(UTC))
            assert (name, good_call(operation, good[name])) == (name, good[name].status)
            explore(operation, good[name])


def test_a_view_that_breaks_down_and_one_with_an_undescribed_status_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    operation = next(one for one in operations() if one.path == "/api/search")
    for status in (500, 418):
        monkeypatch.setattr(search, "revalidated", lambda *_, given=status: HttpResponse(status=given))
        with pytest.raises((FailureGroup, ExceptionGroup, AssertionError)):
            good_call(operation, Good(200, query={"q": "虚构"}))
