"""The demonstration's published years hold after the data and the policy of a later one."""

from __future__ import annotations

import pytest

from orchestration.verification import restate
from tests.orchestration.demonstration_years import LAST, PUBLISHED_YEARS, tell


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    return tell(tmp_path_factory.mktemp("years"), partners=60, usage_events=5_000)


def test_published_years_verify_bit_for_bit(story):
    assert story.verified.faults == []
    assert story.verified.computed == [f"000{n}-{y}" for n, y in enumerate(PUBLISHED_YEARS, 1)]
    assert min(story.decisions.values()) > 5


def test_more_had_come_by_the_last_year(story):
    assert story.files[2023] < story.files[2024] < story.files[LAST]


def test_what_came_later_would_change_something(story):
    # So that the proof above is not one of years in which nothing happened.
    restated = restate(story.places, None, 2024)
    assert sum(len(each.changes) for each in restated) > 0
