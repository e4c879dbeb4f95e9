"""The two engines agree: every mart, and all that lies between, row by row and to 4 places.

Belongs here: the demonstration program through the command, random programs through the engine.
Does not: whether DuckDB's own answer is right (tests/oracle).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from ingest.demo import write_demo
from orchestration import settings
from orchestration.cli.app import run as command
from orchestration.spark.engine import read_back, run_models
from scoring.benefits import write_benefits
from scoring.run import write_decisions
from tests.oracle.programs import write_program
from tests.quick_run import models, quick_run

from .parity import counted, differences

YEAR = 2025
PARTNERS, EVENTS = 60, 4_000
# (seed, size, with rows that break their contract)
PROGRAMS = [(seed, size, seed % 2 == 1) for seed, size in enumerate(["medium", "large"])]
PROGRAMS += [(100 + n, "large", n % 2 == 1) for n in range(int(os.environ.get("PARITY_MORE", "0")))]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """Every model's SQL for DuckDB."""
    return models(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory, compiled) -> tuple[Path, Path]:
    """The demonstration program's warehouse by DuckDB, and by `plumbline run --engine spark`."""
    home = tmp_path_factory.mktemp("demo")
    write_demo(home / "landing", partners=PARTNERS, year=YEAR, usage_events=EVENTS)
    duck, spark = home / "duckdb" / "plumbline.duckdb", home / "spark" / "plumbline.duckdb"
    quick_run(home / "landing", duck, YEAR, compiled)
    places = ["--landing", str(home / "landing"), "--warehouse", str(spark)]
    places += ["--site", str(home / "site")]
    before = dict(os.environ)
    try:
        code = command(["run", "--year", str(YEAR), *places, "--engine", settings.SPARK, "--json"])
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert code in (0, 1), "the run did not finish"
    assert (home / "site" / "index.html").exists()
    return duck, spark


@pytest.fixture(scope="session")
def random_programs(tmp_path_factory, compiled) -> dict[int, tuple[Path, Path]]:
    """Random programs by DuckDB and, in one session, by Spark."""
    home = tmp_path_factory.mktemp("random")
    pairs = {}
    for seed, size, faulty in PROGRAMS:
        duck, spark = (home / f"{seed}-{engine}.duckdb" for engine in ("duckdb", "spark"))
        write_program(home / str(seed), seed, size=size, year=YEAR, faulty=faulty)
        quick_run(home / str(seed), duck, YEAR, compiled)
        shutil.copy(duck, spark)
        pairs[seed] = (duck, spark)
    warehouses = [spark for _, spark in pairs.values()]
    for spark, results in zip(warehouses, run_models(warehouses), strict=True):
        assert [r for r in read_back(spark, results) if r.status != "success"] == []
        with duckdb.connect(str(spark)) as con:
            con.execute("set timezone = 'UTC'")
            write_decisions(con)
            write_benefits(con)
    return pairs


def test_the_demonstration_is_the_same_on_both_engines(demonstration):
    assert differences(*demonstration) == []
    rows = counted(demonstration[0])
    # Else the comparison could not fail.
    assert [t for t, count in rows.items() if t.startswith("marts.") and not count] == []
    assert rows["decisions.tier_assignments"] > PARTNERS


@pytest.mark.parametrize("seed", [seed for seed, _, _ in PROGRAMS])
def test_a_random_program_is_the_same_on_both_engines(random_programs, seed):
    assert differences(*random_programs[seed]) == []
    assert sum(counted(random_programs[seed][0]).values()) > 1_000


def test_a_row_that_differs_is_named(demonstration, tmp_path):
    duck, spark = demonstration
    changed = tmp_path / "changed.duckdb"
    shutil.copy(spark, changed)
    with duckdb.connect(str(changed)) as con:
        con.execute(
            "update marts.fct_arr_by_partner_month set arr_usd = arr_usd + 0.0001"
            " where arr_usd = (select max(arr_usd) from marts.fct_arr_by_partner_month)"
        )
        con.execute("delete from marts.dim_partners where partner_id ="
                    " (select min(partner_id) from marts.dim_partners)")  # fmt: skip
    told = "\n".join(differences(duck, changed))
    assert "marts.fct_arr_by_partner_month: " in told
    assert "arr_usd: Decimal(" in told
    assert "marts.dim_partners" in told
    assert "missing on the right" in told
