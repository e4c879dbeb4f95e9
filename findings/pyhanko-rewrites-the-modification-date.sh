#!/usr/bin/env bash
# pyHanko 0.38.0 (with Typst 0.15.0 for a PDF that has XMP metadata and no dates, Python 3.11).
#
# A signature can state a moment (the session's `system_time`), and with an Ed25519 key it is the
# same each time. The signed file is not: the incremental writer also puts the clock's moment into
# the document's XMP metadata as `xmp:ModifyDate`, whatever moment the signature states, and a random
# second part into /ID. Nothing that the caller passes changes either, so signing the same bytes with
# the same key at the same stated moment never gives the same file twice, and a document without a
# date has one afterwards, which need not be that of its signature.
#
# Seen:
#   stated moment: 2020-01-02 03:04:05+00:00
#   before: 0 dates in the metadata; after: 1, the clock's
#   same bytes twice: False
#   second part of /ID alike: False
#
# Ends with an error where that is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/python -m pip install --quiet "pyhanko==0.38.0" "typst==0.15.0" "cryptography>=46"
cat > try.py <<'PY'
import io
import re
from datetime import UTC, datetime, timedelta

import typst
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

AT = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ann")])
certificate = (
    x509.CertificateBuilder(name, name, key.public_key(), 1)
    .not_valid_before(datetime(2000, 1, 1))
    .not_valid_after(datetime(2100, 1, 1))
    .add_extension(
        x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True
    )
    .sign(key, None)
)
signer = SimpleSigner(
    signing_cert=asn1_x509.Certificate.load(
        certificate.public_bytes(serialization.Encoding.DER)
    ),
    signing_key=asn1_keys.PrivateKeyInfo.load(
        key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    ),
    cert_registry=SimpleCertificateStore(),
)


class At(PdfSigner):
    def init_signing_session(self, *given, **named):
        session = super().init_signing_session(*given, **named)
        session.system_time = AT
        return session


pdf = typst.compile(
    b'#set document(title: "t", date: none)\nHello', format="pdf", pdf_standards=["ua-1"]
)


def signed():
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return At(PdfSignatureMetadata(field_name="s"), signer).sign_pdf(writer).getvalue()


def dates(data):
    return re.findall(rb'xmp:ModifyDate="([^"]+)"', data)


first, second = signed(), signed()
[signature] = PdfFileReader(io.BytesIO(first)).embedded_signatures
[clock] = dates(first)
of_now = datetime.fromisoformat(clock.decode())
print("stated moment:", signature.self_reported_timestamp)
print(f"before: {len(dates(pdf))} dates in the metadata; after: {len(dates(first))}, the clock's")
print("same bytes twice:", first == second)
ids = [PdfFileReader(io.BytesIO(one)).trailer["/ID"][1] for one in (first, second)]
print("second part of /ID alike:", ids[0] == ids[1])
assert signature.self_reported_timestamp == AT and dates(pdf) == []
assert abs(datetime.now(UTC) - of_now) < timedelta(hours=1)
assert first != second and ids[0] != ids[1]
PY
env/bin/python try.py
