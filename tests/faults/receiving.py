"""A local server that receives what `notify` sends, and keeps it by message.

Belongs here: the address and its list. Does not: kills, or what ought to have come.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiving:
    """A server on this machine that starts when its address is first asked for."""

    def __init__(self) -> None:
        self.came: Counter[str] = Counter()

    @cached_property
    def address(self) -> str:
        """An address that Apprise reads, of the server that now runs."""
        came = self.came

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                came[body.get("message", "")] += 1
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """No line for each message."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"json://127.0.0.1:{server.server_port}/"


RECEIVING = Receiving()
