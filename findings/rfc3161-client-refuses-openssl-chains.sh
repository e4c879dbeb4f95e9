#!/usr/bin/env bash
# rfc3161-client 1.0.9 against OpenSSL 3.0: `openssl ts -reply -chain` puts the signer's certificate
# and its issuer's into a stamp in the order in which it has them. The field is a SET OF, which DER
# sorts; OpenSSL verifies its own stamp, and rfc3161-client refuses to decode it. The same stamp with
# the signer's certificate alone is read. An authority made with OpenSSL stamps without `-chain`, and
# whoever checks gets the issuer's certificate another way.
#
# Output seen:
#   alone: OpenSSL OK, rfc3161-client reads it
#   with its issuer: OpenSSL OK, rfc3161-client InvalidSetOrdering
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet rfc3161-client==1.0.9
cd "$folder"
cat > openssl.cnf <<CNF
[ca]
basicConstraints = critical, CA:true
[tsa]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[ts]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
CNF
echo 01 > serial
# The issuer's certificate is the shorter one: DER puts it first, OpenSSL second.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key \
  -out root.pem -days 30 -subj "/CN=r" -config openssl.cnf -extensions ca 2>/dev/null
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tsa.key -out tsa.csr \
  -subj "/CN=an authority with a long name/O=an organisation with a long name" \
  -config openssl.cnf 2>/dev/null
openssl x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -out tsa.pem \
  -extfile openssl.cnf -extensions tsa 2>/dev/null
printf head > data
openssl ts -query -data data -sha256 -cert -out asked.tsq 2>/dev/null
reply() {
  openssl ts -reply -queryfile asked.tsq -inkey tsa.key -signer tsa.pem -config openssl.cnf \
    -section ts -out "$@" 2>/dev/null
  openssl ts -verify -data data -in "$1" -CAfile root.pem 2>/dev/null | grep -q "Verification: OK"
}
reply alone.tsr
reply chain.tsr -chain root.pem
"$folder/env/bin/python" - <<'PY'
import sys
from pathlib import Path

from rfc3161_client import decode_timestamp_response


def read(name: str) -> str:
    try:
        decode_timestamp_response(Path(name).read_bytes())
    except ValueError as error:
        return "InvalidSetOrdering" if "InvalidSetOrdering" in str(error) else str(error)
    return "reads it"


seen = {"alone": read("alone.tsr"), "with its issuer": read("chain.tsr")}
for name, answer in seen.items():
    print(f"{name}: OpenSSL OK, rfc3161-client {answer}")
sys.exit(seen != {"alone": "reads it", "with its issuer": "InvalidSetOrdering"})
PY
