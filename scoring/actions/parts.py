"""Pieces of SQL that the queries of all kinds of action share.

Belongs here: a parameter on the day, horizons, business days, enrolments, events up to the day.
Does not: any kind of action.
"""

from __future__ import annotations


def number(parameter: str) -> str:
    """SQL for the number of a parameter in force on the day; `parameter` is an SQL text."""
    return f"""(select number from policy.parameter_values
        where parameter = {parameter} and effective_from <= $as_of
            and (effective_to is null or effective_to > $as_of))"""


def within(day: str, horizon: str) -> str:
    """SQL: `day` is the day of the list, or one of the `horizon` days after it."""
    days = number(f"'today.{horizon}_horizon_days'")
    return f"{day} between $as_of and cast($as_of + to_days(cast({days} as integer)) as date)"


def days_after(day: str, parameter: str) -> str:
    """SQL for the day n days after `day`, n being a parameter."""
    days = number(f"'{parameter}'")
    return f"cast({day} + to_days(cast({days} as integer)) as date)"


def lately(day: str) -> str:
    """SQL: `day` is no later than the day of the list, and recent enough for finished work to be
    shown."""
    done = number("'today.done_days'")
    return f"{day} between cast($as_of - to_days(cast({done} as integer)) as date) and $as_of"


def business_days_after(day: str, parameter: str) -> str:
    """SQL for the n-th business day after `day`, n being a parameter.

    The first day with a number is the business day; the days that follow with the same number are
    not.
    """
    return f"""(select min(later.day) from resolved.business_days as later
        where later.business_day_number = (
            select start.business_day_number from resolved.business_days as start
            where start.day = {day}) + {number(f"'{parameter}'")})"""


def program_day(moment: str) -> str:
    """SQL for the day of a UTC instant in the program's zone."""
    return f"""(select cast({moment} + to_seconds(arg_max(offset_seconds, from_at)) as date)
        from resolved.zone_changes where from_at <= {moment})"""


# The programs in which each partner is enrolled on the day, by the rules of the ledger
# (int_ledger__pairs): a partner that was terminated or merged into another by then owes nothing
# more, and a new enrolment starts every clock again.
ENROLLED = """enrolled as (
    select e.partner_id, e.program, max(e.enrolled_on) as enrolled_on
    from staging.stg_partner_activity__enrollments as e
    where e.enrolled_on <= $as_of and (e.ended_on is null or e.ended_on > $as_of)
        and not exists (
            select 1 from staging.stg_partner_activity__partners as left_ones
            where left_ones.partner_id = e.partner_id
                and coalesce(left_ones.terminated_on <= $as_of, left_ones.status = 'terminated'))
        and not exists (
            select 1 from intermediate.int_partners__successions as merged
            where merged.partner_id = e.partner_id and merged.effective_on <= $as_of
                and not merged.is_in_ring)
    group by e.partner_id, e.program)"""
EVENTS = f"""events as (
    select *, {program_day("occurred_at")} as day
    from staging.stg_deal_registration__registration_events
    where {program_day("occurred_at")} <= $as_of)"""
SUBMITTED = f"""submitted as (
    select *, {program_day("submitted_at")} as day
    from staging.stg_deal_registration__registrations
    where {program_day("submitted_at")} <= $as_of)"""
# The program whose partners register deals; the first in the alphabet where there are several.
DEALS_PROGRAM = """(select min(item) from policy.lists
    where parameter = 'deal.registering_programs' and effective_from <= $as_of
        and (effective_to is null or effective_to > $as_of))"""
