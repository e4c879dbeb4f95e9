"""A server on this machine that answers as a CRM does, well or badly.

Belongs here: one thread, tokens, what was asked, answers that misbehave first. Does not: what one
CRM's objects are (salesforce.py, hubspot.py), or any expectation.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "s3cret-of-tests"


@dataclass
class Request:
    """One request: `document` is the JSON sent with it, `token` the token that it carried."""

    method: str
    path: str
    query: dict[str, str]
    document: Any
    token: str


@dataclass
class Answer:
    """One answer; `drip` sends one byte each time so many seconds have passed, `cut` states a
    longer length."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0
    cut: bool = False

    @property
    def data(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Trouble = Callable[["Crm", Request], Answer | None]
"""An answer that comes before the CRM's own, None to let that come."""


class Crm:
    """A CRM's address, its objects, every request that it got, and what goes wrong before it
    answers.

    `objects`: name -> records. `headers` go along with each good answer.
    """

    def __init__(self, answer: Callable[[Crm, Request], Answer]) -> None:
        self.answer = answer
        self.objects: dict[str, list[dict[str, Any]]] = {}
        self.requests: list[Request] = []
        self.trouble: Trouble = lambda crm, request: None
        self.tokens = 0
        self.revoked: set[str] = set()
        self.headers: dict[str, str] = {}
        # Queries with pages still to come; unknown fields; key -> error; field -> how much of a
        # value it keeps.
        self.queries: list[str] = []
        self.unknown: set[str] = set()
        self.failing: dict[str, str] = {}
        self.keeps: dict[str, Callable[[Any], Any]] = {}
        self.next_id = 1
        self.page = 2
        self.url = ""

    def count(self, method: str, part: str = "") -> int:
        """How often a method was asked of a path that holds `part`."""
        return sum(one.method == method and part in one.path for one in self.requests)

    def reply(self, request: Request) -> Answer:
        """The answer to this request."""
        self.requests.append(request)
        wrong = self.trouble(self, request)
        if wrong is not None:
            return wrong
        if request.token in self.revoked or not request.token.startswith("token-"):
            return Answer([{"errorCode": "INVALID_SESSION_ID", "message": "expired"}], 401)
        answer = self.answer(self, request)
        return Answer(answer.body, answer.status, {**self.headers, **answer.headers})

    def token(self, form: dict[str, list[str]]) -> Answer:
        """A token for the right client."""
        if form.get("client_secret") != [SECRET]:
            refusal = {"error": "invalid_client", "error_description": "invalid client credentials"}
            return Answer(refusal, 400)
        self.tokens += 1
        return Answer({"access_token": f"token-{self.tokens}", "token_type": "Bearer"})


@contextmanager
def serving(answer: Callable[[Crm, Request], Answer]) -> Iterator[Crm]:
    """Serve a CRM on a free port until the block ends."""
    crm = Crm(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            return

        def _send(self, answer: Answer) -> None:
            data = answer.data
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(data) + 100 * answer.cut))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if answer.drip:
                for place in range(len(data)):
                    try:
                        self.wfile.write(data[place : place + 1])
                        self.wfile.flush()
                    except OSError:
                        break
                    time.sleep(answer.drip)
            else:
                self.wfile.write(data)
            if answer.cut or answer.drip:
                self.close_connection = True

        def _any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if parts.path.endswith("/token"):
                self._send(crm.token(parse_qs(body.decode())))
                return
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            document = json.loads(body) if body else None
            self._send(crm.reply(Request(self.command, parts.path, query, document, token)))

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _any

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    crm.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield crm
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
