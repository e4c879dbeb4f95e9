"""A handful of kills on a short story; `python -m tests.faults kill` is the long form."""

import random

from tests.faults import kills


def test_kills_lose_nothing_and_double_nothing(tmp_path):
    """A handful here; `python -m tests.faults kill` is the long form."""
    calm, harmed = tmp_path / "calm", tmp_path / "harmed"
    for home in (calm, harmed):
        (home / "landing").mkdir(parents=True)
    seconds = kills.unharmed(calm, kills.SHORT)
    often = {"decide": 2, "run": 1, "publish": 3}
    tally = kills.harmed(harmed, kills.SHORT, seconds, often, random.Random(2))
    assert tally.differences + kills.differences(calm, harmed) == []
    assert tally.kills.total() > 0, tally
