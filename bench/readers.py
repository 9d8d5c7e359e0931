"""Who reads in the bench of readings: approved clients of the interface, and accounts with organizations of their own.

Runs in a process of its own, as whoever administers the database.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

ITEM = "permit-review"
# Each of them reads by that item of the use list.
UNITS = ("market-regulator", "housing-construction", "transport", "health", "ecology-environment")
BEGUN = datetime(2020, 1, 1, tzinfo=UTC)
PLENTY = 1_000


def let_in(environment: dict[str, str], codes: list[str], readers: int, share: int) -> dict[str, Any]:
    """`{"tokens", "greedy", "accounts"}`: a token for each client but the last, whose share is `share` calls a second and
    whose token is `greedy`; sessions' cookies of `readers` accounts, each with one of `codes`.
    """
    os.environ.update(environment)
    from bench.product import prepare_django

    prepare_django()
    tokens = [_token(unit, PLENTY) for unit in UNITS[:-1]]
    return {
        "tokens": tokens,
        "greedy": _token(UNITS[-1], share),
        "accounts": [_session(code, number) for number, code in enumerate(codes[:readers])],
        "officers": [_officer(number) for number in range(4)],
    }


def _token(unit: str, rate: int) -> str:
    from django.utils import timezone

    from anxin.access.client_tokens import client_with_secret, issue_token
    from anxin.access.clients import approve_client, draft_client
    from anxin.access.models import ApiClient
    from anxin.authorities.models import Unit

    at = timezone.now()
    ApiClient.objects.filter(unit__code=unit, revoked_at__isnull=True).update(
        revoked_at=at, revoked_by=_account("system_administrator")
    )
    drafted = draft_client(
        unit=Unit.objects.get(code=unit),
        name="bench",
        scopes=[ITEM],
        by=_account("system_administrator"),
        at=at,
        rate=rate,
        burst=2 * rate,
    )
    approve_client(client=drafted.client, by=_account("security_administrator"), at=at)
    caller = client_with_secret(drafted.client.client_id, drafted.secret, at)
    assert caller is not None
    return issue_token(caller=caller, scopes=[ITEM], at=at).token


def _account(role: str, unit: str = "credit-office", name: str = "") -> Any:
    from anxin.authorities.models import Account, Unit
    from anxin.authorities.services import assign_role

    username = f"bench-{name or role}"
    found = Account.objects.filter(username=username).first()
    if found is None:
        found = Account.objects.create_account(username, "a password for the bench", display_name=username)
        if role:
            assign_role(
                account=found,
                unit=Unit.objects.get(code=unit),
                role=role,
                begins=BEGUN.date(),
                ends=None,
                by_account_id=None,
            )
    return found


def _session(code: str, number: int) -> dict[str, Any]:
    """The cookies of a signed-in account, and the representation by which it has its reports issued."""
    from anxin.access.models import Representation
    from anxin.access.representations import verify_representation
    from anxin.subjects.models import Organization, Subject

    account = _account("", name=f"own-{number}")
    held = Representation.objects.filter(account=account).first() or verify_representation(
        account=account,
        subject=Subject.objects.get(pk=Organization.objects.get(uscc=code).pk),
        verification=Representation.Verification.DEMONSTRATION,
        by=None,
        at=BEGUN,
    )
    return {"representation": held.pk, **_cookies(account)}


def _officer(number: int) -> dict[str, Any]:
    return _cookies(_account("credit_officer", name=f"officer-{number}"))


def _cookies(account: Any) -> dict[str, Any]:
    """A session as signing in makes it, and a token for its forms."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.middleware.csrf import _get_new_csrf_string

    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    token = _get_new_csrf_string()
    return {"cookie": f"sessionid={session.session_key}; csrftoken={token}", "token": token}
