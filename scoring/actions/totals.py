"""Differences between our figures and those that finance or the marketplace stated.

Belongs here: which control totals wait for an explanation. Does not: comparing them
(fct_control_totals), or any tolerance (policy parameters `control.*`).
"""

from __future__ import annotations

from scoring.actions.parts import days_after

# A corrected total with the same key, or data that explain the difference, end the action.
CONTROL_TOTALS = f"""
select {days_after("totals.as_of", "today.control_total_due_days")} as due,
    totals.partner_id, null as program,
    totals.period || ' ' || totals.measure || ' ' || totals.source as subject,
    'Control total ' || totals.measure || ' of ' || totals.period || ' by ' || totals.source
        as what,
    totals.source || ' has ' || cast(totals.stated as varchar) || ', ours is '
        || cast(totals.ours as varchar) || ', the difference ' || cast(totals.difference as varchar)
        || '. ' || totals.reason as why,
    cast(null as varchar) as clause,
    'Find out whose figure is right: deliver what is missing, or a corrected total.' as next_step,
    'open' as state, 'marts.fct_control_totals' as source_table,
    totals.period || ' ' || totals.measure || ' ' || coalesce(totals.partner_id || ' ', '')
        || totals.source as source_key
from marts.fct_control_totals as totals
where totals.status in ('differs', 'in_doubt') and totals.as_of <= $as_of
"""
