"""A client that keeps one connection and one session, and signs in again where the session is gone."""

from __future__ import annotations

import http.client
from dataclasses import dataclass, field
from urllib.parse import urlencode

from anxin.city.accounts import ACCOUNTS
from bench.web import HOST

PATIENCE_SECONDS = 15.0
PASSWORDS = {one.username: one.password for one in ACCOUNTS}


class NoAnswer(Exception):
    """The connection broke before the status line came."""


@dataclass
class Answer:
    """Status, headers in small letters, and as much of the body as came; `whole` where all of it did."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool = True


@dataclass
class Visitor:
    """`account`: a demonstration account to sign in with, or none."""

    port: int
    account: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request. Raises `NoAnswer`."""
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self._connection is None:
            self._connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE_SECONDS)
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            self.forget_connection()
            raise NoAnswer(type(error).__name__) from None
        self._keep_cookies(response)
        found = Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, b"")
        try:
            found.body = response.read()
        except http.client.IncompleteRead as cut:
            found.body, found.whole = cut.partial, False
            self.forget_connection()
        except (OSError, http.client.HTTPException):
            found.whole = False
            self.forget_connection()
        return found

    def form(self, path: str, **fields: str) -> Answer:
        """Send a form with its token. Raises `NoAnswer`."""
        token = self.cookies.get("csrftoken", "")
        body = urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def sign_in(self) -> bool:
        """A new session; whether that worked."""
        self.cookies.clear()
        self.ask("GET", "/sign-in/")
        answer = self.form("/sign-in/", username=self.account, password=PASSWORDS[self.account])
        return answer.status == 302 and "sessionid" in self.cookies

    def forget_connection(self) -> None:
        """Begin the next request on a new one."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _keep_cookies(self, response: http.client.HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip()
