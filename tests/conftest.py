"""The demonstration program, run once for all tests that only read what a run leaves."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, settings

from orchestration.entry import LOOK_AFTER
from orchestration.settings import Locations, locations
from tests.longest import Timely, place_of
from tests.once import once

DEMO_YEAR = 2025
DEMO_PARTNERS = 123
DEMO_EVENTS = 20_000

# How long examples take to generate and try only shows how busy the machine is.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Collect garbage as rarely as a command does: manifests and graphs live on, so looking gains
# nothing.
gc.set_threshold(*LOOK_AFTER)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the files that take longest first, so that no worker waits for one of them at the end,
    and whole programs on other engines last."""
    items.sort(key=lambda item: place_of(item.nodeid))


TIMELY = Timely()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out a whole program on another engine where no time is left for it."""
    if late := TIMELY.too_late(item.nodeid, time.time()):
        pytest.skip(late)


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """A command puts its places into the environment for its children; restore it, so that no test
    passes them on to the next."""
    before = dict(os.environ)
    yield
    for name in {n for n in os.environ if n.startswith("PLUMBLINE_")} - before.keys():
        del os.environ[name]
    os.environ.update({n: v for n, v in before.items() if n.startswith("PLUMBLINE_")})


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of one test session share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def demo_run(shared_folder: Path) -> Locations:
    """The places of a finished yearly run on a small demonstration program; read only."""
    home = shared_folder / "demo"
    places = locations(home / "landing", home / "plumbline.duckdb", home / "site", None)
    once(home, lambda _: run_demonstration(places))
    return places


def run_demonstration(places: Locations) -> None:
    """Write the demonstration program and run its year."""
    from ingest.demo import write_demo
    from orchestration.run import run_year

    write_demo(places.landing, partners=DEMO_PARTNERS, year=DEMO_YEAR, usage_events=DEMO_EVENTS)
    run_year(places, DEMO_YEAR)


@pytest.fixture(scope="session")
def demo_landing(demo_run: Locations) -> Path:
    """The landing zone of the demonstration run."""
    return demo_run.landing


@pytest.fixture
def demo_con(demo_run: Locations) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to what the demonstration run left for readers."""
    con = duckdb.connect(str(demo_run.serving), read_only=True)
    yield con
    con.close()
