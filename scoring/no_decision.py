"""Why a partner has no decision in a period, in one sentence and with what to ask instead.

Belongs here: a period that nobody computed, and how a membership ended or had not begun.
Does not: the proof of a decision that is there (scoring.explain).
"""

from __future__ import annotations

import shlex

import duckdb

from scoring.labels import program_labels
from scoring.partners import Partner
from scoring.rows import fetch, fetch_one
from scoring.words import listed

PERIODS = """
select period, string_agg(program, ', ' order by program) as programs
from marts.fct_program_compliance where partner_id = $partner
group by period order by period
"""
# For the memberships in question: the end of the latest one that was over, or the first day of one
# that came later.
ENROLMENTS = """
select enrollments.program, enrollments.enrolled_on, enrollments.ended_on,
    enrollments.enrolled_on > periods.ends_on as is_later
from staging.stg_partner_activity__enrollments as enrollments
inner join intermediate.int_periods as periods on periods.period = $period
where enrollments.partner_id = $partner
    and ($program is null or enrollments.program = $program)
    and (enrollments.enrolled_on > periods.ends_on or enrollments.ended_on <= periods.ends_on)
order by is_later, enrollments.ended_on desc, enrollments.enrolled_on, enrollments.program
"""
SUCCESSION = """
select successions.successor_id, partners.name, successions.effective_on
from intermediate.int_partners__successions as successions
left join marts.dim_partners as partners on partners.partner_id = successions.successor_id
inner join intermediate.int_periods as periods on periods.period = $period
where successions.partner_id = $partner and not successions.is_in_ring
    and successions.effective_on <= periods.ends_on
"""
TERMINATED = """
select partners.terminated_on
from staging.stg_partner_activity__partners as partners
inner join intermediate.int_periods as periods on periods.period = $period
where partners.partner_id = $partner and partners.terminated_on <= periods.ends_on
"""


def why_absent(
    con: duckdb.DuckDBPyConnection, partner: Partner, period: str, program: str | None
) -> str:
    """Why `partner` was in no program at the end of `period` (not in `program`, where one is
    named), and where it was instead. The period is a year or a review (semantics 3 and 4)."""
    computed = [
        row["period"]
        for row in fetch(
            con,
            "select period from intermediate.int_periods"
            " where length(period) = length($period) order by period",
            period=period,
        )
    ]
    if period not in computed:
        held = f"it holds {listed(computed)}" if computed else "it holds none"
        command = "review --period" if "-" in period else "run --year"
        return (
            f"{period} has not been computed in this warehouse; {held}. "
            f"`plumbline {command} {period}` computes it."
        )
    periods = fetch(con, PERIODS, partner=partner.partner_id)
    where = "in any program"
    if program:
        where = f"in the {program_labels(con).get(program, program)} program"
    cause = _cause(con, partner, period, program)
    if not periods:
        ended = f": {cause}" if cause else "; nothing to explain"
        return f"{partner} was in no program at the end of any period here{ended}."
    known = listed([f"{row['period']} ({row['programs']})" for row in periods])
    why = f": {cause}" if cause else ""
    return (
        f"{partner} was not {where} at the end of {period}{why}. "
        f"It was in a program at the end of: {known}."
    )


def _cause(
    con: duckdb.DuckDBPyConnection, partner: Partner, period: str, program: str | None
) -> str | None:
    keys = {"partner": partner.partner_id, "period": period}
    if row := fetch_one(con, SUCCESSION, **keys):
        successor = Partner(row["successor_id"], row["name"] or "")
        command = f"plumbline explain {shlex.quote(successor.partner_id)} --year {period[:4]}"
        return (
            f"it became one with {successor} on {row['effective_on']}; "
            f"`{command}` explains that partner"
        )
    if row := fetch_one(con, TERMINATED, **keys):
        return f"it was terminated on {row['terminated_on']}"
    rows = fetch(con, ENROLMENTS, **keys, program=program)
    if not rows:
        return None
    first = rows[0]
    if first["is_later"]:
        return f"it is enrolled in {first['program']} from {first['enrolled_on']} on"
    return f"its enrolment in {first['program']} ended on {first['ended_on']}"
