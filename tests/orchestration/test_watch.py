"""`plumbline watch`: new files are run, a bad file ends nothing, and SIGTERM ends it cleanly.

Belongs here: the process that keeps running. Does not: what a run gives (test_run.py).
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration import watching
from orchestration.settings import locations
from orchestration.warehouse import WarehouseBusy
from tests.conftest import DEMO_YEAR

GIVEN = "partner_activity/contacts-2025-03"


@pytest.fixture
def home(demo_run, tmp_path) -> Path:
    """A copy of the finished demonstration that may be watched."""
    shutil.copytree(demo_run.landing.parent, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def watcher(home) -> Iterator[subprocess.Popen]:
    """`plumbline watch` on that copy, as a process of its own."""
    places = {"LANDING", "WAREHOUSE", "SITE", "POLICY"}
    mine = {k: v for k, v in os.environ.items() if k.removeprefix("PLUMBLINE_") not in places}
    program = Path(sys.executable).with_name("plumbline")
    process = subprocess.Popen(
        [program, "watch", "--year", str(DEMO_YEAR), "--every", "0.2", "--json"],
        cwd=home,
        env={**mine, "PLUMBLINE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield process
    process.kill()
    process.wait()


def put(home: Path, name: str, content: bytes) -> None:
    """Put a file in place whole."""
    path = home / "landing" / name
    path.with_name(f".{path.name}").write_bytes(content)
    path.with_name(f".{path.name}").replace(path)


def test_what_comes_is_run_a_bad_file_is_named_and_sigterm_ends_it(home, watcher):
    def last_message() -> dict:
        return json.loads(watcher.stdout.readline())

    first = last_message()
    assert first == {"files": [], "changes": 0, "told": 0, "faults": []}
    put(home, "partner_activity/nobody-knows.csv", b"a,b\n1,2\n")
    second = last_message()
    assert second["files"] == ["partner_activity/nobody-knows.csv"]
    assert "nobody-knows.csv" in second["faults"][0]
    put(home, f"{GIVEN}-again.csv", (home / "landing" / f"{GIVEN}.csv").read_bytes())
    third = last_message()
    assert third["files"] == [f"{GIVEN}-again.csv"]
    assert len(third["faults"]) == len(second["faults"])
    watcher.send_signal(signal.SIGTERM)
    assert watcher.wait(timeout=60) == 0
    assert watcher.stdout.read() == ""


def test_a_busy_warehouse_is_waited_for_and_an_error_is_told(tmp_path, monkeypatch):
    """An error in a run ends nothing; files that came before a run that could not begin are not
    lost."""
    places = locations(tmp_path / "landing", tmp_path / "w.duckdb", tmp_path / "site", None)
    places.landing.mkdir()
    (places.landing / "first.csv").write_text("a\n")
    runs = iter([WarehouseBusy("held"), ValueError("broken"), ValueError("broken again")])
    arrivals = []

    def run_year(*_):
        raise next(runs)

    def tell(arrival):
        arrivals.append((arrival.files, arrival.faults))
        (places.landing / "second.csv").write_text("a\n")

    monkeypatch.setattr(watching, "run_year", run_year)
    watching.watch(places, DEMO_YEAR, tell, threading.Event(), every=0.01, most=2)
    assert arrivals == [((), ("broken",)), (("second.csv",), ("broken again",))]
    # Objects that it excluded from garbage collection are collected again afterwards.
    assert gc.get_freeze_count() == 0


def test_it_ends_when_asked_between_two_looks(tmp_path, monkeypatch):
    places = locations(tmp_path / "landing", tmp_path / "w.duckdb", tmp_path / "site", None)
    places.landing.mkdir()
    monkeypatch.setattr(watching, "run_year", lambda *_: 1 / 0)
    messages = []
    before = signal.getsignal(signal.SIGTERM)
    with watching.ending() as ending:
        assert signal.getsignal(signal.SIGTERM) != before
        signal.raise_signal(signal.SIGTERM)
        watching.watch(places, DEMO_YEAR, messages.append, ending, every=60)
    assert [arrival.faults for arrival in messages] == [("division by zero",)]
    assert signal.getsignal(signal.SIGTERM) == before
