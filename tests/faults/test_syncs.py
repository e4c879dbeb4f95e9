"""What a loss of power must not undo: every byte is on the disk before something counts on it.

Belongs here: the order of syncs, recorded, of the raw store and the ledger. Does not: kills, which
lose nothing that was written (kills.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingest.atomic import sync_tree, write_file
from ingest.deliveries import raw_store
from ingest.deliveries.landing_tables import create_tables
from ingest.landing.land import land
from scoring.ledger.files import read_ledger, write_publication
from scoring.policy.land import land_policy
from scoring.policy.load import load_policy
from tests.scoring.test_vouching import records

NAME = "0001-2024"


@pytest.fixture
def events(monkeypatch) -> Iterator[list[tuple[str, str, int]]]:
    """(what, path, size) of each sync and rename, in their order; the work itself is done."""
    noted: list[tuple[str, str, int]] = []
    fsync, rename, replace = os.fsync, os.rename, os.replace

    def on_fsync(handle: int) -> None:
        path = str(Path(f"/proc/self/fd/{handle}").readlink())
        noted.append(("sync", path, os.fstat(handle).st_size))
        fsync(handle)

    def on_rename(source, target, **options) -> None:
        noted.append(("rename", str(target), 0))
        rename(source, target, **options)

    def on_replace(source, target, **options) -> None:
        noted.append(("rename", str(target), 0))
        replace(source, target, **options)

    monkeypatch.setattr(os, "fsync", on_fsync)
    monkeypatch.setattr(os, "rename", on_rename)
    monkeypatch.setattr(os, "replace", on_replace)
    yield noted


def test_a_publication_is_on_the_disk_before_it_has_its_name_and_its_name_before_it_counts(
    events, tmp_path
):
    data, _ = records()
    files = {"records.jsonl": data, "policy.json": b"{}", "made.json": b"{}"}
    write_publication(tmp_path / "ledger", NAME, files)
    fresh = tmp_path / "ledger" / f".{NAME}.new"
    named = events.index(("rename", str(tmp_path / "ledger" / NAME), 0))
    before = {(path, size) for what, path, size in events[:named] if what == "sync"}
    assert {(str(fresh / name), len(text)) for name, text in files.items()} <= before
    assert str(fresh) in {path for path, _ in before}
    after = [path for what, path, _ in events[named:] if what == "sync"]
    assert after == [str(tmp_path / "ledger")]
    assert len(read_ledger(tmp_path / "ledger").publications) == 1


def test_a_statement_or_a_stamp_is_on_the_disk_before_it_has_its_name(events, tmp_path):
    write_file(tmp_path / "stamped-01.tsr", b"stamp")
    what = [(kind, Path(path).name, size) for kind, path, size in events]
    assert [kind for kind, _, _ in what] == ["sync", "rename", "sync"]
    assert what[0][1].startswith(".stamped-01.tsr") and what[0][2] == len(b"stamp")
    assert events[2][1] == str(tmp_path)


def test_kept_bytes_are_on_the_disk_before_their_delivery_counts(monkeypatch, tmp_path):
    landing, store = tmp_path / "landing", tmp_path / "raw"
    (landing / "crm").mkdir(parents=True)
    for number in range(3):
        text = f"account_id,name\nA{number},Name {number}\n"
        (landing / "crm" / f"accounts-{number}.csv").write_text(text, "utf-8")
    path = tmp_path / "plumbline.duckdb"
    synced: list[set[str]] = []
    with duckdb.connect(str(path)) as con:
        create_tables(con)
        land_policy(con, load_policy())

        def recorded(folder: Path) -> None:
            # What another connection sees is what would still be there after a loss of power.
            with con.cursor() as other:
                landed = other.execute("select sha256 from landing.deliveries").fetchall()
            files = {each.name: each for each in folder.iterdir() if each.name[0] != "."}
            assert {sha for (sha,) in landed} <= set().union(*synced), "it counts, and is not kept"
            assert all(each.stat().st_size for each in files.values())
            sync_tree(folder)
            synced.append(set(files))

        monkeypatch.setattr(raw_store, "sync_tree", recorded)
        land(con, landing, store)
        rows = con.execute("select sha256, status from landing.deliveries").fetchall()
    assert len(rows) == 3 and {status for _, status in rows} == {"accepted"}
    assert synced and {sha for sha, _ in rows} <= set().union(*synced)
    assert {each.name for each in store.iterdir()} <= set().union(*synced)
