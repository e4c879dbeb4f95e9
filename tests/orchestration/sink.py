"""A local HTTP server that keeps the JSON that is sent to it, or refuses it.

Belongs here: where tests of messages send to. Does not: any test.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


class Received(list):
    """The messages received, as JSON; with `refuse` none is accepted."""

    refuse = False


@contextmanager
def http_sink(moved: bool = False) -> Iterator[tuple[str, Received]]:
    """(address for Apprise, messages received) of a server that runs while the block does; `moved`:
    it accepts nothing and redirects to a page."""
    received = Received()

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not (moved or received.refuse):
                received.append(json.loads(body))
            self.send_response(302 if moved else 503 if received.refuse else 200)
            if moved:
                self.send_header("Location", "/page")
            self.end_headers()

        def do_GET(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Keep)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"json://127.0.0.1:{server.server_port}/plumbline", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
