"""A full disk at each stage: the message names the file, and earlier contents stay whole.

Belongs here: every place where a command keeps or gives out something. Does not: kills (kills.py),
or the helpers behind it (tests/ingest/test_atomic.py).
"""

from __future__ import annotations

import hashlib
import subprocess
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dashboards.letters import write_letters
from dashboards.portal import write_portal
from dashboards.site import build, build_today
from ingest.deliveries import raw_store
from ingest.landing.record_decision import record
from orchestration.notify.destinations import Destination
from orchestration.notify.send import tell
from orchestration.notify.sent import SentList
from scoring.bundle import write_bundle
from scoring.export import ExportError, export
from scoring.ledger.files import read_ledger, write_publication
from scoring.ledger.records import chained
from scoring.published import PUBLISHED
from scoring.run import write_decisions
from tests.conftest import DEMO_YEAR
from tests.faults.receiving import RECEIVING
from tests.scoring.hand_warehouse import warehouse
from tests.scoring.test_ledger import decision, opening
from tests.scoring.test_vouching import records

LARGE = bytes(4 << 20)
FULL = "No space left"


@pytest.fixture
def disk(tmp_path):
    """A file system of one megabyte, and how to fill all of it but some bytes."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True
    )
    if made.returncode:
        pytest.skip("only who may mount has a disk to fill")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path) -> None:
    """Leave no block free."""
    with (disk / "ballast").open("wb", buffering=0) as handle:
        while True:
            try:
                handle.write(bytes(4096))
            except OSError:
                return


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_raw_store_keeps_what_it_has(disk, tmp_path):
    store = disk / "raw"
    small = hashlib.sha256(b"small").hexdigest()
    raw_store.keep(store, small, b"small")
    large = hashlib.sha256(LARGE).hexdigest()
    with pytest.raises(OSError, match=FULL) as caught:
        raw_store.keep(store, large, LARGE)
    assert caught.value.filename == str(store / large)
    (tmp_path / "large").write_bytes(LARGE)
    with pytest.raises(OSError, match=FULL):
        raw_store.keep_file(store, large, tmp_path / "large")
    assert contents(store) == {small: b"small"}


def test_the_ledger_keeps_its_publications_and_can_go_on(disk):
    data, head = records()
    write_publication(disk / "ledger", "0001-2024", {"records.jsonl": data})
    before = contents(disk / "ledger")
    more, _ = chained([opening(2, "2025"), decision("P1", "select")], head)
    with pytest.raises(OSError, match=FULL) as caught:
        write_publication(
            disk / "ledger", "0002-2025", {"records.jsonl": more, "policy.json": LARGE}
        )
    assert caught.value.filename == str(disk / "ledger/0002-2025/policy.json")
    assert contents(disk / "ledger") == before
    assert len(read_ledger(disk / "ledger").publications) == 1
    assert [path.name for path in (disk / "ledger").iterdir()] == ["0001-2024"]


def test_a_decision_is_recorded_whole_or_not_at_all(disk):
    landing = disk / "landing"
    invitation = {"partner_id": "P-1", "summit_year": "2026", "decided_by": "Ann"}
    first = record(landing, "summit_invitations", {**invitation, "decided_on": "2026-01-02"})
    fill(disk)
    with pytest.raises(OSError, match=FULL) as caught:
        record(landing, "summit_invitations", {**invitation, "decided_on": "2026-01-03"})
    assert str(landing) in str(caught.value.filename)
    assert [path for path in landing.rglob("*") if path.is_file()] == [first]


def test_the_list_of_what_was_told_stays_readable(disk):
    sent = SentList(disk)
    sent.add("place", ["one"], "2026-01-01")
    fill(disk)
    with pytest.raises(OSError, match=FULL):
        sent.add("place", [f"key-{number}" for number in range(1000)], "2026-01-02")
    (disk / "ballast").unlink()
    assert "one" in sent.of("place")
    sent.add("place", ["two"], "2026-01-03")
    assert {"one", "two"} <= sent.of("place")


def test_nothing_is_sent_that_could_not_be_noted(disk):
    """Else a full disk would have the same thing sent by every tick of the sensor."""
    place, owners = Destination(RECEIVING.address, None), [f"m{n}@x.example" for n in range(99)]
    lines = {f"key {n}": f"{owner} has to call somebody" for n, owner in enumerate(owners)}
    fill(disk)
    for _ in range(2):
        with pytest.raises(OSError, match=FULL) as caught:
            tell(lines, "check", [place], disk, date(2026, 1, 1))
        assert caught.value.filename == str(disk / "notified.jsonl")
    assert not RECEIVING.came
    (disk / "ballast").unlink()
    for _ in range(2):
        [outcome] = tell(lines, "check", [place], disk, date(2026, 1, 1))
        assert outcome.fault is None
    assert RECEIVING.came.total() == 1 and outcome.messages == 0


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_an_export_leaves_the_earlier_one(disk, kind):
    con = warehouse()
    write_decisions(con)
    for table in PUBLISHED:
        con.execute(f"create schema if not exists {table.schema}")
        con.execute(table.ddl.replace("create or replace table", "create table if not exists"))
    to = disk / "export"
    to.mkdir()
    (to / f"dim_partners.{kind}").write_bytes(b"earlier")
    fill(disk)
    with pytest.raises((OSError, ExportError)) as caught:
        export(con, to, kind)
    assert str(to) in str(caught.value)
    (disk / "ballast").unlink()
    assert contents(disk) == {f"export/dim_partners.{kind}": b"earlier"}


def test_site_letters_and_bundle_leave_the_earlier_ones(demo_con, disk):
    makers = {
        "site": lambda to: build(demo_con, to, beside=False),
        "day": lambda to: build_today(demo_con, to, date(DEMO_YEAR, 12, 31)),
        "letters": lambda to: write_letters(demo_con, DEMO_YEAR, to),
        "portal": lambda to: write_portal(demo_con, DEMO_YEAR, to),
    }
    for name in makers:
        (disk / name).mkdir()
        (disk / name / "index.html").write_bytes(b"earlier")
    with duckdb.connect(str(disk / "bundle.duckdb")) as earlier:
        earlier.execute("create table script as select 1 as n")
        earlier.execute("create table readme as select 1 as n")
    before = contents(disk)
    for name, make in makers.items():
        with pytest.raises(OSError, match=FULL) as caught:
            make(disk / name)
        assert str(disk / name) in str(caught.value.filename), name
        assert contents(disk) == before, name
    fill(disk)
    with pytest.raises((OSError, duckdb.Error)):
        write_bundle(demo_con, "P-0001", DEMO_YEAR, disk / "bundle.duckdb")
    (disk / "ballast").unlink()
    assert contents(disk) == before
