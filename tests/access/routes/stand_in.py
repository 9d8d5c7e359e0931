"""A stand-in for the province's unified log-in: real HTTP on this machine, keys of its own, codes that are used once."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT, SECRET = "anxin-test", "a secret of the test"


class StandIn:
    """What it knows. `claims`: changes to what it tells; `signing`: the key it signs with, ours unless changed."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "one"})
        self.signing = self.key
        self.person = {"id_number": "", "name": ""}
        self.claims: dict[str, Any] = {}
        self.described: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.issuer = ""
        self.refused: list[str] = []

    def authorize(self, asked: dict[str, str]) -> str:
        """The person agrees at once; where the browser is sent with the code."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The ID token for a code, or None where anything about the request is wrong."""
        asked = self.codes.pop(form.get("code", ""), None)
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proved = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        if (
            asked is None
            or authorization != basic
            or asked["code_challenge"] != proved
            or asked["redirect_uri"] != form.get("redirect_uri")
        ):
            self.refused.append(form.get("code", ""))
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "citizen-1", "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], **self.person, **self.claims,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode({"alg": "ES256", "kid": "one"}, claims, self.signing)
        return {"access_token": "none", "token_type": "Bearer", "id_token": signed}

    def description(self) -> dict[str, Any]:
        """What a client reads first."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **self.described,
        }


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Quiet."""

        def answer(self, told: dict[str, Any] | None) -> None:
            body = json.dumps(told or {"error": "invalid_grant"}).encode()
            self.send_response(200 if told is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("Location", stand_in.authorize(asked))
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif parts.path == "/keys":
                self.answer({"keys": [stand_in.key.as_dict(private=False)]})
            else:
                self.answer(stand_in.description())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.answer(stand_in.token(form, self.headers.get("Authorization", "")))

    return Handler


@contextmanager
def stand_in_running() -> Iterator[StandIn]:
    """The stand-in, listening on a free port of this machine."""
    stand_in = StandIn()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stand_in))
    stand_in.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
