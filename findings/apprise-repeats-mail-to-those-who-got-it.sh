#!/usr/bin/env bash
# apprise 2.3.0: one address for mail may name several recipients, and each gets a mail of its own. When
# the server knows one of them not, the whole message counts as failed, and nothing in the result says who
# got it: its one entry is the address, though each recipient was a mail by itself. Whoever sends again what
# failed sends it again to those who have it already.
#
# Output seen:
#   sent: FAILURE, 1 entry; delivered to ann@example.com, cid@example.com
#   sent again: FAILURE, 1 entry; delivered to ann@example.com, cid@example.com, ann@example.com, cid@example.com
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet apprise==2.3.0 aiosmtpd==1.4.6
"$folder/env/bin/python" -W ignore - <<'PY'
import socket
import sys

import apprise
from aiosmtpd.controller import Controller

delivered = []


class Box:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == "bob@example.com":
            return "550 there is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        delivered.extend(envelope.rcpt_tos)
        return "250 OK"


with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
controller = Controller(Box(), hostname="127.0.0.1", port=port)
controller.start()
seen = []
sender = apprise.Apprise()
to = "ann@example.com,bob@example.com,cid@example.com"
sender.add(f"mailto://127.0.0.1:{port}?mode=insecure&from=me@example.com&to={to}")
for name in ("sent", "sent again"):
    result = sender.notify(body="The plan is due.", title="Plan")
    seen.append((name, result.status.name, len(list(result)), list(delivered)))
    print(f"{name}: {result.status.name}, {len(list(result))} entry; delivered to {', '.join(delivered)}")
controller.stop()
both = ["ann@example.com", "cid@example.com"]
expected = [("sent", "FAILURE", 1, both), ("sent again", "FAILURE", 1, both * 2)]
sys.exit(0 if seen == expected else 1)
PY
