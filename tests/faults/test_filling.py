"""A few full disks for each kind of command; `python -m tests.faults fill` is the long form."""

import pytest

from tests.faults import filling, story

# In bytes: nothing, what a run outgrows while models are built, and enough for anything.
ROOMS = (0, 16 << 20, 1 << 30)


def test_a_full_disk_is_told_and_what_was_there_stays_whole(tmp_path):
    try:
        found = filling.filled(tmp_path, story.EACH, ROOMS)
    except filling.NoDisk as none:
        pytest.skip(str(none))
    assert [
        (one.step[:2], one.room, one.wrong, one.said[-800:]) for one in found if one.wrong
    ] == []
    kinds = {step[0] for step in story.EACH if not isinstance(step, str)}
    assert {one.step[0] for one in found if one.code} == kinds
