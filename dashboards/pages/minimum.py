"""Whether a reseller reaches its minimum ARR, by the requirement that states it.

Belongs here: that state as a cell; "not yet judged" is a separate state.
Does not: the pages that show it (arr.py, scorecard_facts.py).
"""

from __future__ import annotations

from markupsafe import Markup

from dashboards.data import Row, Tables
from dashboards.figures import count
from dashboards.memoized import once_per_tables
from dashboards.pages.common import Figures, status
from scoring.vocabulary import Status

RESULTS = "marts.fct_requirement_results"
METRIC = "arr_usd"
# The requirement's reason for a reseller that it does not judge yet.
NOT_YET = Status.NOT_APPLICABLE
# The result of the requirement, how the page's first sentence words its count, and how a cell words
# it.
STATES = {
    Status.MET: "meet their minimum ARR",
    Status.NOT_MET: "do not",
    Status.WAIVED: "have a waiver",
    Status.NEEDS_REVIEW: "need a person to judge them",
    Status.NO_EVIDENCE: "lack evidence",
    NOT_YET: "are in their first year and not yet judged",
}


@once_per_tables
def results(tables: Tables, year: int) -> dict[str, Row]:
    """Partner id to its result of the requirement over ARR at the end of a calendar year."""
    rows = tables.of_metric(METRIC)
    return {row["partner_id"]: row for row in rows if row["period"] == str(year)}


def standing(row: Row | None) -> Markup:
    """The result as a status; a dash where no program of the partner has a minimum."""
    if row is None:
        return Markup("—")
    shown = status("not_yet_judged" if row["status"] == NOT_YET else row["status"])
    return Figures(RESULTS, row, "period", "partner_id", "program", "requirement")("status", shown)


def tally(tables: Tables, year: int) -> Markup:
    """`25 meet their minimum ARR, 2 do not, ...`, with every reseller that has a minimum counted
    once."""
    rows = results(tables, year).values()
    parts = []
    for state, words in STATES.items():
        number = sum(row["status"] == state for row in rows)
        if number or state in (Status.MET, Status.NOT_MET):
            key = {"period": str(year), "metric": METRIC, "status": state}
            parts.append(Markup("{} {}").format(count(number, RESULTS, key), words))
    return Markup(", ").join(parts)
