"""DuckDB and Spark agree: every mart, and all that lies between, row by row and to 4 places.

Belongs here: the demonstration program through the command, random programs through the engine.
Does not: whether DuckDB's own answer is right (tests/oracle).
"""

from __future__ import annotations

import pytest

from orchestration import settings
from tests.engines import both
from tests.quick_run import models


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """Every model's SQL for DuckDB."""
    return models(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory, compiled) -> both.Pair:
    """The demonstration program by both engines."""
    return both.build_demonstration(tmp_path_factory.mktemp("demo"), compiled, settings.SPARK)


@pytest.fixture(scope="session")
def random_programs(tmp_path_factory, compiled) -> dict[int, both.Pair]:
    """Random programs by both engines."""
    return both.build_random(tmp_path_factory.mktemp("random"), compiled, settings.SPARK)


def test_the_demonstration_is_the_same_on_both_engines(demonstration):
    both.assert_demonstration_is_the_same(demonstration)


@pytest.mark.parametrize("seed", both.SEEDS)
def test_a_random_program_is_the_same_on_both_engines(random_programs, seed):
    both.assert_program_is_the_same(random_programs[seed])


def test_a_row_that_differs_is_named(demonstration, tmp_path):
    told = both.differences_after_a_change(demonstration, tmp_path / "changed.duckdb")
    assert "marts.fct_arr_by_partner_month: " in told
    assert "arr_usd: Decimal(" in told
    assert "marts.dim_partners" in told
    assert "missing on the right" in told
