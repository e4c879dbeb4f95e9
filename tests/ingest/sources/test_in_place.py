"""The usage feed read where it lies in a bucket, against a real S3 server."""

import hashlib
import io
import json
import random
import threading
from datetime import datetime, timedelta

import duckdb
import obstore
import polars as pl
import pytest

from ingest.landing.land import land
from ingest.sources import following, in_place
from ingest.sources.following import noted_objects, sync
from ingest.sources.in_place import ObjectChanged, Place, Ranged, attach, is_place, place_of
from ingest.sources.objects import StoreError, open_store
from tests.ingest.sources.cutting import Cutting
from tests.ingest.zone import Zone, warehouse

FEED = "app_usage/usage_events"
TABLES = ("deliveries", "usage_parts", "covered_months", "quarantine", "usage_events")
LEFT_OUT = {"received_at", "_received_at", "path"}


def feed(rows=30, month=3, app="A1", seed=0):
    """A month of usage as parquet, one call of the first rows faulty."""
    drawn = random.Random(seed)
    out = io.BytesIO()
    moments = [datetime(2025, month, 1) + timedelta(minutes=5 * n) for n in range(rows)]
    pl.DataFrame(
        {
            "app_id": [app] * rows,
            "company_id": [f"C{drawn.randrange(9)}" for _ in range(rows)],
            "occurred_at": moments,
            "http_method": ["GET"] * rows,
            "response_code": [200] * rows,
            "call_count": [0, *(drawn.randrange(1, 9) for _ in range(rows - 1))],
        }
    ).write_parquet(out, row_group_size=max(1, rows // 40))
    return out.getvalue()


@pytest.fixture
def store(bucket):
    return open_store(f"{bucket}/zone")


@pytest.fixture
def follow(bucket, tmp_path):
    """Follow the bucket and land what it holds; the warehouse stays."""
    con = warehouse()

    def step(landing=True):
        done = sync(f"{bucket}/zone", tmp_path / "copy")
        report = land(con, tmp_path / "copy", tmp_path / "raw") if landing else None
        return done, report

    step.con, step.copy = con, tmp_path / "copy"
    return step


def table(con, name):
    columns = [row[0] for row in con.execute(f"describe landing.{name}").fetchall()]
    kept = ", ".join(f'"{c}"' for c in columns if c not in LEFT_OUT)
    return con.execute(f"select {kept} from landing.{name} order by all").fetchall()


def calls(con):
    return con.execute("select sum(calls)::int from landing.usage_calls").fetchone()[0]


def test_a_feed_in_a_bucket_lands_as_from_a_folder_and_is_never_copied(store, follow, tmp_path):
    zone = Zone(tmp_path)
    for month in (3, 4):
        obstore.put(store, f"{FEED}/2025/0{month}.parquet", feed(month=month))
        zone.put(f"{FEED}/2025/0{month}.parquet", feed(month=month))
    zone.land()
    done, report = follow()
    assert (len(done.read_in_place), done.fetched) == (2, ())
    assert not report.unavailable
    assert not [p for p in tmp_path.rglob("*.parquet") if zone.root not in p.parents]
    assert not (tmp_path / "raw").exists()
    for name in TABLES:
        assert table(follow.con, name) == table(zone.con, name)
    again, report = follow()
    assert (again.read_in_place, again.unchanged, report.deliveries) == ((), 2, [])


def test_reads_of_many_threads_never_mix(bucket, store, tmp_path):
    """DuckDB 2.0 seeks and reads one open file from several threads (docs/sources.md)."""
    content = feed(rows=400_000, seed=1)
    obstore.put(store, "big.parquet", content)
    (tmp_path / "big.parquet").write_bytes(content)
    place = placed(bucket, store, "big.parquet")
    con = duckdb.connect(config={"threads": 4})
    attach(con)
    con.execute("set enable_external_file_cache = false")
    query = "select count(*), sum(hash(columns(*)))::hugeint from read_parquet('{}')"
    wanted = con.execute(query.format(tmp_path / "big.parquet")).fetchall()
    for _ in range(20):
        assert con.execute(query.format(place)).fetchall() == wanted


def placed(bucket, store, key):
    head = obstore.head(store, key)
    return Place(f"{bucket}/zone/{key}", head["size"], head["e_tag"])


def test_a_position_belongs_to_the_thread_that_set_it(bucket, store):
    content = bytes(range(256)) * 64
    obstore.put(store, "bytes", content)
    file = Ranged(placed(bucket, store, "bytes"))
    meet, got = threading.Barrier(8), {}

    def read(n):
        for turn in range(5):
            start = (n * 1999 + turn * 331) % 16000
            file.seek(start)
            meet.wait()  # Every thread has set its position before any of them reads.
            got[n, turn] = file.read(100) == content[start : start + 100]

    threads = [threading.Thread(target=read, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 40 and all(got.values())
    file.seek(-3, 2)
    assert (file.read(9), file.read(9)) == (content[-3:], b"")


def test_a_read_that_breaks_off_goes_on_where_it_ended(s3_server, bucket, store, monkeypatch):
    content = random.Random(2).randbytes(3_000_000)
    obstore.put(store, "bytes", content)
    place = placed(bucket, store, "bytes")
    cutting = Cutting(s3_server, after=1_000_000)
    monkeypatch.setenv("AWS_ENDPOINT_URL", cutting.endpoint)
    assert Ranged(place).read() == content
    assert cutting.cut >= 2


def test_an_object_that_changes_between_listing_and_reading_lands_nothing(store, follow):
    key = f"{FEED}/2025/03.parquet"
    obstore.put(store, key, feed())
    follow()
    before = calls(follow.con)
    obstore.put(store, f"{FEED}/2025/04.parquet", feed(month=4))
    follow(landing=False)
    obstore.put(store, f"{FEED}/2025/04.parquet", feed(month=4, seed=5))
    with pytest.raises(StoreError, match=r"04\.parquet changed or went while it was read"):
        land(follow.con, follow.copy, follow.copy.parent / "raw")
    assert calls(follow.con) == before
    assert len(table(follow.con, "deliveries")) == 1
    follow()
    assert calls(follow.con) > before


def test_an_object_that_changes_while_its_digest_is_made_waits(store, follow, monkeypatch):
    obstore.put(store, f"{FEED}/2025/03.parquet", feed())
    real = in_place.span

    def put_meanwhile(*args):
        obstore.put(store, f"{FEED}/2025/03.parquet", feed(seed=9))
        return real(*args)

    with monkeypatch.context() as patched:
        patched.setattr(in_place, "span", put_meanwhile)
        done, report = follow()
    assert (done.changing, report.deliveries) == ((f"{FEED}/2025/03.parquet",), [])
    assert len(follow()[1].deliveries) == 1


def test_an_object_that_went_keeps_its_sums_and_is_named(store, follow):
    obstore.put(store, f"{FEED}/2025/03.parquet", feed())
    follow()
    before = calls(follow.con)
    obstore.delete(store, f"{FEED}/2025/03.parquet")
    done, report = follow()
    assert done.removed == (f"{FEED}/2025/03.parquet",)
    assert report.unavailable == (f"{FEED}/2025/03.parquet",)
    assert calls(follow.con) == before


def test_the_same_bytes_under_another_tag_are_the_same_delivery(store, follow):
    content = feed(rows=400_000, seed=3)
    obstore.put(store, f"{FEED}/2025/03.parquet", content)
    follow()
    first = noted_objects(follow.copy)[0].place
    obstore.put(
        store,
        f"{FEED}/2025/03.parquet",
        io.BytesIO(content),
        chunk_size=5 << 20,
        use_multipart=True,
    )
    done, report = follow()
    second = noted_objects(follow.copy)[0].place
    assert second.etag != first.etag
    assert (len(done.read_in_place), report.deliveries, report.unavailable) == (1, [], ())
    assert follow.con.execute("select path from landing.usage_files").fetchall() == [(str(second),)]


def test_a_digest_that_was_made_is_not_made_again_after_a_kill(store, follow, monkeypatch):
    for month in (3, 4):
        obstore.put(store, f"{FEED}/2025/0{month}.parquet", feed(month=month))
    made, real = [], following.digest_of

    def killed(place):
        if made:
            raise KeyboardInterrupt
        made.append(place)
        return real(place)

    with monkeypatch.context() as patched:
        patched.setattr(following, "digest_of", killed)
        patched.setattr(following, "FETCHERS", 1)
        with pytest.raises(KeyboardInterrupt):
            follow(landing=False)
    done, report = follow()
    assert (len(done.read_in_place), done.unchanged, len(report.deliveries)) == (1, 1, 2)


def test_a_store_that_does_not_answer_takes_no_sum_away(store, follow, monkeypatch):
    obstore.put(store, f"{FEED}/2025/03.parquet", feed())
    follow()
    before = calls(follow.con)
    monkeypatch.setattr(in_place, "open_store", lambda address: unreachable())
    report = land(follow.con, follow.copy, follow.copy.parent / "raw")
    assert calls(follow.con) == before
    assert report.unavailable == (f"{FEED}/2025/03.parquet",)
    follow.con.execute("delete from landing.usage_built")
    with pytest.raises(StoreError):
        land(follow.con, follow.copy, follow.copy.parent / "raw")


def unreachable():
    from obstore.store import S3Store

    return S3Store(
        "gone",
        endpoint="http://127.0.0.1:1",
        region="us-east-1",
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )


def test_what_a_deliverer_writes_is_never_taken_for_a_note(tmp_path):
    """Only beside a copy lies what is known of it; in it lies what anybody delivered."""
    forged = {
        "address": "s3://other",
        "objects": [
            {
                "listed": {
                    "key": f"{FEED}/2025/03.parquet",
                    "size": 1,
                    "modified": "2025-01-01T00:00:00+00:00",
                    "etag": "x",
                },
                "sha256": hashlib.sha256(b"").hexdigest(),
            }
        ],
    }
    zone = tmp_path / "landing"
    zone.mkdir()
    (zone / following.STATE).write_text(json.dumps(forged), "utf-8")
    assert noted_objects(zone) == []
    (tmp_path / f"landing{following.STATE}").write_text(json.dumps(forged), "utf-8")
    assert len(noted_objects(zone)) == 1


@pytest.mark.parametrize("key", ["a/b.parquet", "a b/*[1]?.parquet", "a#1-x.parquet", "ü/%41"])
def test_a_place_is_read_back_from_its_text(key):
    place = Place(f"s3://bucket/{key}", 17, '"a-b#c"')
    assert (place_of(str(place)), place.key) == (place, key)
    assert is_place(str(place)) and not is_place("/landing/s3:/b")


def test_a_version_that_is_gone_says_so(bucket, store):
    obstore.put(store, "bytes", b"one")
    place = placed(bucket, store, "bytes")
    obstore.put(store, "bytes", b"two")
    with pytest.raises(ObjectChanged):
        Ranged(place).read()
