"""What lands of shared tables, beside what the Delta Sharing project's own client reads of them."""

import json
import os
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.ingest.sources.test_delta_sharing import parquet, pull, shared  # noqa: F401

ROOT = Path(__file__).parents[3]
CLIENT = ROOT / ".venv-sharing/bin/python"
TABLE = "s.crm.accounts"


@pytest.fixture
def official(tmp_path):
    """The rows that the official client reads of the table, and the tables that it lists."""
    if not CLIENT.exists():
        pytest.skip("no delta-sharing client: `make sharing` installs it; ours was not compared")

    def read():
        script = Path(__file__).with_name("official_client.py")
        command = [str(CLIENT), str(script), str(tmp_path / "a.share"), TABLE]
        quiet = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=quiet)
        assert done.returncode == 0, done.stderr[-3000:]
        answer = json.loads(done.stdout)
        assert answer["listed"] == [TABLE]
        return by_id(answer["rows"][TABLE])

    return read


def by_id(rows):
    return sorted(rows, key=lambda row: row["account_id"])


def fetched(zone, state):
    """The rows of the files that landed and are a part of the table's present version."""
    rows = []
    for path in sorted(zone.root.rglob("*.parquet")):
        rows += pq.read_table(path).to_pylist()
    return by_id(rows)


def test_plain_and_partitioned_tables_and_a_new_version(shared, zone, official):  # noqa: F811
    state = {}
    shared.columns = {"account_id": "string", "name": "string"}
    shared.files["f2"] = (parquet(account_id=["A2", "A3"], name=["né 漢", "=1+1"]), {})
    pull(shared, zone, state)
    assert fetched(zone, state) == official()
    shared.version = 2
    shared.files["f3"] = (parquet(account_id=["A4"], name=["Delta"]), {})
    pull(shared, zone, state)
    rows = official()
    assert fetched(zone, state) == rows and len(rows) == 4
    zone.land()
    landed = zone.rows("select account_id, name from landing.accounts order by 1")
    assert landed == [(row["account_id"], row["name"]) for row in rows]


def test_values_of_a_partition(shared, zone, official):  # noqa: F811
    shared.columns = {"account_id": "string", "name": "string", "country": "string"}
    shared.partitions = ["country"]
    shared.files = {
        "f1": (parquet(account_id=["A1"], name=["Acme"]), {"country": "DE"}),
        "f2": (parquet(account_id=["A2"], name=["Beta"]), {"country": "a/b =c"}),
        "f3": (parquet(account_id=["A3"], name=["Gamma"]), {"country": None}),
    }
    pull(shared, zone, {})
    assert fetched(zone, {}) == official()
