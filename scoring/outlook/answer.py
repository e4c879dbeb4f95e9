"""The outlook on a year from a run's as-of day.

Belongs here: combining pace, tasks, renewals and calibration. Does not: any one of them, or
drawing.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import duckdb

from scoring.assumed import Assumed, Rule, assumed_by_rule, assumed_values, each_once, kinds
from scoring.outlook.pace import ARR, USAGE, arr, paces, usage
from scoring.outlook.projection import Calibration, Projected, calibrated, errors_of, half_width
from scoring.outlook.reading import policy_number, sql
from scoring.rows import fetch

Rows = list[dict[str, Any]]
DECEMBER = 12
NAMES = {USAGE: "Average monthly active customers", ARR: "ARR"}
RECENT, SHARE = "outlook.recent_months", "outlook.interval_share"


class OutlookError(ValueError):
    """The run in the warehouse is not of that year; the message says what to run."""


@dataclass(frozen=True)
class Outlook:
    """`pace`: one row per partner and threshold; `due`: one per task; `renewals`: one per line;
    `calibration`: how often the interval held in each past year; `share`: how often it is meant to;
    `assumed`: the unconfirmed values that the rows rest on, whose kinds each row names.
    """

    year: int
    as_of: date
    months_known: int
    share: Fraction | None
    pace: Rows
    due: Rows
    renewals: Rows
    calibration: list[Calibration]
    assumed: list[Assumed]

    def as_dict(self) -> dict[str, Any]:
        """Plain rows; decimals stay decimals."""
        return {
            "year": self.year,
            "as_of": self.as_of,
            "months_known": self.months_known,
            "interval_share": None if self.share is None else str(float(self.share)),
            "pace": self.pace,
            "due": self.due,
            "renewals": self.renewals,
            "calibration": [vars(each) for each in self.calibration],
            "assumed": [one.to_json() for one in self.assumed],
        }

    def next_thresholds(self) -> Rows:
        """The first threshold of each partner and metric that is not reached yet but still can
        be."""
        nearest: dict[tuple[str, str], dict[str, Any]] = {}
        for row in self.pace:
            if row["pace"] not in ("reached", "missed"):
                nearest.setdefault((row["partner_id"], row["metric"]), row)
        return list(nearest.values())

    def calibration_lines(self) -> list[str]:
        """How sure the intervals are, in words."""
        if self.share is None:
            return ["No interval: the policy states no outlook.interval_share."]
        if not self.calibration:
            return ["No interval was tried on a past year: too few ended years are on hand."]
        lines = []
        for measure in sorted({each.measure for each in self.calibration}):
            rows = [each for each in self.calibration if each.measure == measure]
            held, of = sum(row.held for row in rows), sum(row.of for row in rows)
            years = ", ".join(str(row.year) for row in rows)
            lines.append(
                f"{NAMES.get(measure, measure)}: projected from month {self.months_known} of "
                f"{years}, the interval held {held} of {of} year ends; "
                f"it is meant to hold {float(self.share):.0%}."
            )
        return lines


def outlook(con: duckdb.DuckDBPyConnection, year: int, day: date | None = None) -> Outlook:
    """Where `year` is heading, as of `day` or, without one, of the run's as-of day; writes nothing.

    Whole months up to the day are counted; past years are projected from the same month with what
    is known of them now. Data dated up to the day count even if they arrived later. Raises
    OutlookError for a day of another year, or a year that the warehouse does not hold.
    """
    as_of = _as_of(con, year, day)
    month = as_of.month if as_of.day == monthrange(year, as_of.month)[1] else as_of.month - 1
    recent = int(policy_number(con, RECENT, as_of) or 1)
    stated = policy_number(con, SHARE, as_of)
    share = None if stated is None else Fraction(stated)
    rows = {USAGE: usage(con, year, month, recent), ARR: arr(con, year, month)} if month else {}
    ends_on = date(year, DECEMBER, 31)
    parameters = {"year": year, "as_of": as_of, "ends_on": ends_on}
    pace = paces(con, year, DECEMBER - month, *_split(rows, year, share)) if rows else []
    due, renewals = (fetch(con, sql(name), **parameters) for name in ("due", "renewals"))
    rules = assumed_by_rule(con)
    return Outlook(
        year=year,
        as_of=as_of,
        months_known=month,
        share=share,
        pace=_marked(pace, rules),
        due=_marked(due, rules),
        renewals=_marked(renewals, rules),
        assumed=each_once(
            [
                assumed_values(con, (RECENT, SHARE)),
                *(rules.get(_rule(row), ()) for row in [*pace, *due, *renewals]),
            ]
        ),
        calibration=[
            each
            for measure, projected in rows.items()
            for each in (calibrated(measure, projected, share) if share else [])
        ],
    )


def _as_of(con: duckdb.DuckDBPyConnection, year: int, day: date | None) -> date:
    run = con.execute("select year, as_of from run.parameters").fetchone()
    if day is not None and day.year == year:
        held = con.execute("select year from intermediate.int_periods where year = $1", [year])
        if held.fetchone():
            return day
    elif day is None and run is not None and run[0] == run[1].year == year:
        return run[1]
    last_run = f"the run is of {run[0]}, as of {run[1]}" if run else "there is no run"
    raise OutlookError(
        f"{last_run}; name a day of the year: `plumbline outlook --year {year} "
        f"--as-of {year}-MM-DD`, after `plumbline run --year {year}`"
    )


def _rule(row: dict[str, Any]) -> Rule:
    """The rule that a row is about: a tier's criterion or a requirement."""
    return row["program"], row.get("tier"), row.get("id") or row["requirement"]


def _marked(rows: Rows, rules: dict[Rule, tuple[Assumed, ...]]) -> Rows:
    """Each row with `assumed`: the kinds of the unconfirmed values that its rule rests on."""
    return [{**row, "assumed": kinds(rules.get(_rule(row), ()))} for row in rows]


def _split(
    rows: dict[str, list[Projected]], year: int, share: Fraction | None
) -> tuple[dict[str, dict[str, Projected]], dict[str, Fraction | None]]:
    """This year's projections by partner, and the half width that the past years give."""
    projected, widths = {}, {}
    for measure, every in rows.items():
        projected[measure] = {row.partner_id: row for row in every if row.year == year}
        past = {row.year for row in every} - {year}
        widths[measure] = half_width(errors_of(every, past), share) if share else None
    return projected, widths
