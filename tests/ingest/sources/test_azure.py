"""A landing zone and a ledger at `az://`, against Azurite where `make azurite` installed it."""

import base64
import hashlib
import hmac
import io
import shutil
import subprocess
import time
from email.utils import formatdate
from pathlib import Path

import duckdb
import httpx
import obstore
import polars as pl
import pytest

from ingest.sources.following import noted_objects, sync
from ingest.sources.in_place import ObjectChanged, Ranged, attach
from ingest.sources.objects import (
    AlreadyThere,
    StoreError,
    listing,
    open_store,
    put_instead,
    put_new,
    put_over,
    read,
)
from orchestration.outputs import follow, put_folder
from tests.object_store import free_port

# Azurite's own, published with it.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
VERSION, SECONDS = "2021-12-02", 60
INSTALLED = Path(__file__).parents[3] / "build/azurite/node_modules/.bin/azurite-blob"
FEED = "app_usage/usage_events/2025/03.parquet"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    program = shutil.which("azurite-blob") or shutil.which(INSTALLED)
    if program is None:
        pytest.skip("no Azurite: `make azurite` installs it by npm; az:// was not tried")
    folder, port = tmp_path_factory.mktemp("azurite"), free_port()
    command = [program, "--location", str(folder), "--blobPort", str(port), "--silent"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([*command, "--skipApiVersionCheck"], stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}/{ACCOUNT}"
        _container(address, server)
        yield address
    finally:
        server.kill()
        server.wait(30)


def _container(endpoint, server):
    """Stores make no containers: one signed request does."""
    date, until = formatdate(usegmt=True), time.monotonic() + SECONDS
    headers = f"x-ms-date:{date}\nx-ms-version:{VERSION}"
    text = f"PUT{chr(10) * 12}{headers}\n/{ACCOUNT}/{ACCOUNT}/zone\nrestype:container"
    made = hmac.new(base64.b64decode(KEY), text.encode(), hashlib.sha256).digest()
    signed = f"SharedKey {ACCOUNT}:{base64.b64encode(made).decode()}"
    signed_headers = {"x-ms-date": date, "x-ms-version": VERSION, "Authorization": signed}
    while time.monotonic() < until and server.poll() is None:
        try:
            httpx.put(
                f"{endpoint}/zone?restype=container", headers=signed_headers
            ).raise_for_status()
            return
        except httpx.ConnectError:
            time.sleep(0.2)
    raise RuntimeError("Azurite did not come up")


@pytest.fixture
def zone(endpoint, monkeypatch):
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", KEY)
    monkeypatch.setenv("AZURE_ENDPOINT", endpoint)
    return "az://zone/p"


def test_a_zone_is_followed_and_its_feed_read_where_it_lies(zone, tmp_path):
    out, store = io.BytesIO(), open_store(zone)
    pl.DataFrame({"call_count": range(100_000)}).write_parquet(out)
    obstore.put(store, FEED, out.getvalue())
    obstore.put(store, "crm/accounts.csv", b"account_id,name\nA1,Acme\n")
    done = sync(zone, tmp_path / "copy")
    assert (done.fetched, done.read_in_place) == (("crm/accounts.csv",), (FEED,))
    (noted,) = noted_objects(tmp_path / "copy")
    con = duckdb.connect()
    attach(con)
    query = f"select count(*), sum(call_count)::bigint from read_parquet('{noted.place}')"
    assert con.execute(query).fetchall() == [(100_000, sum(range(100_000)))]
    assert sync(zone, tmp_path / "copy").unchanged == 2
    obstore.put(store, FEED, b"another")
    with pytest.raises(ObjectChanged):
        Ranged(noted.place).read()


def test_what_is_there_is_not_created_again(zone):
    put_new(zone, "ledger/0001.tar", b"one")
    with pytest.raises(AlreadyThere):
        put_new(zone, "ledger/0001.tar", b"two")
    assert bytes(obstore.get(open_store(zone), "ledger/0001.tar").bytes()) == b"one"


def test_a_wrong_key_is_told_without_it(zone, monkeypatch):
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", base64.b64encode(b"revoked-key").decode())
    with pytest.raises(StoreError, match=r"az://zone/p.*403") as caught:
        listing(zone, open_store(zone))
    assert "cmV2b2tlZC1rZXk" not in str(caught.value)


def test_an_output_is_there_whole_and_in_place_of_the_one_that_was_read(zone, tmp_path):
    mine, copy = tmp_path / "mine", tmp_path / "copy"
    mine.mkdir()
    for text in ("one", "two"):
        (mine / "né 1.html").write_text(text, "utf-8")
        put_folder(f"{zone}/site", mine)
        follow(f"{zone}/site", copy)
        assert (copy / "né 1.html").read_text("utf-8") == text
    assert len(listing(f"{zone}/site", open_store(f"{zone}/site"))) == 2
    before = read(f"{zone}/site", "index.json")
    put_over(f"{zone}/site", "index.json", b"another's")
    with pytest.raises(AlreadyThere):
        put_instead(f"{zone}/site", "index.json", b"mine", before)
