"""The grid of what-if against full runs: is the quick answer the answer?

Belongs here: drawing variants of a grid of 1,000, running the pipeline under each, comparing.
Does not: either computation. The long form, on a warehouse of a finished run that stays as it is:
`python -m tests.scoring.grid_runs WAREHOUSE --sample 25 --seed 1`.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from decimal import Decimal
from itertools import product
from pathlib import Path

import duckdb

from orchestration.cases import rebuild
from scoring.policy.load import load_policy
from scoring.policy.overrides import with_overrides
from scoring.whatif import settings_of
from scoring.whatif.facts import measured
from scoring.whatif.grid import grid
from scoring.whatif.judge import outcome

VALUES = {
    "technology.select_active_customers": [1, 5, 10, 60, 90, 99, 100, 101, 125, 200],
    "technology.listed_apps_required": [0, 1, 2, 3, 4],
    "reseller.minimum_arr_usd": [
        *(0, 25_000, 60_000, 94_000, 100_000),
        *(100_001, 103_000, 150_000, 200_000, 350_000),
    ],
    "technology.invitation_overrides_facts": [True, False],
}
STATUSES = """
    select partner_id, program, requirement, status from marts.fct_requirement_results
    where period = cast($year as varchar) order by all
"""
STANDINGS = """
    select partner_id, program, status from marts.fct_program_compliance
    where period = cast($year as varchar) order by all
"""
TIERS = """
    select partner_id, tier, tier_high from decisions.tier_assignments
    where tier_year = $year + 1 order by all
"""


def variants(sample: int, seed: int) -> list[dict[str, object]]:
    """`sample` of the grid's combinations, drawn without putting back."""
    every = [dict(zip(VALUES, each, strict=True)) for each in product(*VALUES.values())]
    return random.Random(seed).sample(every, sample)


def texts_of(variant: dict[str, object]) -> list[str]:
    return [f"{name}={str(value).lower()}" for name, value in variant.items()]


def differences(warehouse: Path, variant: dict[str, object], folder: Path) -> list[str]:
    """Where what-if from `warehouse` and a new run of the pipeline under `variant` differ."""
    policy, texts = load_policy(), texts_of(variant)
    copy = folder / "plumbline.duckdb"
    shutil.copyfile(warehouse, copy)
    rebuild(copy, with_overrides(policy, texts))
    differing = []
    with (
        duckdb.connect(str(warehouse), read_only=True) as before,
        duckdb.connect(str(copy), read_only=True) as after,
    ):
        for con in (before, after):
            con.execute("set timezone = 'UTC'")
        years = "select distinct year from intermediate.int_ledger__pairs order by 1"
        for (year,) in before.execute(years).fetchall():
            settings = settings_of(policy, texts, year)
            quick = outcome(measured(before, year), settings)
            requirements = quick.results.filter(quick.results["tier"].is_null())
            pairs = (
                ("status", STATUSES, requirements.select("partner_id", "program", "id", "status")),
                ("standing", STANDINGS, quick.standings),
                ("tier", TIERS, quick.tiers.select("partner_id", "tier", "tier_high")),
            )
            for what, query, frame in pairs:
                run = after.execute(query, {"year": year}).fetchall()
                differing += [
                    f"{year} {what}: {row}" for row in set(run) ^ set(frame.iter_rows()) if row
                ]
            [row] = grid(
                before, year, {name: [value] for name, value in settings.items()}
            ).to_dicts()
            for tier, count in after.execute(
                "select tier, count(*) from decisions.tier_assignments "
                "where tier_year = ? + 1 group by 1",
                [year],
            ).fetchall():
                if row[f"tier:{tier}"] != count:
                    differing.append(f"{year} grid: {tier} {row[f'tier:{tier}']}, run {count}")
    return sorted(differing)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("--sample", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    faults = 0
    for variant in variants(options.sample, options.seed):
        with tempfile.TemporaryDirectory(prefix="grid-runs-") as folder:
            differing = differences(options.warehouse, variant, Path(folder))
        faults += len(differing)
        print(texts_of(variant), "agrees" if not differing else differing[:5], flush=True)
    print(f"{options.sample} variants of {Decimal(1000)}, {faults} differences")
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
