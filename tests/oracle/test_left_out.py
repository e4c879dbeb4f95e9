"""A file left out takes its own evidence away and nothing else: `no_evidence` where coverage ended,
else the value without its rows.

Belongs here: one file per entity of a small program, each alone, where an answer rests on it.
Does not: every file of many programs (`python -m tests.oracle.left_out`).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .left_out import NOT_KNOWN, answers, changed, differences, one_an_entity, without
from .programs import write_program

YEAR, SEED, SHARES = 2025, 0, 2


@pytest.fixture(scope="module")
def landing(tmp_path_factory) -> Path:
    """A program that delivers every entity that the plain recomputation reads."""
    folder = tmp_path_factory.mktemp("left_out") / "landing"
    write_program(folder, SEED, year=YEAR)
    return folder


def test_without_one_file_the_plain_recomputation_still_agrees(landing, tmp_path):
    before = answers(landing, YEAR)
    every = one_an_entity(landing)
    missed = []
    for share in range(SHARES):
        of_share, not_known = [], set()
        for name in every[share::SHARES]:
            gone = changed(before, answers(without(landing, name, tmp_path / "without"), YEAR))
            of_share += [name] if gone else []
            not_known |= {name for _, old, new in gone if _lost(old, new)}
        # Else the comparison could not fail: most files are missed, and some end a coverage.
        assert len(of_share) >= 7
        assert not_known
        missed += of_share
    shutil.rmtree(tmp_path / "without")
    by_name = dict(differences(landing, sorted(missed), tmp_path, YEAR))
    assert by_name.keys() == set(missed)
    assert {name: differing for name, differing in by_name.items() if differing} == {}


def _lost(old: dict | None, new: dict | None) -> bool:
    return bool(
        old and new and new.get("status") in NOT_KNOWN and old.get("status") not in NOT_KNOWN
    )
