"""A landing zone in an object store, against a real S3 server."""

import hashlib
import io
import os
from datetime import datetime

import obstore
import polars as pl
import pytest

from ingest.landing.land import land
from ingest.sources.following import PART, sync
from ingest.sources.objects import (
    StoreError,
    is_address,
    listing,
    open_store,
    put_new,
    put_over,
)
from tests.ingest.zone import warehouse


def files(folder):
    """Every file of the copy by its key, without what the copy remembers for itself."""
    paths = (p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("s3://b/p", True),
        ("az://b", True),
        ("gs://b/p/q", True),
        ("landing", False),
        ("s3:/b", False),
    ],
)
def test_what_is_an_address(text, address):
    assert is_address(text) == address


def test_the_copy_follows_the_store(bucket, tmp_path):
    address, store = f"{bucket}/zone", open_store(f"{bucket}/zone")
    obstore.put(store, "crm/accounts-1.csv", b"account_id,name\nA1,Acme\n")
    obstore.put(store, "crm/empty.csv", b"")
    first = sync(address, tmp_path)
    assert first.fetched == ("crm/accounts-1.csv", "crm/empty.csv")
    assert files(tmp_path)["crm/accounts-1.csv"].endswith(b"Acme\n")
    again = sync(address, tmp_path)
    assert (again.fetched, again.unchanged, again.removed) == ((), 2, ())
    obstore.put(store, "crm/accounts-1.csv", b"account_id,name\nA1,Acme Ltd\n")
    obstore.delete(store, "crm/empty.csv")
    third = sync(address, tmp_path)
    assert (third.fetched, third.removed) == (("crm/accounts-1.csv",), ("crm/empty.csv",))
    assert list(files(tmp_path)) == ["crm/accounts-1.csv"]


def test_a_file_was_received_when_its_object_was_written(bucket, tmp_path):
    put_new(bucket, "crm/accounts.csv", b"account_id,name\n")
    (one,) = listing(bucket, open_store(bucket))
    sync(bucket, tmp_path)
    written = datetime.fromisoformat(one.modified).timestamp()
    assert (tmp_path / "crm/accounts.csv").stat().st_mtime == pytest.approx(written, abs=1e-5)


def test_what_was_created_is_not_created_again(bucket):
    put_new(bucket, "ledger/0001", b"one")
    with pytest.raises(StoreError, match="is there already"):
        put_new(bucket, "ledger/0001", b"two")
    put_over(bucket, "ledger/0001", b"three")
    assert bytes(obstore.get(open_store(bucket), "ledger/0001").bytes()) == b"three"


def test_a_large_file_comes_as_it_is_and_a_cut_fetch_goes_on(bucket, tmp_path):
    """Read in ranges; a part that an interrupted fetch left is gone on with, not begun again."""
    content = os.urandom(20 * 1024 * 1024 + 7)
    put_new(bucket, "app_usage/usage_events/2025-01.csv", content)
    (one,) = listing(bucket, open_store(bucket))
    mark = hashlib.sha256(f"{one.etag} {one.size} {one.modified}".encode()).hexdigest()[:16]
    folder = tmp_path / "app_usage/usage_events"
    folder.mkdir(parents=True)
    # Bytes that are not the object's own show that the part was kept.
    left = b"\0" * 1000 + content[1000 : 9 * 1024 * 1024]
    (folder / f".2025-01.csv.{mark}{PART}").write_bytes(left)
    sync(bucket, tmp_path)
    assert (folder / "2025-01.csv").read_bytes() == left[:1000] + content[1000:]
    (folder / "2025-01.csv").unlink()
    sync(bucket, tmp_path)
    assert (folder / "2025-01.csv").read_bytes() == content
    assert not list(folder.glob(f".*{PART}"))


def test_a_wrong_key_is_told_with_the_address_and_without_the_key(bucket, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret-of-anybody")
    with pytest.raises(StoreError, match=bucket) as caught:
        sync(bucket, tmp_path)
    assert "not-the-secret" not in str(caught.value)
    assert files(tmp_path) == {}


def test_plain_http_stays_on_this_machine(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://storage.example.com")
    with pytest.raises(StoreError, match="plain http"):
        open_store("s3://bucket")


def test_a_key_that_is_no_path_is_named(bucket, tmp_path):
    put_new(bucket, "crm/..%2Faccounts.csv", b"x")
    put_new(bucket, "crm/fine.csv", b"x")
    assert "crm/fine.csv" in sync(bucket, tmp_path).fetched
    assert all(tmp_path in p.parents for p in tmp_path.rglob("*"))


def test_an_object_that_lost_its_end_replaces_nothing(bucket, tmp_path):
    """Whole by its size and e-tag, it was cut before it was put: only what was there tells."""
    con = warehouse()
    for parameter, value in {"share": "0.5", "minimum_rows": "10"}.items():
        con.execute(
            "insert into policy.parameter_values values (?, date '2000-01-01', null, ?, 0)",
            [f"ingest.shrunken_{parameter}", value],
        )
    store, folder = open_store(bucket), tmp_path / "copy"
    accounts = b"account_id,name\n" + b"".join(b"A%d,Acme\n" % n for n in range(30))
    out = io.BytesIO()
    calls = {
        "app_id": ["A"] * 30,
        "company_id": ["C"] * 30,
        "occurred_at": [datetime(2025, 3, 1)] * 30,
        "http_method": ["GET"] * 30,
        "response_code": [200] * 30,
        "call_count": [1] * 30,
    }
    pl.DataFrame(calls).write_parquet(out)
    keys = {"crm/accounts.csv": accounts, "app_usage/usage_events-2025-03.parquet": out.getvalue()}

    def landed():
        sync(bucket, folder)
        land(con, folder, tmp_path / "raw")
        query = "select (select count(distinct account_id) from landing.accounts), sum(calls)::int"
        return con.execute(f"{query} from landing.usage_calls").fetchone()

    for key, content in keys.items():
        obstore.put(store, key, content)
    assert landed() == (30, 30)
    for length in (70, 0):
        for key, content in keys.items():
            obstore.put(store, key, content[:length])
        assert landed() == (30, 30)
    refused = con.execute("select file from landing.deliveries where status = 'refused'").fetchall()
    assert sorted(refused) == sorted((key,) for key in keys for _ in (70, 0))
    for key, content in keys.items():
        obstore.put(store, key, content + b"\n" * key.endswith("csv"))
    assert landed() == (30, 30)
