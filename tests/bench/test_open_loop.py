"""The generator of the bench of readings counts from the moment intended: a server that stalls cannot hide it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from bench.open_loop import NUMBER, Volley, fire, request

STALL_SECONDS = 0.6


class Stalling(BaseHTTPRequestHandler):
    """Answers at once, but for one stretch in which everybody waits; every fifth is told to come back."""

    protocol_version = "HTTP/1.1"
    began = 0.0
    bodies: list[bytes]
    lock: threading.Lock

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with type(self).lock:
            type(self).bodies.append(body)
            number = len(type(self).bodies)
        since = time.monotonic() - type(self).began
        if 0.5 < since < 0.5 + STALL_SECONDS:
            time.sleep(0.5 + STALL_SECONDS - since)
        self.send_response(503 if number % 5 == 0 else 200)
        self.send_header("Content-Length", "2")
        if number % 5 == 0:
            self.send_header("Retry-After", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def stalling() -> Iterator[int]:
    Stalling.began, Stalling.bodies, Stalling.lock = time.monotonic(), [], threading.Lock()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stalling)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def test_requests_due_during_a_stall_are_counted_from_when_they_were_due(stalling: int) -> None:
    asked = request("POST", "/", f'{{"case": "{NUMBER}"}}')
    found = Volley.of(fire(stalling, [asked], 60.0, 1.5, seed=1, first=5))
    during = [one for one in found.shots if 0.55 < one.due < 0.5 + STALL_SECONDS - 0.1]
    # A generator that waits for each answer before it asks again would have one such request, not dozens.
    assert len(during) > 10
    assert all(one.seconds > 0.05 for one in during)
    assert max(one.seconds for one in during) > STALL_SECONDS / 2
    assert found.number(200) + found.number(503) == len(found.shots) == len(Stalling.bodies)
    assert found.other == 0
    assert found.retry_after == {"2": found.number(503)}
    assert sorted(Stalling.bodies)[0] == b'{"case": "00000005"}'
    assert len(set(Stalling.bodies)) == len(Stalling.bodies)


def test_where_nobody_answers_nothing_is_counted_as_answered() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        found = Volley.of(fire(port, [request("GET", "/")], 50.0, 0.2, seed=2))
    assert found.shots
    assert found.number(0) == found.other == len(found.shots)
    assert found.percentile(0.95) == float("inf")
