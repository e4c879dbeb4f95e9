"""Random programs through the whole job, compared with the plain recomputation of every table."""

import pytest

from orchestration.run import run_year
from orchestration.settings import locations
from tests.oracle.compare import compare
from tests.oracle.programs import write_program

# A few here; `python -m tests.oracle.compare --seeds 0-199 --work DIR` is the long form.
SEEDS = [(1, "small"), (2, "medium"), (3, "large")]


@pytest.mark.parametrize(("seed", "size"), SEEDS)
def test_a_random_program_agrees_with_the_plain_recomputation(tmp_path, seed, size):
    landing = tmp_path / "landing"
    write_program(landing, seed, size=size, year=2025)
    places = locations(landing, tmp_path / "plumbline.duckdb", tmp_path / "site", None)
    run_year(places, 2025)
    assert compare(places.warehouse, landing, 2025) == []
