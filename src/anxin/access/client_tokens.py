"""Tokens of the interface's clients (OAuth 2.0 client credentials, RFC 6749 section 4.4), and how often they may call.

A token is a random text, looked up at each call together with the client, its rights and its bucket, in one statement: what was
revoked a moment ago is seen. A client may make `burst` calls at once and `rate` a second on the long run.
"""

from __future__ import annotations

import hmac
import math
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from anxin.access.client_models import LONGEST_TOKEN_MINUTES
from anxin.access.models import ApiClient, ClientToken
from anxin.authorities.queries import key_digest
from anxin.prepared import prepared_rows

LIFE = timedelta(minutes=LONGEST_TOKEN_MINUTES)

# Of this statement's own transaction: a share that a crash makes larger by a call harms nobody, and waiting for the disk at each
# call would let one client make no more calls than the disk has turns.
_HURRIED = "hurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true) AS set)"
_TAKEN = """
taken AS (
    INSERT INTO access_clientbucket AS b (client_id, free_at, step, slack)
    SELECT id, clock_timestamp() + interval '1 second' / rate, interval '1 second' / rate,
           interval '1 second' / rate * (burst - 1)
    FROM client, hurried
    ON CONFLICT (client_id) DO UPDATE
    SET free_at = greatest(b.free_at, clock_timestamp()) + excluded.step, step = excluded.step, slack = excluded.slack
    WHERE b.free_at <= clock_timestamp() + excluded.slack
    RETURNING client_id
)
SELECT id, client_id, account_id, unit_code, scopes, EXISTS (SELECT FROM taken),
       (SELECT extract(epoch FROM b.free_at - b.slack - clock_timestamp())::float8
        FROM access_clientbucket b WHERE b.client_id = client.id)
FROM client
"""
_SELECTED = """
SELECT c.id, c.client_id, c.account_id, u.code AS unit_code, c.rate, c.burst, ARRAY(
           SELECT r.scope::text FROM access_clientright r
           WHERE r.client_id = c.id AND r.approved_at IS NOT NULL AND r.revoked_at IS NULL ORDER BY r.scope)
"""
_STANDING = "c.approved_at IS NOT NULL AND c.revoked_at IS NULL AND c.ends_at > %(at)s"
_BY_TOKEN = f"""
WITH client AS MATERIALIZED (
    SELECT id, client_id, account_id, unit_code, rate, burst,
           ARRAY(SELECT unnest(held) INTERSECT SELECT unnest(asked)) AS scopes
    FROM ({_SELECTED} AS held, t.scopes::text[] AS asked
          FROM access_clienttoken t JOIN access_apiclient c ON c.id = t.client_id JOIN authorities_unit u ON u.id = c.unit_id
          WHERE t.digest = %(digest)s AND t.expires_at > %(at)s AND {_STANDING}) found
), {_HURRIED}, {_TAKEN}
"""
_BY_NUMBER = f"""
WITH client AS MATERIALIZED (
    {_SELECTED} AS scopes FROM access_apiclient c JOIN authorities_unit u ON u.id = c.unit_id
    WHERE c.id = %(client)s AND {_STANDING}
), {_HURRIED}, {_TAKEN}
"""
# What a wrong secret is compared with where there is no such client, so that both take the same time.
_NOBODY = bytes(32)


@dataclass(frozen=True, slots=True)
class Caller:
    """The client behind a call. `scopes`: what its token was issued for and it still has a right to.

    `wait`: None, or the whole seconds after which a client that called too often may call again.
    """

    number: int
    client_id: str
    account_id: int
    unit_code: str
    scopes: frozenset[str]
    wait: int | None


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token, told this once, and what it is good for."""

    token: str
    scopes: tuple[str, ...]


def client_with_secret(client_id: str, secret: str, at: datetime) -> Caller | None:
    """The approved client that these credentials are of, one call taken from its share; None for any others."""
    found = ApiClient.objects.filter(client_id=client_id).first()
    kept = bytes(found.secret_digest) if found is not None else _NOBODY
    if not hmac.compare_digest(kept, key_digest(secret)) or found is None:
        return None
    return _called(_BY_NUMBER, {"client": found.pk, "at": at})


@transaction.atomic
def issue_token(*, caller: Caller, scopes: Collection[str], at: datetime) -> IssuedToken:
    """A token for the scopes asked for, all of which the client has; its expired ones go."""
    token, granted = secrets.token_urlsafe(32), sorted(scopes)
    ClientToken.objects.filter(client_id=caller.number, expires_at__lte=at).delete()
    ClientToken.objects.create(
        digest=key_digest(token),
        client_id=caller.number,
        scopes=granted,
        issued_at=at,
        expires_at=at + LIFE,
    )
    return IssuedToken(token, tuple(granted))


def caller_with_token(token: str, at: datetime) -> Caller | None:
    """The client that a token is of, one call taken from its share; None where it or its client is unknown or over."""
    return _called(_BY_TOKEN, {"digest": key_digest(token), "at": at})


def _called(statement: str, values: dict[str, Any]) -> Caller | None:
    found = prepared_rows(statement, values)
    if not found:
        return None
    [(number, client_id, account_id, unit_code, scopes, allowed, seconds)] = found
    wait = None if allowed else max(1, math.ceil(seconds or 0))
    return Caller(number, client_id, account_id, unit_code, frozenset(scopes), wait)
