"""Memory is given back when enough of it has come together, and not after every small stage.

Belongs here: when. Does not: what a stage holds, which benchmarks measure.
"""

from __future__ import annotations

import gc

import pytest

from orchestration.speed import memory

STEP = memory.WORTH_BYTES // 2


@pytest.fixture
def looks(monkeypatch) -> list[None]:
    """One entry for each time that garbage is looked for."""
    looked: list[None] = []
    monkeypatch.setattr(memory._Held, "after", 0)
    monkeypatch.setattr(gc, "collect", lambda: looked.append(None))
    return looked


def hold(monkeypatch, held: int | None) -> None:
    """Let the process hold so many bytes."""
    monkeypatch.setattr(memory, "_held", lambda: held)


def test_memory_is_given_back_once_enough_has_come_together(looks, monkeypatch):
    held = 10 * STEP
    hold(monkeypatch, held)
    memory.give_back()
    hold(monkeypatch, held + STEP)
    memory.give_back()
    assert len(looks) == 1
    # What small stages leave adds up.
    hold(monkeypatch, held + 2 * STEP)
    memory.give_back()
    assert len(looks) == 2


def test_a_process_that_shrank_counts_from_what_it_held_last(looks, monkeypatch):
    for held in (10 * STEP, 8 * STEP, 10 * STEP):
        hold(monkeypatch, held)
        memory.give_back()
    assert len(looks) == 1


def test_where_no_system_says_what_is_held_it_is_given_back_every_time(looks, monkeypatch):
    hold(monkeypatch, None)
    memory.give_back()
    memory.give_back()
    assert len(looks) == 2


@pytest.mark.skipif(not memory.STATM.exists(), reason="only Linux says what it holds")
def test_freed_memory_goes_back_to_the_system(monkeypatch):
    monkeypatch.setattr(memory._Held, "after", 0)
    memory.give_back()
    before = memory._held()
    rows = [[number] for number in range(2_000_000)]
    rows.append(rows)  # garbage in a cycle
    grown = memory._held()
    assert grown - before > memory.WORTH_BYTES
    del rows
    memory.give_back()
    assert memory._held() < grown - memory.WORTH_BYTES
