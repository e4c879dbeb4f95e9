"""Pieces of SQL that the queries of all kinds of action share.

Belongs here: a parameter on the day, horizons, business days, enrolments, holders, events up to the
day. Does not: any kind of action.
"""

from __future__ import annotations


def number(parameter: str) -> str:
    """SQL for the number of a parameter in force on the day; `parameter` is an SQL text."""
    return f"""(select number from policy.parameter_values
        where parameter = {parameter} and effective_from <= $as_of
            and (effective_to is null or effective_to > $as_of))"""


def term(parameter: str, partner: str, day: str = "$as_of", column: str = "number") -> str:
    """SQL for a parameter in force for a partner on `day`: the term of its own agreement, else the
    policy's value (GUIDE-AGREEMENT).

    Of terms that disagree the smallest is taken, so that nothing is announced too late; which of
    them holds is an action of its own. Numbers end at 12,000: a typing error must not leave the
    calendar. `parameter` and `partner` are SQL texts.
    """
    value = f"""coalesce(
        (select min(own.{column}) from intermediate.int_policy__term_spans as own
            where own.partner_id = {partner} and own.parameter = {parameter} and own.is_of_kind
                and {_holds("own", day)}),
        (select held.{column} from policy.parameter_values as held
            where held.parameter = {parameter} and held.effective_from <= {day}
                and (held.effective_to is null or held.effective_to > {day})))"""
    return value if column == "value" else f"least(greatest({value}, -12000), 12000)"


def terms(pairs: str, name: str) -> str:
    """SQL for (partner_id, program, item) of the list `<program>.<name>` in force for each row of
    `pairs`: its partner's own, else the policy's."""
    own = f"""intermediate.int_policy__term_spans as own
        where own.partner_id = pairs.partner_id and own.parameter = pairs.program || '.{name}'
            and {_holds("own", "$as_of")}"""
    return f"""(select pairs.partner_id, pairs.program, lists.item from {pairs} as pairs
        inner join policy.lists as lists on lists.parameter = pairs.program || '.{name}'
            and lists.effective_from <= $as_of
            and (lists.effective_to is null or lists.effective_to > $as_of)
        where not exists (select 1 from {own})
        union
        select pairs.partner_id, pairs.program, trim(items.item) as item
        from {pairs} as pairs
        cross join lateral (
            select unnest(string_split(own.value, ',')) as item from {own}) as items)"""


def _holds(span: str, day: str) -> str:
    return f"{span}.from_on <= {day} and ({span}.to_on is null or {span}.to_on >= {day})"


def holder(partner: str, day: str = "$as_of") -> str:
    """SQL for who holds on `day` what belonged to a partner: itself, or whom it merged into."""
    return f"""coalesce(
        (select held.holder_id from intermediate.int_partners__holders as held
            where held.partner_id = {partner}
                and (held.from_on is null or held.from_on <= {day})
                and (held.to_on is null or held.to_on > {day})), {partner})"""


def within(day: str, horizon: str) -> str:
    """SQL: `day` is the day of the list, or one of the `horizon` days after it."""
    days = number(f"'today.{horizon}_horizon_days'")
    return f"{day} between $as_of and cast($as_of + to_days(cast({days} as integer)) as date)"


def days_after(day: str, parameter: str) -> str:
    """SQL for the day n days after `day`, n being a parameter."""
    return later_by(day, number(f"'{parameter}'"))


def later_by(day: str, days: str) -> str:
    """SQL for the day `days` (SQL) after `day`."""
    return f"cast({day} + to_days(cast({days} as integer)) as date)"


def lately(day: str) -> str:
    """SQL: `day` is no later than the day of the list, and recent enough for finished work to be
    shown."""
    done = number("'today.done_days'")
    return f"{day} between cast($as_of - to_days(cast({done} as integer)) as date) and $as_of"


def business_days_after(day: str, days: str) -> str:
    """SQL for the n-th business day after `day`, n being `days` (SQL); where the calendar does not
    reach that far, its last day.

    The first day with a number is the business day; the days that follow with the same number are
    not.
    """
    return f"""coalesce((select min(later.day) from resolved.business_days as later
        where later.business_day_number = (
            select start.business_day_number from resolved.business_days as start
            where start.day = {day}) + greatest(floor({days}), 0)),
        (select max(day) from resolved.business_days))"""


def day_of_month(month: str, day: str) -> str:
    """SQL for a day of the month that begins on `month`; what is beyond its last is the last."""
    first = f"cast({month} as date)"
    days = f"cast(least(greatest({day}, 1), 31) as integer) - 1"
    return f"least(last_day({first}), cast({first} + to_days({days}) as date))"


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
# `partner_id` holds the registration on the day; its clocks are those of who submitted it.
SUBMITTED = f"""submitted as (
    select registrations.* replace ({holder("registrations.partner_id")} as partner_id),
        {program_day("registrations.submitted_at")} as day,
        {holder("registrations.partner_id", program_day("registrations.submitted_at"))}
            as submitted_by
    from staging.stg_deal_registration__registrations as registrations
    where {program_day("registrations.submitted_at")} <= $as_of)"""
# The program whose partners register deals; the first in the alphabet where there are several.
DEALS_PROGRAM = """(select min(item) from policy.lists
    where parameter = 'deal.registering_programs' and effective_from <= $as_of
        and (effective_to is null or effective_to > $as_of))"""
