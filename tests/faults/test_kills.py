"""A handful of kills on a short story; `python -m tests.faults kill` is the long form."""

import random

from tests.faults import homes, kills, story


def test_kills_lose_nothing_and_double_nothing(tmp_path):
    """A handful here; `python -m tests.faults kill` is the long form."""
    calm, harmed = tmp_path / "calm", tmp_path / "harmed"
    for home in (calm, harmed):
        kills.prepare(home)
    courses = kills.unharmed(calm, story.SHORT)
    often = {"decide": 2, "run": 1, "publish": 3, "export": 2, "letters": 1, "notify": 1}
    tally = kills.harmed(harmed, story.SHORT, courses, often, random.Random(2))
    assert tally.differences + homes.differences(calm, harmed) == []
    assert tally.kills > 0, tally
