"""The pull in the graph: it says which credentials it lacks, and does not hinder the run."""

import dagster as dg
import duckdb

from ingest.api.pull import NEEDED
from orchestration.defs.pull import api_pull
from orchestration.defs.resources import Program
from tests.ingest.api.vendor import Answer, serving


def materialized(tmp_path):
    (tmp_path / "landing").mkdir(exist_ok=True)
    program = Program(landing=str(tmp_path / "landing"), warehouse=str(tmp_path / "w.duckdb"))
    result = dg.materialize(
        [api_pull], resources={"program": program}, instance=dg.DagsterInstance.ephemeral()
    )
    (event,) = result.asset_materializations_for_node("landing__api_pull")
    with duckdb.connect(str(tmp_path / "w.duckdb")) as con:
        rows = con.execute("select endpoint, pages, fault from landing.api_pull").fetchall()
    return {name: value.value for name, value in event.metadata.items()}, rows


def test_without_credentials_it_says_so_and_asks_nobody(tmp_path, monkeypatch):
    for names in NEEDED.values():
        for name in names:
            monkeypatch.delenv(name, raising=False)
    notes, rows = materialized(tmp_path)
    assert notes["crossbeam"].startswith("not asked: set CROSSBEAM_CLIENT_ID, ")
    assert notes["procore"].startswith("not asked: set PROCORE_CLIENT_ID, ")
    assert rows == []


def test_with_credentials_pages_come_and_a_refusal_is_kept_as_a_fault(tmp_path, monkeypatch):
    def plan(vendor, path, query, before):
        return Answer({}, 403) if path.endswith("leads") else Answer({"data": []})

    for name in NEEDED["procore"]:
        monkeypatch.delenv(name, raising=False)
    with serving(plan) as server:
        for name, value in (
            ("CLIENT_ID", "id"),
            ("CLIENT_SECRET", "s3cret"),
            ("ORGANIZATION", "o"),
            ("URL", server.url),
            ("TOKEN_URL", server.url + "/oauth/token"),
        ):
            monkeypatch.setenv(f"CROSSBEAM_{name}", value)
        notes, rows = materialized(tmp_path)
    assert notes["crossbeam"].startswith("6 pages of 8 endpoints; overlaps/leads: ")
    assert {endpoint for endpoint, _, fault in rows if fault} == {"overlaps/leads", "signals/leads"}
    assert len(list((tmp_path / "landing/account_mapping/crossbeam").iterdir())) == 6
