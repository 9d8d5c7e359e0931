"""The witness over HTTP: `POST /add-checkpoint`, and `GET /` for its public key and what it holds."""

from __future__ import annotations

import json
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from anxin.audit.tree.keys import encode
from anxin.witness.requests import LARGEST_BODY
from anxin.witness.witness import Answer, Witness

PATIENCE_SECONDS = 30


class WitnessServer(ThreadingHTTPServer):
    """Serves one witness."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        self.witness = witness
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up or falls silent is no error of ours; anything else is told."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "anxin-witness", ""
    timeout = PATIENCE_SECONDS
    server: WitnessServer

    def do_POST(self) -> None:
        # What is refused unread would be taken for the next request.
        self.close_connection = True
        if self.path != "/add-checkpoint":
            self._answer(Answer(HTTPStatus.NOT_FOUND, "unknown address\n"))
            return
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length[:9]) > LARGEST_BODY:
            self._answer(Answer(HTTPStatus.BAD_REQUEST, "the request's length is missing or too large\n"))
            return
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            return
        self.close_connection = self.headers.get("Connection", "").lower() == "close"
        self._answer(self.server.witness.add_checkpoint(body))

    def do_GET(self) -> None:
        if self.path != "/":
            self._answer(Answer(HTTPStatus.NOT_FOUND, "unknown address\n"))
            return
        text = json.dumps(_told(self.server.witness), ensure_ascii=False, indent=1)
        self._answer(Answer(HTTPStatus.OK, text + "\n", "application/json"))

    def _answer(self, answer: Answer) -> None:
        body = answer.text.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: what is held and what was refused is in the folder."""


def _told(witness: Witness) -> dict[str, object]:
    return {
        "verifier_key": str(witness.store.key.verifier),
        "logs": [
            {
                "origin": held.checkpoint.origin,
                "size": held.checkpoint.size,
                "root": encode(held.checkpoint.root),
                "cosigned_at": held.time,
                "checkpoint": str(held.note),
            }
            for held in witness.store.all_held()
        ],
    }
