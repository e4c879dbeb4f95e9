"""A handful of kills on a short story; `python -m tests.faults kill` is the long form."""

import random

from tests.faults import kills, story


def test_kills_lose_nothing_and_double_nothing(tmp_path):
    """A handful here; `python -m tests.faults kill` is the long form."""
    calm, harmed = tmp_path / "calm", tmp_path / "harmed"
    for home in (calm, harmed):
        kills.prepare(home)
    seconds = kills.unharmed(calm, story.SHORT)
    often = {"decide": 2, "run": 1, "publish": 3, "export": 2, "letters": 1, "notify": 1}
    tally = kills.harmed(harmed, story.SHORT, seconds, often, random.Random(2))
    assert tally.differences + kills.differences(calm, harmed) == []
    assert tally.kills.total() > 0, tally
