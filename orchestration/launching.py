"""What a launch of a year will do, in words, before it begins.

Belongs here: the sentence about a chosen year, from the last run's copy for readers. Does not: what
is computed with it (periods.py), or where Dagster shows the sentence (defs/jobs.py).
"""

from __future__ import annotations

import duckdb

from orchestration import warehouse
from orchestration.settings import Locations
from scoring.words import listed

STANDING = """
select run.year, list(distinct periods.year order by periods.year)
from run.parameters as run cross join intermediate.int_periods as periods group by all"""
PUBLISHED = """
select list(distinct period order by period) from run.publications"""


def what_it_does(places: Locations, year: int) -> str:
    """What the yearly job does when `year` is chosen, given what is in the warehouse now."""
    try:
        with warehouse.read(places) as con:
            standing = con.execute(STANDING).fetchone()
            (published,) = con.execute(PUBLISHED).fetchall()[0]
    except warehouse.WarehouseMissing:
        standing, published = None, None
    except (warehouse.WarehouseBusy, warehouse.NotAWarehouse, duckdb.Error):
        return f"Computes {year}. What stands beside it cannot be read now."
    if standing is None:
        return f"Computes {year}, the first year here, and the years before it that data reach."
    last, years = standing
    sentences = _computes(year, last, [held for held in years if held > year])
    if published:
        sentences += f" What is published ({listed(published)}) stays as it was published."
    return sentences


def _computes(year: int, last: int, later: list[int]) -> str:
    if year > last:
        return f"Computes {year} for the first time, with the years before it."
    if year == last or not later:
        return f"Computes {year} again, with all that has landed since."
    named = listed([str(each) for each in later])
    return (
        f"{year} is past: computes it again together with {named}, from the same data, and with "
        "all that has landed since. The later years stay, and differ only where the data do."
    )
