"""A run that would read exactly what the last one read leaves everything as it is.

Belongs here: what makes such a run work after all, and what it leaves. Does not: the stages of a
run (test_run.py, test_affected.py).
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import dagster as dg
import duckdb
import pytest

from ingest.api.pull import NEEDED
from ingest.shortcuts import VARIABLE
from ingest.sources.fetched import Fetched
from orchestration import run as run_module
from orchestration import settings, sources
from orchestration.home import home
from orchestration.past_runs import MARK
from orchestration.run import run_year
from orchestration.settings import locations
from orchestration.speed import unchanged
from scoring.changes.table import since_last_run
from scoring.policy.confirmations import record_of
from scoring.policy.load import SETS, policy_dir
from tests.conftest import DEMO_YEAR
from tests.orchestration.test_affected import said_by
from tests.orchestration.test_run import tables, tree

REQUEST = {"job": "annual_assessment", "period": str(DEMO_YEAR)}


@pytest.fixture
def finished(demo_run, tmp_path, monkeypatch):
    """A copy of the finished demonstration, and that it is noted."""
    home = tmp_path / "home"
    shutil.copytree(demo_run.landing.parent, home)
    # Other tests of this process may have left places of their own.
    for name in settings.VARIABLES.values():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(home))
    places = locations()
    with places.exported():
        unchanged.note(places, unchanged.inputs(places, REQUEST))
        yield places


def is_finished(places, request=REQUEST) -> bool:
    """Whether a run of the request would be skipped."""
    return unchanged.finished(places, unchanged.inputs(places, request)) is not None


def appended(path) -> None:
    """One byte more at a file's end."""
    with path.open("ab") as file:
        file.write(b"\n")


def first_file(folder):
    """A file somewhere below a folder."""
    return min(path for path in folder.rglob("*") if path.is_file())


def changed_row(places) -> None:
    """Change one figure of the warehouse, as somebody might."""
    with duckdb.connect(str(places.warehouse)) as con:
        con.execute("update marts.fct_arr_by_partner_year set arr_usd = arr_usd + 1")


def confirmations():
    """Where what people confirmed of the shipped policy is kept."""
    return record_of(policy_dir(), SETS)


def new_file(path) -> None:
    """A file that was not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("# by a person\n", "utf-8")


OTHERWISE = {
    "a delivery": lambda p: appended(p.landing / "crm/opportunities-2025-06.csv"),
    "a delivery more": lambda p: new_file(p.landing / "crm/opportunities-2026-01.csv"),
    "the list of receipts": lambda p: appended(p.landing / "_received.csv"),
    "a kept delivery": lambda p: first_file(p.store).unlink(),
    "a figure": changed_row,
    "the readers' copy": lambda p: p.serving.unlink(),
    "a page": lambda p: appended(p.site / "index.html"),
    "a page that is gone": lambda p: (p.site / "tiers.html").unlink(),
    "letters beside the pages": lambda p: new_file(p.site / "letters/P-0001.html"),
    "a publication": lambda p: new_file(p.ledger / "0001-2025/records.jsonl"),
    "a confirmed parameter": lambda p: new_file(home() / "policy/procore/confirmations.yaml"),
    "a column map": lambda p: new_file(home() / "maps/own.yaml"),
    "plumbline.yaml": lambda p: new_file(home() / "plumbline.yaml"),
    "the people's key": lambda p: appended(p.warehouse.with_name("people.key")),
    "Dagster's record": lambda p: shutil.rmtree(p.dagster_home),
}


def test_any_byte_that_a_run_reads_or_wrote_makes_it_work(finished):
    for name, change in OTHERWISE.items():
        assert is_finished(finished), name
        change(finished)
        assert not is_finished(finished), name
        unchanged.note(finished, unchanged.inputs(finished, REQUEST))


def test_another_setting_makes_it_work(finished, monkeypatch):
    for name, value in (
        (VARIABLE, "1"),
        (VARIABLE, "unchanged"),
        (VARIABLE, "stages"),
        (settings.ENGINE_VARIABLE, settings.SPARK),
        (settings.MEMORY_VARIABLE, "3GB"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert not is_finished(finished), f"{name}={value}"
    assert is_finished(finished)


def test_a_vendor_that_is_asked_for_pages_makes_it_work(finished, monkeypatch):
    vendor, *_ = NEEDED
    for name in NEEDED[vendor]:
        monkeypatch.setenv(name, "known")
    assert not is_finished(finished)


def test_a_delivery_that_is_copied_there_again_is_not_new(finished):
    os.utime(finished.landing / "crm/opportunities-2025-06.csv")
    assert is_finished(finished)


def test_a_shortcut_less_changes_no_result_and_nothing_has_to_be_done(finished, monkeypatch):
    monkeypatch.setenv(VARIABLE, "exit")
    assert is_finished(finished)


def test_another_request_makes_it_work(finished):
    for other in ({"period": "2024"}, {"job": "program_review"}, {"as_of": "2025-11-03"}):
        assert not is_finished(finished, {**REQUEST, **other}), other


def test_changed_code_or_data_beside_it_makes_it_work(finished, tmp_path, monkeypatch):
    packages = {name: tmp_path / "code" / name for name in unchanged.CODE}
    for name, folder in packages.items():
        shutil.copytree(settings.package_folder(name), folder)
    monkeypatch.setattr(settings, "package_folder", packages.__getitem__)
    assert is_finished(finished)
    for place in ("scoring/run.py", "ingest/resolved/data/mail_providers.txt"):
        appended(tmp_path / "code" / place)
        assert not is_finished(finished), place
        unchanged.note(finished, unchanged.inputs(finished, REQUEST))


def test_another_version_of_a_library_makes_it_work(finished, tmp_path, monkeypatch):
    assert is_finished(finished)
    (tmp_path / "libraries" / "tldextract-99.0.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "libraries")
    assert not is_finished(finished)


def test_a_place_in_an_object_store_is_looked_at_by_a_run(finished):
    for name in ("address", "site_address", "raw_address", "ledger_address"):
        elsewhere = replace(finished, **{name: "s3://company/partners"})
        assert not is_finished(elsewhere), name
    aside = finished.warehouse.with_name(f"plumbline{MARK}20250101.duckdb")
    assert not is_finished(replace(finished, warehouse=aside))


SOURCE = """
sources:
  orders: {kind: sftp, host: h, user: u, known_hosts: k, into: crm}
