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
    """What came, as JSON; with `refuse` nothing is taken."""

    refuse = False


@contextmanager
def http_sink() -> Iterator[tuple[str, Received]]:
    """(address for Apprise, what came) of a server that lives as long as the block."""
    received = Received()

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not received.refuse:
                received.append(json.loads(body))
            self.send_response(503 if received.refuse else 200)
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
