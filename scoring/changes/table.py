"""`decisions.changes`: the differences from the year before and from the last publication.

Belongs here: which two sides are compared. Does not: how (difference.py). Every frame has the
columns of `decisions.changes`.
"""

from __future__ import annotations

import duckdb
import polars as pl

from scoring.changes.difference import differences
from scoring.changes.kept import left_before
from scoring.changes.sides import Side, computed, published
from scoring.measures import measures
from scoring.published import CHANGES
from scoring.published_frames import conform, schema_of, write_table
from scoring.rows import fetch

YEAR_BEFORE, PUBLISHED, LAST_RUN = "year-before", "published", "last-run"
# Nothing can have moved from a publication of a later year than the run's.
LAST_PUBLISHED = """
select publications.assessment, arg_max(publications.period, publications.sequence) as period
from run.publications as publications
inner join intermediate.int_periods as periods on periods.period = publications.period
group by publications.assessment
"""


class NothingToCompare(ValueError):
    """There is no other side; the message says what there is."""


def write_changes(con: duckdb.DuckDBPyConnection, now: Side | None = None) -> int:
    """Replace `decisions.changes`; returns how many there are. Needs marts and decisions."""
    now = now or computed(con)
    frames = [year_before(con, now), since_publication(con, now)]
    return write_table(con, CHANGES, pl.concat(frames))


def year_before(con: duckdb.DuckDBPyConnection, now: Side) -> pl.DataFrame:
    """Every period of the run against the same period of the year before, where there is one."""
    names = _names(con)
    before = {
        names[part, year - 1]: name
        for (part, year), name in names.items()
        if (part, year - 1) in names
    }
    after = {name: name for name in before.values()}
    return _compared(con, YEAR_BEFORE, now.of(before), now.of(after))


def since_publication(con: duckdb.DuckDBPyConnection, now: Side) -> pl.DataFrame:
    """The run's last year and last review against what was last published of each."""
    rows = fetch(con, LAST_PUBLISHED)
    if not rows:
        return pl.DataFrame(schema=schema_of(CHANGES))
    last = _last_periods(con)
    pairs = {row["period"]: last[row["assessment"]] for row in rows if row["assessment"] in last}
    before = published(con, now).of(pairs)
    # What was not part of a publication (listings, another program) cannot differ from it.
    part = ["kind", "period", "program"]
    standing = now.standing.join(before.standing.select(part).unique(), on=part, how="semi")
    after = Side(standing, now.facts, now.stakes, now.rows).of({p: p for p in pairs.values()})
    return _compared(con, PUBLISHED, before, after)


def since_year(con: duckdb.DuckDBPyConnection, year: int) -> pl.DataFrame:
    """The run's last year and its reviews against those of any year that it computed.

    Raises NothingToCompare naming the years that there are.
    """
    names = _names(con)
    last = max(of for _, of in names)
    years = sorted({of for _, of in names if of < last})
    if year not in years:
        years_computed = ", ".join(map(str, years)) or "none"
        raise NothingToCompare(
            f"the last run, of {last}, has no year {year}; there are: {years_computed}"
        )
    pairs = {
        name: names[part, last]
        for (part, of), name in names.items()
        if of == year and (part, last) in names
    }
    now = computed(con)
    return _compared(con, str(year), now.of(pairs), now.of({p: p for p in pairs.values()}))


def since_last_run(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What the last run shows differently from the run before it, in the periods of both.

    Raises NothingToCompare when this warehouse has seen one run only.
    """
    before = left_before(con)
    if before is None:
        raise NothingToCompare("this warehouse has seen one run: run again after new data came")
    now = computed(con)
    common = set(before.standing["period"]) & set(now.standing["period"])
    pairs = {period: period for period in sorted(common)}
    return _compared(con, LAST_RUN, before.of(pairs), now.of(pairs))


def _names(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, int], str]:
    """(the period's name without its year, the year) -> the period: `("-H1", 2025)`."""
    rows = fetch(con, "select period, year from intermediate.int_periods")
    return {(r["period"].replace(str(r["year"]), "", 1), r["year"]): r["period"] for r in rows}


def _last_periods(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    rows = fetch(
        con,
        "select kind, arg_max(period, ends_on) as period from intermediate.int_periods group by 1",
    )
    return {row["kind"]: row["period"] for row in rows}


def _compared(
    con: duckdb.DuckDBPyConnection, since: str, before: Side, after: Side
) -> pl.DataFrame:
    tiers = fetch(con, "select tier, label, tier_rank from policy.tiers")
    ladder = {row["tier"]: row["tier_rank"] for row in tiers}
    labels = {row["tier"]: row["label"] for row in tiers}
    return conform(differences(since, before, after, ladder, labels, measures(con)), CHANGES)
