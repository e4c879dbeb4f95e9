#!/usr/bin/env bash
# apprise 2.3.0: a webhook that answers a message with a redirect (302) counts as delivered. The client
# below follows it as browsers do: the POST becomes a GET without the message, and the page that comes
# back, a sign-in page in real life, says 200. What was to be said is nowhere, and notify() is true. With
# AppriseAsset(http_redirects=False), or ?redirect=no in the address, the same message counts as failed.
#
# Output seen:
#   as it comes: success, the server saw POST /hook and GET /page
#   without redirects: failure, the server saw POST /hook
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet apprise==2.3.0
"$folder/env/bin/python" - <<'PY'
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import apprise

calls = []


class Moved(BaseHTTPRequestHandler):
    def answer(self, status):
        calls.append(f"{self.command} {self.path}")
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/page")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(302)

    def do_GET(self):
        self.answer(200)

    def log_message(self, *args):
        pass


server = HTTPServer(("127.0.0.1", 0), Moved)
threading.Thread(target=server.serve_forever, daemon=True).start()
seen = []
for name, asset in (
    ("as it comes", apprise.AppriseAsset()),
    ("without redirects", apprise.AppriseAsset(http_redirects=False)),
):
    calls.clear()
    sender = apprise.Apprise(asset=asset)
    sender.add(f"json://127.0.0.1:{server.server_port}/hook")
    result = "success" if sender.notify(body="The plan is due.") else "failure"
    seen.append((name, result, list(calls)))
    print(f"{name}: {result}, the server saw {' and '.join(calls)}")
expected = [
    ("as it comes", "success", ["POST /hook", "GET /page"]),
    ("without redirects", "failure", ["POST /hook"]),
]
sys.exit(0 if seen == expected else 1)
PY
