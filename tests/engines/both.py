"""Programs built by DuckDB and by one more engine, for whichever engine asks.

Belongs here: the demonstration through the command, random programs and metrics as data through the
engine's steps, and the tests that every engine must pass. Does not: comparing the two (parity.py),
or an engine's own server or environment.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from ingest.deliveries.received import RECEIVED_FILE
from ingest.demo import write_demo
from ingest.people.store import KEY
from ingest.resolved.resolve import resolve
from orchestration.cases import runner
from orchestration.cli.app import run as command
from orchestration.dbt import run_dbt
from orchestration.engines.steps import engine_named, read_back, run_models
from scoring.benefits import write_benefits
from scoring.policy.case_run import write_landing
from scoring.policy.cases import load_cases
from scoring.policy.load import load_policy
from scoring.run import write_decisions
from tests.once import once
from tests.oracle.programs import write_program
from tests.quick_run import Model, models, quick_run
from tests.transforms.figure_oracle import figures_policy, random_rows
from tests.transforms.warehouse import build_warehouse

from .parity import counted, differences

Pair = tuple[Path, Path]
YEAR, WAREHOUSE = 2025, "plumbline.duckdb"
PARTNERS, EVENTS = 60, 4_000
# (seed, size, with rows that break their contract). One is laid beside the demonstration, since an
# engine takes as long for few rows as for many; the other has landing files of its own.
BESIDE = (1, "large", True)
PROGRAMS = [(0, "medium", False)]
PROGRAMS += [(100 + n, "large", n % 2 == 1) for n in range(int(os.environ.get("PARITY_MORE", "0")))]
SEEDS = [seed for seed, _, _ in PROGRAMS]
# Programs with metrics as data: the documented one, and every kind of figure over random rows. The
# engine builds what follows from these metrics, from DuckDB's rows of all other tables.
LEVELS, FIGURES = "four_levels", "figures"
DECLARED = (LEVELS, FIGURES)
FIRST_DECLARED = "int_figures__facts"
EXAMPLE = Path(__file__).parents[2] / "docs/examples/four_levels"


def lay_demonstration(home: Path, compiled: tuple[Model, ...]) -> None:
    """The landing zone of the demonstration program with random partners beside its own, and its
    warehouse by DuckDB."""
    write_demo(home / "landing", partners=PARTNERS, year=YEAR, usage_events=EVENTS)
    seed, size, faulty = BESIDE
    write_program(home / "beside", seed, size=size, year=YEAR, faulty=faulty)
    lay_beside(home / "beside", home / "landing")
    quick_run(home / "landing", home / "duckdb" / WAREHOUSE, YEAR, compiled)


def lay_beside(other: Path, landing: Path) -> None:
    """Move the files of another landing zone into this one, with their times of receipt. Of the
    rates, which both have, those that are here stay."""
    _, *lines = (other / RECEIVED_FILE).read_text("utf-8").splitlines(keepends=True)
    with (landing / RECEIVED_FILE).open("a", encoding="utf-8") as received:
        for line in lines:
            name, _, _ = line.rpartition(",")
            if not (landing / name).exists():
                (landing / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.move(other / name, landing / name)
                received.write(line)


def build_demonstration(laid: Path, home: Path, engine: str) -> Pair:
    """The demonstration program's warehouse by DuckDB, and by `plumbline run --engine ENGINE`."""
    duck, other = laid / "duckdb" / WAREHOUSE, home / engine / WAREHOUSE
    # One key, so that one person has one token on both engines.
    other.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(duck.with_name(KEY), other.with_name(KEY))
    places = ["--landing", str(laid / "landing"), "--warehouse", str(other)]
    places += ["--site", str(home / "site")]
    before = dict(os.environ)
    try:
        code = command(["run", "--year", str(YEAR), *places, "--engine", engine, "--json"])
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert code in (0, 1), "the run did not finish"
    assert (home / "site" / "index.html").exists()
    return duck, other


def lay_declared(home: Path, name: str) -> None:
    """A program whose policy has metrics as data by DuckDB: its SQL is made of the policy when the
    models run."""
    duck = home / WAREHOUSE
    if name == LEVELS:
        policy, landing = load_policy(EXAMPLE), home / "landing"
        write_landing(load_cases(EXAMPLE), "whole", landing)
        runner(policy)(landing, YEAR, duck)
    else:
        build_warehouse(home, random_rows(8), policy=figures_policy(home / "policy"))
    failed = [r for r in run_dbt(duck, ["run"]) if r.status != "success"]
    assert not failed, failed
    with duckdb.connect(str(duck)) as con:
        resolve(con)
        write_decisions(con)
        write_benefits(con)


