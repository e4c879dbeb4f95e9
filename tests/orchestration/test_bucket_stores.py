"""Raw store and ledger in a bucket: created once, a second writer refused, completed after a
kill."""

import hashlib
from dataclasses import replace

import obstore
import pytest

from ingest.deliveries.raw_store import keep
from ingest.sources.objects import StoreError, listing, open_store
from orchestration import bucket_stores
from orchestration.settings import BadPlace, Locations, locations
from scoring.ledger.files import RECORDS, read_ledger, write_publication
from scoring.ledger.records import LedgerRefusal, chained
from tests.ingest.sources.conftest import bucket, s3_server  # noqa: F401


@pytest.fixture
def machine(bucket, tmp_path):  # noqa: F811
    """A machine of that name with folders of its own, the bucket shared."""

    def made(name):
        home = tmp_path / name
        home.mkdir(exist_ok=True)
        return Locations(
            landing=home / "landing",
            warehouse=home / "plumbline.duckdb",
            site=home / "site",
            policy="",
            raw_address=f"{bucket}/raw",
            ledger_address=f"{bucket}/ledger",
        )

    return made


def publication(places, period, by="ann"):
    """The name and files of the next publication of a machine's ledger."""
    ledger = read_ledger(places.ledger)
    sequence = len(ledger.publications) + 1
    opening = {"kind": "publication", "sequence": sequence, "period": period, "by": by}
    records, _ = chained([opening, {"kind": "end", "decisions": 0}], ledger.head)
    return f"{sequence:04d}-{period}", {RECORDS: records, "made.json": b"{}"}


def publish(places, period, by="ann"):
    bucket_stores.follow(places)
    name, files = publication(places, period, by)
    bucket_stores.claim(places, name, files)
    return write_publication(places.ledger, name, files)


def keys(address):
    return [one.key for one in listing(address, open_store(address))]


