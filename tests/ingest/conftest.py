"""Fixtures of the landing's tests."""

import pytest

from tests.ingest.zone import Zone


@pytest.fixture
def zone(tmp_path):
    """An empty landing zone with its own warehouse."""
    return Zone(tmp_path)
