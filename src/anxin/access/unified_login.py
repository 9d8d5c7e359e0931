"""A client of the province's unified log-in: OpenID Connect with code, PKCE, state and nonce (Art. 13(1)(2)).

Everything it is told is checked.

Knows nothing of sessions, accounts or the database. What the provider tells of a person stands in no message and no log.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual

ALGORITHMS = ["ES256", "RS256", "PS256", "Ed25519"]
SECONDS_TO_ANSWER, LARGEST_ANSWER = 10, 200_000
LONGEST_ATTEMPT, CLOCKS_APART = 600, 60


class LoginRefused(Refusal):
    """Whatever was not as it must be: one answer, which tells an attacker nothing."""

    code: ClassVar[str] = "E-UNIFIED-LOGIN"
    clause: ClassVar[str | None] = "anshan-2022-9/13/1/2"
    message = Bilingual("统一身份认证没有成功。", "The unified log-in did not succeed.")
    remedy = Bilingual(
        "请重新登录；仍不成功的，请到服务窗口核验身份。", "Try again, or be verified at a service counter."
    )


@dataclass(frozen=True, slots=True)
class Provider:
    """Whom we trust for identities. `number_claim`, `name_claim`: where the document number and the name stand."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    number_claim: str = "id_number"
    name_claim: str = "name"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one log-in began with; kept in the reader's session, used once."""

    state: str
    nonce: str
    verifier: str
    at: float


@dataclass(frozen=True, slots=True)
class Identity:
    """Who it is, as the provider says."""

    issuer: str
    subject: str = field(repr=False)
    number: str = field(repr=False)
    name: str = field(repr=False)


@lru_cache(maxsize=2)
def load_provider(path: str) -> Provider | None:
    """The provider in a JSON file, or None where no file is named: then there is no unified log-in."""
    return Provider(**json.loads(Path(path).read_text(encoding="utf-8"))) if path else None


def begin_login(provider: Provider, *, return_to: str, at: float) -> tuple[str, Attempt]:
    """Where to send the reader, and what to keep until the return. Raises `LoginRefused`."""
    attempt = Attempt(_secret(), _secret(), _secret(), at=at)
    challenge = hashlib.sha256(attempt.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "scope": "openid profile",
        "client_id": provider.client_id,
        "redirect_uri": return_to,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{_described(provider)['authorization_endpoint']}?{urlencode(asked)}", attempt


def _secret() -> str:
    return secrets.token_urlsafe(32)


def finish_login(
    provider: Provider, *, attempt: Attempt, returned: dict[str, str], return_to: str, at: float
) -> Identity:
    """Exchange the code and check what comes back. Raises `LoginRefused` for whatever is wrong with it."""
    same = hmac.compare_digest(returned.get("state", "").encode(), attempt.state.encode())
    fresh = 0 <= at - attempt.at <= LONGEST_ATTEMPT
    if (
        not same
        or not fresh
        or not returned.get("code")
        or returned.get("iss", provider.issuer) != provider.issuer
    ):
        raise LoginRefused
    described = _described(provider)
    given = _ask(
        described["token_endpoint"],
        form={
            "grant_type": "authorization_code",
            "code": returned["code"],
            "redirect_uri": return_to,
            "code_verifier": attempt.verifier,
        },
        basic=(provider.client_id, provider.client_secret),
    )
    claims = _checked(given.get("id_token"), _ask(described["jwks_uri"]), provider, attempt, at)
    parts = [claims.get(one) for one in ("sub", provider.number_claim, provider.name_claim)]
    if not all(isinstance(one, str) and 0 < len(one) <= 200 for one in parts):
        raise LoginRefused
    return Identity(provider.issuer, *map(str, parts))


def _checked(
    token: object, keys: dict[str, Any], provider: Provider, attempt: Attempt, at: float
) -> dict[str, Any]:
    """The claims of an ID token whose signature, issuer, audience, times and nonce are right."""
    try:
        signed = jwt.decode(str(token), KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        jwt.JWTClaimsRegistry(
            now=int(at),
            leeway=CLOCKS_APART,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": attempt.nonce},
        ).validate(signed.claims)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise LoginRefused from None
    claims: dict[str, Any] = signed.claims
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != provider.client_id:
        raise LoginRefused
    return claims


def _described(provider: Provider) -> dict[str, str]:
    """The provider's own description, which must be about itself."""
    told = _ask(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if told.get("issuer") != provider.issuer or not all(_safe(str(told.get(one, ""))) for one in wanted):
        raise LoginRefused
    return {one: str(told[one]) for one in wanted}


def _safe(address: str) -> bool:
    """Encrypted on the way, or on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    )


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Secrets and codes go where the description says and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _ask(
    address: str, *, form: dict[str, str] | None = None, basic: tuple[str, str] | None = None
) -> dict[str, Any]:
    if not _safe(address):
        raise LoginRefused
    request = urllib.request.Request(address, data=urlencode(form).encode() if form else None)
    request.add_header("Accept", "application/json")
    if basic is not None:
        request.add_header("Authorization", "Basic " + base64.b64encode(":".join(basic).encode()).decode())
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=SECONDS_TO_ANSWER) as answer:
            told = json.loads(answer.read(LARGEST_ANSWER))
    except (OSError, ValueError):
        raise LoginRefused from None
    if not isinstance(told, dict):
        raise LoginRefused
    return told
