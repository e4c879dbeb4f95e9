"""A server on this machine that answers as the vendors' APIs do, well or badly.

Belongs here: a thread with a plan of answers, and what it was asked. Does not: any expectation.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Answer:
    """One answer; `length` lies about the body's length where it is given."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None

    @property
    def data(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Plan = Callable[["Vendor", str, dict[str, str], int], Answer]
"""(server, path, query, how often this path and query were asked before) -> answer."""


class Vendor:
    """The server: its address, its plan, and every request it got."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.tokens = 0
        self.url = ""

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]


@contextmanager
def serving(plan: Plan) -> Iterator[Vendor]:
    """Serve a plan on a free port until the block ends."""
    vendor = Vendor(plan)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            return

        def _send(self, answer: Answer) -> None:
            data = answer.data
            self.send_response(answer.status)
            self.send_header("Content-Length", str(answer.length or len(data)))
            if answer.length:
                self.close_connection = True
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            good = form.get("grant_type") == ["client_credentials"] and form["client_secret"] == [
                "s3cret"
            ]
            vendor.tokens += good
            token = {"access_token": f"token-{vendor.tokens}", "expires_in": 86400}
            self._send(Answer(token) if good else Answer({"error": "access_denied"}, 403))

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            before = vendor.requests.count((parts.path, query))
            vendor.requests.append((parts.path, query))
            vendor.headers.append(dict(self.headers))
            self._send(vendor.plan(vendor, parts.path, query, before))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    vendor.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield vendor
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