def lay_random(home: Path, compiled: tuple[Model, ...]) -> None:
    """Random programs, and those whose policy has metrics as data, by DuckDB: a folder for each."""
    for seed, size, faulty in PROGRAMS:
        landing = home / str(seed) / "landing"
        write_program(landing, seed, size=size, year=YEAR, faulty=faulty)
        quick_run(landing, home / str(seed) / WAREHOUSE, YEAR, compiled)
    for name in DECLARED:
        lay_declared(home / name, name)


def build_random(laid: Path, home: Path, engine: str) -> dict[int | str, Pair]:
    """The same programs by the engine in one process, beside those by DuckDB."""
    pairs: dict[int | str, Pair] = {}
    for name in (*SEEDS, *DECLARED):
        duck, other = laid / str(name) / WAREHOUSE, home / f"{name}.duckdb"
        shutil.copy(duck, other)
        pairs[name] = (duck, other)
    warehouses = [other for _, other in pairs.values()]
    first = {pairs[name][1]: FIRST_DECLARED for name in DECLARED}
    chosen = engine_named(engine)
    for other, results in zip(warehouses, run_models(chosen, warehouses, first), strict=True):
        models_here = read_back(chosen, other, results, first.get(other))
        failed = [r for r in models_here if r.status != "success"]
        assert not failed, failed
        with duckdb.connect(str(other)) as con:
            con.execute("set timezone = 'UTC'")
            write_decisions(con)
            write_benefits(con)
    return pairs


class Compiled:
    """What both kinds of programs are built from by DuckDB."""

    @pytest.fixture(scope="class")
    @classmethod
    def compiled(cls, tmp_path_factory) -> tuple[Model, ...]:
        """Every model's SQL for DuckDB."""
        return models(tmp_path_factory.mktemp("compiled"))


class SameDemonstration(Compiled):
    """What must hold for the demonstration on an engine other than DuckDB, wherever it runs. A
    class of tests provides the fixture `engine`, the engine's name, for the whole class."""

    @pytest.fixture(scope="class")
    @classmethod
    def demonstration(cls, engine, tmp_path_factory, compiled, shared_folder) -> Pair:
        """The demonstration program by both engines; by DuckDB once for all of them."""
        laid = once(shared_folder / "engines-demo", lambda home: lay_demonstration(home, compiled))
        return build_demonstration(laid, tmp_path_factory.mktemp("demo"), engine)

    def test_the_demonstration_is_the_same_on_both_engines(self, demonstration):
        assert_same(demonstration)
        rows = counted(demonstration[0])
        # A table without rows could not differ; steps within the year are a declared program's.
        empty = [t for t, count in rows.items() if t.startswith("marts.") and not count]
        assert empty == ["marts.fct_tier_step_eligibility"]
        assert rows["decisions.tier_assignments"] > PARTNERS

    def test_a_row_that_differs_is_named(self, demonstration, tmp_path):
        differing = differences_after_a_change(demonstration, tmp_path / "changed.duckdb")
        assert "marts.fct_arr_by_partner_month: " in differing, differing
        assert "arr_usd: Decimal(" in differing, differing
        assert "marts.dim_partners" in differing, differing
        assert "missing on the right" in differing, differing


class SameRows(Compiled):
    """What must hold for random programs and metrics as data, whose models the engine runs in one
    process. A class of tests provides `engine` as it does for the demonstration."""

    @pytest.fixture(scope="class")
    @classmethod
    def random_programs(
        cls, engine, tmp_path_factory, compiled, shared_folder
    ) -> dict[int | str, Pair]:
        """Random programs by both engines; by DuckDB once for all of them."""
        laid = once(shared_folder / "engines-random", lambda home: lay_random(home, compiled))
        return build_random(laid, tmp_path_factory.mktemp("random"), engine)

    @pytest.mark.parametrize("name", DECLARED)
    def test_metrics_as_data_are_the_same_on_both_engines(self, random_programs, name):
        assert_same(random_programs[name])
        rows = counted(random_programs[name][0])
        assert rows["intermediate.int_figures__facts"] > 100
        assert bool(rows["decisions.tier_steps"]) == (name == LEVELS)

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_random_program_is_the_same_on_both_engines(self, random_programs, seed):
        assert_same(random_programs[seed])
        assert sum(counted(random_programs[seed][0]).values()) > 1_000


def assert_same(pair: Pair) -> None:
    """Assert that no row differs; the message says what does."""
    differing = differences(*pair)
    assert not differing, "\n".join(differing)


def differences_after_a_change(pair: Pair, changed: Path) -> str:
    """The message when one amount and one row of the second warehouse are no longer the same."""
    shutil.copy(pair[1], changed)
    with duckdb.connect(str(changed)) as con:
        con.execute(
            "update marts.fct_arr_by_partner_month set arr_usd = arr_usd + 0.0001"
            " where arr_usd = (select max(arr_usd) from marts.fct_arr_by_partner_month)"
        )
        con.execute(
            "delete from marts.dim_partners where partner_id ="
            " (select min(partner_id) from marts.dim_partners)"
        )
    return "\n".join(differences(pair[0], changed))
