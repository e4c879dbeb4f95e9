"""A run request: a year or a review period, and its row of `run.parameters`.

Belongs here: the run request, its check, the other periods that stay, its one landed row.
Does not: the periods themselves (transforms/models/intermediate/periods).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

import duckdb

from scoring.policy.model import PolicySet


class BadRequest(ValueError):
    """The requested run is impossible; the message says why, and what is possible."""


@dataclass(frozen=True)
class RunRequest:
    """Year Y, the last period to compute, the day of sections 6 and 7, and the known-at moment.

    `as_of` defaults to the last period's end; `known_at` is UTC without a zone, None means
    everything that has landed.
    """

    year: int
    last_period: str
    as_of: date
    known_at: datetime | None = None


def year_request(
    year: int, as_of: date | None = None, known_at: datetime | None = None
) -> RunRequest:
    """The yearly job for calendar year `year` (TIER-ANNUAL)."""
    return RunRequest(year, str(year), as_of or date(year, 12, 31), known_at)


def review_request(
    policy: PolicySet,
    period: str,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> RunRequest:
    """The review of one period named `<year>-<suffix>`, e.g. 2025-H1 (GOV-BIANNUAL).

    BadRequest for a name that is not a review period of the policy.
    """
    year_text, _, suffix = period.partition("-")
    known = {review.suffix: review for review in policy.review_periods}
    if not year_text.isdigit() or len(year_text) != 4 or suffix not in known:
        names = ", ".join(f"2025-{name}" for name in known)
        raise BadRequest(f"{period!r} is not a review period; periods are named like {names}")
    end = date.fromisoformat(f"{year_text}-{known[suffix].ends}")
    return RunRequest(int(year_text), period, as_of or end, known_at)


def standing_request(con: duckdb.DuckDBPyConnection) -> RunRequest | None:
    """The request of the warehouse's last run; None before its first."""
    row = con.execute("select year, last_period, as_of, known_at from run.parameters").fetchone()
    return RunRequest(*row) if row else None


def end_of(policy: PolicySet, period: str) -> date:
    """The last day of a year or review period; KeyError for a review that the policy lacks."""
    year, _, suffix = period.partition("-")
    ends = {review.suffix: review.ends for review in policy.review_periods}
    return date.fromisoformat(f"{year}-{ends[suffix] if suffix else '12-31'}")


def beside(
    policy: PolicySet, standing: RunRequest | None, wanted: RunRequest, as_of: date | None
) -> RunRequest:
    """The request that keeps the periods that the warehouse has: those after the requested one are
    computed with it, from the same data, so that the figures of two years fit together.

    `as_of` is the requested day, if any; without one, the last period keeps its own.
    """
    if standing is None:
        return wanted
    try:
        later = end_of(policy, standing.last_period) > end_of(policy, wanted.last_period)
    except KeyError:
        later = standing.year > wanted.year
    if not later:
        return wanted
    return replace(standing, as_of=as_of or standing.as_of, known_at=wanted.known_at)


def land_request(
    con: duckdb.DuckDBPyConnection, request: RunRequest, policy: PolicySet, policy_name: str
) -> None:
    """Replace the one row of `run.parameters`."""
    zone = policy.value_at("program.time_zone", request.as_of)
    row = (
        request.year,
        request.last_period,
        request.as_of,
        request.known_at,
        str(zone),
        policy_name,
        policy.version,
    )
    con.execute("begin")
    con.execute("delete from run.parameters")
    con.execute(
        "insert into run.parameters (year, last_period, as_of, known_at, time_zone, policy_set,"
        " policy_version) values (?, ?, ?, ?, ?, ?, ?)",
        row,
    )
    con.execute("commit")
