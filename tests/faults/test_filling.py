"""A disk that is full at a few commands; `python -m tests.faults fill` is the long form."""

from __future__ import annotations

import pytest

from tests.faults import filling, homes, kills, story

BEGINNING = ("first", ("run", "--year", "2023"))
STEPS = (("publish", "--year", "2023", "--by", "Ann"), *story.exported_files("2023")[:2])
# Room in bytes: none for a publication, for its ledger alone, for everything.
ROOMS = (64 << 10, 1 << 20, 1 << 28)


def test_a_full_disk_is_told_and_its_commands_go_through_later(tmp_path):
    calm = tmp_path / "calm"
    try:
        with filling.disk(tmp_path / "disk"):
            pass
    except filling.NoDisk as error:
        pytest.skip(str(error))
    (tmp_path / "disk").rmdir()
    kills.prepare(calm)
    kills.unharmed(calm, BEGINNING)
    attempts = filling.filled(tmp_path, STEPS, ROOMS, calm)
    assert [f"{one.step}: {one.wrong}: {one.output}" for one in attempts if one.wrong] == []
    assert {one.step for one in attempts if one.code} == set(STEPS)
    assert [one.left for one in attempts if one.step == STEPS[0]] == list(homes.LEFT)
    kills.unharmed(calm, STEPS)
    assert homes.differences(calm, tmp_path / "full") == []
