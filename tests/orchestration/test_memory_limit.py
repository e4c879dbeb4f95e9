"""If DuckDB's usual limit is too low, a run takes more memory; a person's own limit stays.

Belongs here: that. Does not: what is written to disk within a limit, which is DuckDB's.
"""

from __future__ import annotations

import re

import pytest

from orchestration import memory_limit, progress, settings
from orchestration.memory_limit import limits
from orchestration.run import RunFailed, run_year
from orchestration.settings import locations
from tests.faults.program import arrive


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A program of three partners, with a usual limit of almost nothing for DuckDB."""
    monkeypatch.delenv(settings.MEMORY_VARIABLE, raising=False)
    monkeypatch.setattr(settings, "LEAST_MEMORY_MB", 4)
    monkeypatch.setattr(settings, "PER_PROCESSOR_MB", 0)
    landing = tmp_path / "landing"
    arrive(landing, "first")
    return locations(landing, tmp_path / "plumbline.duckdb", tmp_path / "site", None)


def test_a_run_that_ran_out_of_memory_is_made_again_with_more(places, monkeypatch):
    monkeypatch.setattr(memory_limit, "TIMES", 200)
    lines: list[tuple[str, str]] = []
    progress.listen(lambda *line: lines.append(line))
    try:
        assert run_year(places, 2023).faults == ()
    finally:
        progress.listen(None)
    assert ("run", "4MB of memory were not enough; again with 800MB") in lines
    assert (places.site / "index.html").exists()


def test_a_limit_that_a_person_chose_stays_and_the_fault_says_what_to_do(places, monkeypatch):
    monkeypatch.setenv(settings.MEMORY_VARIABLE, "4MB")
    assert list(limits()) == ["4MB"]
    words = r"DuckDB might hold 4MB here; give it more by PLUMBLINE_MEMORY, such as 4GB or 50%"
    with pytest.raises(RunFailed, match=re.escape(words)):
        run_year(places, 2023)


def test_each_limit_is_twice_the_last_and_none_takes_the_whole_machine(monkeypatch):
    monkeypatch.delenv(settings.MEMORY_VARIABLE, raising=False)
    sizes = [int(limit.removesuffix("MB")) for limit in limits()]
    assert sizes[1:] == [2 * size for size in sizes[:-1]]
    assert sizes[-1] <= memory_limit_of_machine() / 2 or len(sizes) == 1


def memory_limit_of_machine() -> float:
    """What DuckDB would take by itself, in megabytes."""
    import duckdb

    with duckdb.connect() as con:
        return con.execute(
            "select parse_formatted_bytes(current_setting('memory_limit')) / 1000000"
        ).fetchone()[0]
