"""Objects of the feed as Spark's workers read them: parts, and by signed addresses alone."""

import random
import urllib.request
from datetime import timedelta
from urllib.error import HTTPError

import obstore
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.sources.in_place import Place, signed
from ingest.sources.objects import StoreError, open_store
from ingest.usage.elsewhere import Request
from orchestration import progress
from orchestration.engines import remote_spark_bucket as workers
from orchestration.engines.spark_feed import SparkFeed
from tests.ingest.sources.conftest import bucket, s3_server  # noqa: F401
from tests.ingest.sources.cutting import Cutting
from tests.ingest.sources.test_in_place import feed, placed
from tests.object_store import SECRET, free_port

SCHEMA = [
    ("app_id", "string"),
    ("call_count", "bigint"),
    ("company_id", "string"),
    ("occurred_at", "timestamp_ntz"),
]
INSTEAD = "DuckDB sums a part of the feed instead: "
REFUSED = "no answer of https://store/03.parquet?X-Amz-Signature=abc"
NAMES = [name for name, _ in SCHEMA]


@pytest.fixture
def store(bucket):  # noqa: F811
    return open_store(f"{bucket}/zone")


@pytest.fixture
def put(bucket, store):  # noqa: F811
    """Put bytes, or a table of Arrow's, into the bucket; the place."""

    def put(content: bytes | pa.Table, key: str = "03.parquet") -> Place:
        if isinstance(content, pa.Table):
            out = pa.BufferOutputStream()
            pq.write_table(content, out, use_deprecated_int96_timestamps=key.startswith("int96"))
            content = out.getvalue().to_pybytes()
        obstore.put(store, key, content)
        return placed(bucket, store, key)

    return put


def listed(place: Place, lasting: float = 60) -> workers.Listed:
    address = signed(place, timedelta(seconds=lasting))
    return workers.Listed(0, address, place.size, place.etag)


def read(parts) -> pl.DataFrame:
    """The combined result of the tasks of these parts."""
    numbers = [pa.record_batch({"id": list(range(len(parts)))})]
    return pl.from_arrow(pa.Table.from_batches(workers.reader(parts, SCHEMA)(numbers)))


def counted(parts) -> int:
    numbers = [pa.record_batch({"id": list(range(len(parts)))})]
    return sum(batch.column("rows")[0].as_py() for batch in workers.counter(parts)(numbers))


@pytest.mark.parametrize("of", [1, 2, 7, 100])
def test_the_parts_of_an_object_are_all_its_rows_once(put, of, monkeypatch):
    content = feed(rows=3_000)
    monkeypatch.setattr(workers, "TASK_BYTES", -(-len(content) // of))
    monkeypatch.setattr(workers, "BATCH_ROWS", 50)
    parts = workers.parts_of([listed(put(content))])
    assert len(parts) == of
    rows, wanted = read(parts), pl.read_parquet(content)
    assert rows.select(NAMES).equals(wanted.select(NAMES))
    assert rows["file_row_number"].to_list() == list(range(3_000))
    assert counted(parts) == 3_000


def test_a_read_that_breaks_off_goes_on_where_it_ended(s3_server, put, monkeypatch):  # noqa: F811
    content = random.Random(2).randbytes(3_000_000)
    place = put(content)
    cutting = Cutting(s3_server, after=1_000_000)
    monkeypatch.setenv("AWS_ENDPOINT_URL", cutting.endpoint)
    file = workers.Ranged(listed(place))
    assert file.read(3_000_000) == content
    assert cutting.cut >= 2
    assert file.read(1) == b""


def test_a_store_that_is_gone_is_asked_again_and_then_named_without_its_address(monkeypatch):
    waits = []
    monkeypatch.setattr(workers.time, "sleep", waits.append)
    nobody = f"http://127.0.0.1:{free_port()}/03.parquet?X-Amz-Signature=1"
    with pytest.raises(workers.ObjectUnread) as raised:
        workers.Ranged(workers.Listed(3, nobody, 100, '"e"')).read(4)
    assert str(raised.value) == "object 3 of the request: the store does not answer"
    assert waits == [1, 2, 3, 4]


def test_an_object_that_changed_is_not_read_and_nothing_secret_is_named(put):
    parts = workers.parts_of([listed(put(feed()))])
    put(feed(seed=5))
    with pytest.raises(workers.ObjectUnread) as raised:
        read(parts)
    assert str(raised.value) == "object 0 of the request: the store answers 412"


def test_a_store_that_takes_no_notice_of_conditions_gives_no_other_version(put, monkeypatch):
    first = listed(put(feed()))
    put(feed(seed=5))
    real = urllib.request.urlopen

    def without_condition(request, timeout):
        request.remove_header("If-match")
        return real(request, timeout=timeout)

    monkeypatch.setattr(urllib.request, "urlopen", without_condition)
    with pytest.raises(workers.ObjectUnread, match="another version is there"):
        read(workers.parts_of([first]))


def test_an_address_reads_one_object_for_a_while_and_does_nothing_else(put):
    place, other = put(feed()), put(feed(), "04.parquet")
    one = listed(place)
    assert SECRET not in one.address
    assert workers.Ranged(one).read(4) == b"PAR1"
    writing = urllib.request.Request(one.address, data=b"x", method="PUT")
    for tried in (one.address.replace("03.parquet", "04.parquet"), writing):
        with pytest.raises(HTTPError) as refused:
            urllib.request.urlopen(tried)
        assert refused.value.code == 403
    assert workers.Ranged(listed(other)).read(4) == b"PAR1"


def test_without_keys_that_sign_nothing_is_handed_over(put, monkeypatch):
    place = put(feed())
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    with pytest.raises(StoreError):
        signed(place, timedelta(hours=1))


def test_what_duckdb_sums_instead_is_said_without_an_address(put, tmp_path, monkeypatch):
    """The engine's own reason may quote a signed address, with which anybody can read the
    object."""
    place = put(feed())
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    reported = []
    progress.listen(lambda stage, words: reported.append((stage, words)))
    try:
        feed_engine = SparkFeed(tmp_path / "spark")
        assert feed_engine.ask(Request([str(place)], [("app_id", "string")], "select 1")) is None
        monkeypatch.setattr(feed_engine, "_send", lambda _: {"error": f"{REFUSED}\nat line 3"})
        assert feed_engine.ask(Request(["03.parquet"], [("app_id", "string")], "select 1")) is None
    finally:
        progress.listen(None)
    (unsigned, failed) = reported
    assert unsigned[0] == "spark"
    assert failed == ("spark", f"{INSTEAD}no answer of (address)")
    assert unsigned[1].startswith(INSTEAD)


def test_values_come_as_spark_takes_them_or_not_at_all(put):
    table = pl.read_parquet(feed(rows=50)).to_arrow()
    words = table.set_column(0, "app_id", table["app_id"].cast(pa.string()).dictionary_encode())
    for key, stored in (("words", words), ("int96", table)):
        rows = read(workers.parts_of([listed(put(stored, key))]))
        assert rows.select(NAMES).equals(pl.from_arrow(table).select(NAMES))
    latin = pa.array([b"\xe4"] * 50).view(pa.string())
    with pytest.raises(pa.ArrowInvalid, match="UTF8"):
        read(workers.parts_of([listed(put(table.set_column(0, "app_id", latin)))]))
