"""Fixtures of the landing's tests."""

import pytest

from ingest.demo import DemoSummary, write_demo
from tests.ingest.demo_files import SMALL
from tests.ingest.lossy import SHARE
from tests.ingest.zone import Zone


@pytest.fixture
def zone(tmp_path):
    """An empty landing zone with its own warehouse."""
    return Zone(tmp_path)


@pytest.fixture
def judged(tmp_path):
    """A zone whose policy refuses what leaves less than half of 10 rows, or of 4 lines."""
    zone = Zone(tmp_path)
    for parameter, value in SHARE.items():
        zone.con.execute(
            "insert into policy.parameter_values values (?, date '2000-01-01', null, ?, 0)",
            [f"ingest.shrunken_{parameter}", value],
        )
    return zone


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    """A small demonstration, to be read and not to be changed."""
    return write_demo(tmp_path_factory.mktemp("demo") / "landing", **SMALL)
