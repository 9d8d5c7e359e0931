"""Clients of the interface get short tokens, within their share, for what two people approved; an end works at once."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from anxin.access.client_tokens import caller_with_token
from anxin.access.clients import (
    ClientOver,
    ClientSamePerson,
    HasClient,
    NotTheirDuty,
    approve_client,
    draft_client,
    draft_right,
    revoke_client,
    revoke_right,
)
from anxin.access.models import ApiClient, ClientRight, ClientToken
from anxin.audit.models import EventLogEntry
from anxin.authorities.models import RoleAssignment
from tests.api.clients import System, administrator, make_system
from tests.factories import make_unit

pytestmark = pytest.mark.django_db(transaction=True)


def scopes(system: System) -> frozenset[str] | None:
    caller = caller_with_token(system.bearer, timezone.now())
    return None if caller is None else caller.scopes


def test_a_token_is_short_kept_as_digest_and_good_for_what_was_asked() -> None:
    system = make_system("batch", "changes")
    answer = system.ask("batch")

    told = answer.json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 900, "batch")
    assert (answer["Cache-Control"], answer["Pragma"]) == ("no-store", "no-cache")
    kept = ClientToken.objects.get()
    assert told["access_token"].encode() not in bytes(kept.digest)
    assert kept.expires_at - kept.issued_at <= timedelta(minutes=15)
    system.bearer = told["access_token"]
    assert scopes(system) == {"batch"}
    assert caller_with_token(system.bearer, timezone.now() + timedelta(minutes=15)) is None
    assert system.sign_in()
    assert scopes(system) == {"batch", "changes"}
    assert system.secret.encode() not in bytes(ApiClient.objects.get().secret_digest)


def test_rfc_6749_5_2_each_error_has_its_status_and_word() -> None:
    system = make_system("batch")
    wrong = System(system.client, "x" * 43)
    form = "application/x-www-form-urlencoded"
    post = Client().post
    pair = f"client_id={system.client.client_id}&client_secret={system.secret}"
    cases = [
        (wrong.ask(), 401, "invalid_client"),
        (System(ApiClient(client_id="nobody"), "x").ask(), 401, "invalid_client"),
        (post("/api/oauth/token", "grant_type=client_credentials", content_type=form), 401, "invalid_client"),
        (system.ask(client_secret="x"), 401, "invalid_client"),
        (system.ask("registration"), 400, "invalid_scope"),
        (system.ask("batch+registration"), 400, "invalid_scope"),
        (
            post("/api/oauth/token", f"grant_type=password&{pair}", content_type=form),
            400,
            "unsupported_grant_type",
        ),
        (post("/api/oauth/token", pair, content_type=form), 400, "invalid_request"),
        (post("/api/oauth/token", f"{pair}&client_id=x", content_type=form), 400, "invalid_request"),
        (post("/api/oauth/token", "{}", content_type="application/json"), 400, "invalid_request"),
    ]
    for answer, status, error in cases:
        assert (answer.status_code, answer.json()["error"]) == (status, error)
        assert (status == 401) == ("WWW-Authenticate" in answer)
    assert (
        post("/api/oauth/token", f"grant_type=client_credentials&{pair}", content_type=form).status_code
        == 200
    )
    assert Client().get("/api/oauth/token").status_code == 405


def test_a_revoked_right_or_client_fails_at_the_next_call() -> None:
    system = make_system("batch", "changes").sign_in()
    by = administrator("security_administrator")
    revoke_right(right=ClientRight.objects.get(scope="changes"), by=by, at=timezone.now())
    assert scopes(system) == {"batch"}
    assert system.ask("changes").status_code == 400
    revoke_client(client=system.client, by=by, at=timezone.now())
    assert scopes(system) is None
    assert system.ask().status_code == 401
    with pytest.raises(ClientOver):
        revoke_client(client=system.client, by=by, at=timezone.now())
    acts = list(EventLogEntry.objects.order_by("id").values_list("act", flat=True))
    assert acts[:2] == ["draft_client", "approve_client"]
    assert acts[-2:] == ["revoke_client_right", "revoke_client"]


def test_art_45_nothing_takes_effect_until_another_person_approves_it() -> None:
    drafter, approver = administrator("system_administrator"), administrator("security_administrator")
    at = timezone.now()
    made = draft_client(unit=make_unit(), name="测试", scopes=["batch"], by=drafter, at=at)
    system = System(made.client, made.secret)
    assert system.ask().status_code == 401
    for wrong in (drafter, administrator("officer")):
        with pytest.raises(NotTheirDuty):
            approve_client(client=made.client, by=wrong, at=at)
    with pytest.raises(NotTheirDuty):
        draft_client(unit=make_unit(), name="测试", scopes=[], by=approver, at=at)
    with pytest.raises(HasClient):
        draft_client(unit=made.client.unit, name="测试", scopes=[], by=drafter, at=at)
    approve_client(client=made.client, by=approver, at=at)
    assert system.ask().status_code == 200
    right = draft_right(client=made.client, scope="changes", by=drafter, at=at)
    assert system.ask("changes").status_code == 400
    approve_client(client=made.client, by=approver, at=at)
    assert system.ask("changes").status_code == 200
    with pytest.raises(ClientOver):
        draft_right(client=made.client, scope=right.scope, by=drafter, at=at)


def test_art_45_nobody_approves_their_own_draft() -> None:
    drafter = administrator("system_administrator")
    made = draft_client(unit=make_unit(), name="测试", scopes=["batch"], by=drafter, at=timezone.now())
    RoleAssignment.objects.update(role="security_administrator")
    with pytest.raises(ClientSamePerson):
        approve_client(client=made.client, by=drafter, at=timezone.now())
    for table in (ApiClient, ClientRight):
        with pytest.raises(IntegrityError, match="needs_two_people"), transaction.atomic():
            table.objects.update(approved_by=drafter, approved_at=timezone.now())  # type: ignore[attr-defined]


def test_what_was_drafted_cannot_be_changed_or_deleted() -> None:
    system = make_system("batch")
    for statement in (
        "UPDATE access_clientright SET scope = 'changes'",
        "UPDATE access_apiclient SET secret_digest = '\\x00'",
        "UPDATE access_apiclient SET approved_by_id = NULL, approved_at = NULL",
        "DELETE FROM access_clientright",
        "DELETE FROM access_apiclient",
        "UPDATE access_clienttoken SET expires_at = issued_at + interval '16 minutes'",
    ):
        system.sign_in()
        refused = pytest.raises(DatabaseError, match=r"stands as|Cannot delete|token_is_short")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_client_that_calls_more_often_than_its_share_waits_and_others_do_not() -> None:
    greedy, modest = (
        make_system("batch", rate=5, burst=3).sign_in(),
        make_system("batch", rate=5, burst=3).sign_in(),
    )
    at = timezone.now()
    waits = [caller.wait for _ in range(6) if (caller := caller_with_token(greedy.bearer, at))]
    # One call of the burst went to the token itself.
    assert waits[:2] == [None, None]
    assert all(wait == 1 for wait in waits[3:])
    answer = greedy.ask()
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    assert modest.ask().status_code == 200
    time.sleep(0.45)
    again = caller_with_token(greedy.bearer, at)
    assert again is not None
    assert again.wait is None