"""


def test_a_source_that_brought_nothing_is_asked_and_counts_as_fresh(finished, monkeypatch):
    (home() / "plumbline.yaml").write_text(SOURCE, "utf-8")
    unchanged.note(finished, unchanged.inputs(finished, REQUEST))
    things = [Fetched("orders.csv", note="nothing new")]
    monkeypatch.setattr("ingest.sources.sftp.fetch", lambda *_: things)
    assert said_by(finished) == {"run": unchanged.NOTHING_NEW}
    with dg.DagsterInstance.from_config(str(finished.dagster_home)) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(["sources", "orders"]))
    assert event.asset_materialization.metadata["notes"].value == "nothing new"


def test_what_a_source_brings_is_run(finished, monkeypatch):
    (home() / "plumbline.yaml").write_text(SOURCE, "utf-8")
    unchanged.note(finished, unchanged.inputs(finished, REQUEST))

    def fetch(spec, landing, state):
        new_file(landing / "crm/opportunities-2026-01.csv")
        return [Fetched("opportunities.csv", "crm/opportunities-2026-01.csv", 12, 0)]

    monkeypatch.setattr("ingest.sources.sftp.fetch", fetch)
    with sources.brought_before(finished):
        assert not is_finished(finished)


def test_a_file_that_comes_while_a_run_is_at_work_is_read_by_the_next(finished, monkeypatch):
    appended(finished.site / "index.html")
    late = "partner_activity/contacts-2099-01.csv"
    content = (finished.landing / "partner_activity/contacts-2025-03.csv").read_bytes()

    def run_and_receive(*words):
        execute(*words)
        (finished.landing / late).write_bytes(content)

    execute = run_module._execute
    monkeypatch.setattr(run_module, "_execute", run_and_receive)
    run_year(finished, DEMO_YEAR)
    monkeypatch.setattr(run_module, "_execute", execute)
    assert "run" not in said_by(finished)
    with duckdb.connect(str(finished.serving), read_only=True) as con:
        query = "select count(*) from landing.deliveries where file = ?"
        assert con.execute(query, [late]).fetchone() == (1,)


def test_what_a_run_mended_is_told_by_that_run_alone(finished):
    with duckdb.connect(str(finished.warehouse)) as con:
        con.execute("insert into run.faults values ('a table was changed by another hand')")
    unchanged.note(finished, unchanged.inputs(finished, REQUEST))
    assert not is_finished(finished)


def test_a_run_with_nothing_new_leaves_what_was_there_and_says_that_it_looked(finished):
    pages, rows = tree(finished.site), tables(finished.warehouse)
    for _ in range(2):
        assert said_by(finished) == {"run": unchanged.NOTHING_NEW}
        assert tree(finished.site) == pages
        assert tables(finished.warehouse) == tables(finished.serving) == rows
        # This run shows what the run before showed.
        with duckdb.connect(str(finished.serving), read_only=True) as con:
            assert since_last_run(con).height == 0
    with dg.DagsterInstance.from_config(str(finished.dagster_home)) as instance:
        observed = instance.fetch_observations(dg.AssetKey(unchanged.LOOKED_AT), limit=10).records
        runs = instance.get_runs_count()
    assert [r.asset_observation.metadata["computes"].value for r in observed] == [
        str(DEMO_YEAR)
    ] * 2
    appended(finished.site / "index.html")
    outcome = run_year(finished, DEMO_YEAR)
    assert outcome.faults == ()
    assert tree(finished.site) == pages
    with dg.DagsterInstance.from_config(str(finished.dagster_home)) as instance:
        assert instance.get_runs_count() == runs + 1