def content(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_what_one_machine_kept_and_published_another_has(machine):
    one, two = machine("one"), machine("two")
    data = b"account_id\nA1\n"
    keep(one.store, hashlib.sha256(data).hexdigest(), data)
    publish(one, "2024")
    publish(one, "2025")
    bucket_stores.follow(two)
    assert content(two.store) == content(one.store) != {}
    assert content(two.ledger) == content(one.ledger) != {}
    assert keys(one.ledger_address) == ["0001.tar", "0002.tar"]
    bucket_stores.follow(two)
    publish(two, "2026")
    bucket_stores.follow(one)
    assert content(two.ledger) == content(one.ledger)


def test_of_two_writers_of_one_number_the_second_is_refused(machine):
    one, two = machine("one"), machine("two")
    bucket_stores.follow(one)
    bucket_stores.follow(two)
    name, files = publication(one, "2025")
    bucket_stores.claim(one, name, files)
    name, files = publication(two, "2025-H1", by="bea")
    with pytest.raises(LedgerRefusal, match=r"publication 0001 .* another writer published"):
        bucket_stores.claim(two, name, files)
    assert content(two.ledger) == {}
    publish(two, "2025-H1", by="bea")
    assert [p.period for p in read_ledger(two.ledger).publications] == ["2025", "2025-H1"]


def test_a_writer_that_looked_before_the_other_wrote_is_refused_by_the_store(machine, monkeypatch):
    """Both looked and saw nothing: the conditional creation alone decides."""
    one, two = machine("one"), machine("two")
    bucket_stores.claim(one, *publication(one, "2025"))
    monkeypatch.setattr(bucket_stores, "_sizes", lambda address: {})
    with pytest.raises(LedgerRefusal):
        bucket_stores.claim(two, *publication(two, "2025", by="bea"))


def test_a_kill_after_the_claim_is_taken_up(machine):
    one = machine("one")
    bucket_stores.follow(one)
    bucket_stores.claim(one, *publication(one, "2025"))  # Ended before the folder was written.
    assert read_ledger(one.ledger).publications == ()
    bucket_stores.follow(one)
    assert [p.period for p in read_ledger(one.ledger).publications] == ["2025"]


def test_a_kill_amid_kept_files_is_taken_up(machine, monkeypatch):
    one, two = machine("one"), machine("two")
    for number in range(5):
        data = b"%d" % number
        keep(one.store, hashlib.sha256(data).hexdigest(), data)
    real, done = bucket_stores.put_new, []

    def killed(*args):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(args)
        real(*args)

    with monkeypatch.context() as patched:
        patched.setattr(bucket_stores, "put_new", killed)
        patched.setattr(bucket_stores, "AT_ONCE", 1)
        with pytest.raises(KeyboardInterrupt):
            bucket_stores.keep_raw(one)
    bucket_stores.keep_raw(one)
    bucket_stores.follow(two)
    assert content(two.store) == content(one.store)


def test_a_ledger_that_was_there_before_goes_into_the_bucket(machine):
    one = machine("one")
    for period in ("2024", "2025"):
        write_publication(one.ledger, *publication(one, period))
    (one.ledger / "0001-2024" / "vouched-01.json").write_bytes(b"{}")
    two = machine("two")
    bucket_stores.follow(one)
    bucket_stores.follow(two)
    assert content(two.ledger) == content(one.ledger)


def test_a_statement_added_later_comes_too_and_is_never_written_over(machine):
    one, two = machine("one"), machine("two")
    folder = publish(one, "2025")
    bucket_stores.follow(two)
    path = folder / "vouched-01.json"
    path.write_bytes(b"ann")
    bucket_stores.add_beside(one, path)
    other = two.ledger / folder.name / path.name
    other.write_bytes(b"bea")
    with pytest.raises(LedgerRefusal, match="is there already"):
        bucket_stores.add_beside(two, other)
    assert not other.exists()
    bucket_stores.follow(two)
    assert other.read_bytes() == b"ann"


def test_another_programs_ledger_is_refused(machine, bucket):  # noqa: F811
    one, two = machine("one"), machine("two")
    publish(one, "2025")
    write_publication(two.ledger, *publication(two, "2025", by="bea"))
    before = content(two.ledger)
    with pytest.raises(StoreError, match=r"publication 0001 .* is another one"):
        bucket_stores.follow(two)
    assert content(two.ledger) == before


def test_kept_bytes_that_are_others_are_refused(machine):
    one, two = machine("one"), machine("two")
    keep(one.store, hashlib.sha256(b"a").hexdigest(), b"a")
    bucket_stores.keep_raw(one)
    obstore.put(open_store(one.raw_address), hashlib.sha256(b"a").hexdigest(), b"b")
    with pytest.raises(StoreError, match="is not what was kept"):
        bucket_stores.follow(two)


@pytest.mark.parametrize("name", ["../0001-2025/records.jsonl", "0001-2025/../x", "0001-2025/a/b"])
def test_what_is_no_publication_writes_nothing(machine, name):
    one = machine("one")
    folder, _, file = name.partition("/")
    data = bucket_stores.packed(folder, {file: b"x"})
    obstore.put(open_store(one.ledger_address), "0001.tar", data)
    with pytest.raises(StoreError):
        bucket_stores.follow(one)
    assert content(one.ledger) == {}


def test_without_addresses_nothing_is_asked_of_a_store(machine):
    plain = replace(machine("one"), raw_address="", ledger_address="")
    bucket_stores.follow(plain)
    bucket_stores.keep_raw(plain)
    bucket_stores.claim(plain, "0001-2025", {})


def test_places_name_them_and_must_be_addresses(tmp_path, monkeypatch):
    monkeypatch.delenv("PLUMBLINE_CONFIG", raising=False)
    for name in ("RAW", "LEDGER"):
        monkeypatch.setenv(f"PLUMBLINE_{name}", "")
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    file = tmp_path / "plumbline.yaml"
    file.write_text("places: {raw: s3://b/raw, ledger: gs://b/ledger}\n", "utf-8")
    places = locations()
    assert (places.raw_address, places.ledger_address) == ("s3://b/raw", "gs://b/ledger")
    assert places.store == places.warehouse.parent / "raw"
    file.write_text("places: {ledger: /srv/ledger}\n", "utf-8")
    with pytest.raises(BadPlace, match="ledger: '/srv/ledger' is not an address"):
        locations()
