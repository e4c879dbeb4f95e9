"""A time authority of one's own, for tests: OpenSSL's `ts -reply` behind an http server.

Belongs here: its certificates and its answers. Does not: assertions.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

OPENSSL = shutil.which("openssl")
CONFIG = """
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[tsa]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[plain]
basicConstraints = critical, CA:false
extendedKeyUsage = critical, clientAuth
[ts]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
"""


@dataclass(frozen=True)
class Authority:
    """A folder with its root (`root.pem`), key and certificate."""

    folder: Path

    @property
    def roots(self) -> Path:
        """What a verifier trusts."""
        return self.folder / "root.pem"

    def answer(self, request: bytes) -> bytes:
        """The stamp of a request, as `openssl ts` gives it."""
        with tempfile.TemporaryDirectory() as place:
            request_file, response_file = Path(place) / "asked.tsq", Path(place) / "given.tsr"
            request_file.write_bytes(request)
            at = self.folder
            _run(
                *("ts", "-reply", "-queryfile", request_file, "-inkey", at / "tsa.key"),
                # Without `-chain`: OpenSSL leaves the order of two certificates, which DER sets.
                *("-signer", at / "tsa.pem"),
                *("-config", at / "openssl.cnf", "-section", "ts", "-out", response_file),
            )
            return response_file.read_bytes()


def authority(folder: Path, name: str = "Test", use: str = "tsa") -> Authority:
    """A new authority in a folder; `use` "plain" makes one whose certificate is for no stamps."""
    folder.mkdir(parents=True)
    (folder / "openssl.cnf").write_text(CONFIG.format(folder=folder), "utf-8")
    (folder / "serial").write_text("01\n", "utf-8")
    config = folder / "openssl.cnf"
    _run(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
        *("-keyout", folder / "root.key", "-out", folder / "root.pem", "-days", "3650"),
        *("-subj", f"/CN={name} root", "-config", config, "-extensions", "ca"),
    )
    _run(
        *("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
        *("-keyout", folder / "tsa.key", "-out", folder / "tsa.csr"),
        *("-subj", f"/CN={name} time", "-config", config),
    )
    _run(
        *("x509", "-req", "-in", folder / "tsa.csr", "-CA", folder / "root.pem"),
        *("-CAkey", folder / "root.key", "-CAcreateserial", "-days", "3650"),
        *("-out", folder / "tsa.pem", "-extfile", config, "-extensions", use),
    )
    return Authority(folder)


@contextlib.contextmanager
def serving(served: Authority, kind: str = "application/timestamp-reply") -> Iterator[str]:
    """The address of an authority that answers while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = served.answer(body)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """No line for each request."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _run(*words: object) -> None:
    done = subprocess.run(
        [str(OPENSSL), *map(str, words)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
