"""Removes the newest year from a warehouse and its site.

Belongs here: when a year may be removed. Does not: computing what is left (run.py).
"""

from __future__ import annotations

from orchestration import warehouse
from orchestration.periods import BadRequest
from orchestration.run import RunOutcome, run_year
from orchestration.settings import Locations
from scoring.ledger.files import read_ledger
from scoring.words import listed


def delete_year(places: Locations, year: int) -> RunOutcome:
    """Compute the years before `year` alone, so that it and its reviews are gone.

    Raises BadRequest where a later year depends on it, where it is the only one, or where any of it
    is published: a publication is final.
    """
    with warehouse.read(places) as con:
        years = [
            int(stored)
            for (stored,) in con.execute(
                "select distinct year from intermediate.int_periods order by year"
            ).fetchall()
        ]
    if year not in years:
        raise BadRequest(
            f"{places.warehouse} holds no {year}; it holds {', '.join(map(str, years))}"
        )
    if year != years[-1]:
        later = years[years.index(year) + 1 :]
        rest = "rests" if len(later) == 1 else "rest"
        raise BadRequest(
            f"{listed([str(each) for each in later])} {rest} on {year}; delete {later[-1]} first"
        )
    if len(years) == 1:
        raise BadRequest(f"{year} is the only year of {places.warehouse}; move the file away")
    published = [
        p.name
        for p in read_ledger(places.ledger).publications
        if p.period.split("-")[0] == str(year)
    ]
    if published:
        raise BadRequest(f"{year} is published as {', '.join(published)}, and that is final")
    return run_year(places, years[-2], alone=True)
