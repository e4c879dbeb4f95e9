"""Deal registrations that wait for the vendor, or whose approval ends soon.

Belongs here: which registrations wait (DEAL-RESPONSE, DEAL-EXTENSION, DEAL-PERIOD).
Does not: order, printing, the checks of a registration (transforms).
"""

from __future__ import annotations

from scoring.actions.parts import (
    DEALS_PROGRAM,
    EVENTS,
    SUBMITTED,
    business_days_after,
    lately,
    number,
    within,
)

# An answer ends the wait; a return gives the registration back to its partner and answers nothing.
REGISTRATIONS = f"""
with {EVENTS}, {SUBMITTED}, answers as (
    select registration_id, min(day) as day, arg_min(event, occurred_at) as event,
        arg_min(decided_by, occurred_at) as decided_by
    from events
    where event in ('approved', 'rejected', 'withdrawn', 'closed_won', 'closed_lost')
    group by registration_id),
returns as (
    select registration_id, max(day) as day from events where event = 'returned'
    group by registration_id),
reasons as (
    select marts.registration_id, string_agg(checks.detail, '; ' order by checks.clause) as words
    from marts.fct_deal_registrations as marts
    inner join intermediate.int_deals__checks as checks
        on checks.registration_id = marts.registration_id
        and list_contains(marts.reasons, checks.clause)
    group by marts.registration_id)
select {business_days_after("submitted.day", "deal.response_business_days")} as due,
    submitted.partner_id, {DEALS_PROGRAM} as program, submitted.registration_id as subject,
    'Registration ' || submitted.registration_id || ' of ' || submitted.customer_name as what,
    'Submitted on ' || submitted.day || case
        when answers.day is not null then '; ' || replace(answers.event, '_', ' ') || ' on '
            || answers.day || coalesce(' by ' || answers.decided_by, '') || '.'
        when returns.day is not null then '; returned to the partner on ' || returns.day
            || ', which is not an answer yet.'
        else ' and not answered.' end as why,
    'DEAL-RESPONSE' as clause,
    case when answers.day is null then coalesce('The checks recommend: ' || marts.recommendation
        || coalesce(' (' || reasons.words || ')', '') || '. ', '') || 'Approve or reject it.'
        end as next_step,
    case when answers.day is not null then 'done' when returns.day is not null then 'waiting'
        else 'open' end as state,
    'marts.fct_deal_registrations' as source_table, submitted.registration_id as source_key
from submitted
left join marts.fct_deal_registrations as marts using (registration_id)
left join reasons using (registration_id)
left join answers using (registration_id)
left join returns using (registration_id)
where answers.day is null or {lately("answers.day")}
"""
EXTENSIONS = f"""
with {EVENTS}, asked as (
    select registration_id, max(day) as day from events
    where event = 'extension_requested' group by registration_id),
answers as (
    select asked.registration_id, min(events.day) as day,
        arg_min(events.event, events.occurred_at) as event
    from asked
    inner join events using (registration_id)
    where events.event in ('closed_won', 'closed_lost', 'withdrawn', 'rejected')
        or events.event in ('extended', 'extension_refused') and events.day >= asked.day
    group by asked.registration_id)
select {business_days_after("asked.day", "today.extension_answer_business_days")} as due,
    registrations.partner_id, {DEALS_PROGRAM} as program,
    asked.registration_id || ' ' || asked.day as subject,
    'Extension of registration ' || asked.registration_id || ' for '
        || registrations.customer_name as what,
    'Asked for on ' || asked.day || case
        when answers.day is not null
            then '; ' || replace(answers.event, '_', ' ') || ' on ' || answers.day || '.'
        else ' and not answered.' end as why,
    'DEAL-EXTENSION' as clause,
    case when answers.day is null then 'Grant or refuse the extension.' end as next_step,
    case when answers.day is null then 'open' else 'done' end as state,
    'marts.fct_deal_registrations' as source_table, asked.registration_id as source_key
from asked
inner join staging.stg_deal_registration__registrations as registrations using (registration_id)
left join answers using (registration_id)
where answers.day is null or {lately("answers.day")}
"""
# An approval ends some days after it was given; the first extension requested or granted by then
# moves the end (DEAL-EXTENSION).
APPROVALS = f"""
with {EVENTS}, approved as (
    select registration_id, min(day) as day from events
    where event = 'approved' group by registration_id),
first_end as (
    select *, cast(day + to_days(cast({number("'deal.approval_days'")} as integer)) as date)
        as ends_on
    from approved),
ended as (
    select registration_id, day,
        case when {number("'deal.extensions_allowed'")} >= 1 and exists (
            select 1 from events as granted
            where granted.registration_id = first_end.registration_id
                and granted.event = 'extended'
                and (granted.day <= ends_on or exists (
                    select 1 from events as asked
                    where asked.registration_id = first_end.registration_id
                        and asked.event = 'extension_requested' and asked.day <= ends_on)))
        then cast(ends_on + to_days(cast({number("'deal.extension_days'")} as integer)) as date)
        else ends_on end as ends_on
    from first_end)
select ended.ends_on as due, registrations.partner_id, {DEALS_PROGRAM} as program,
    ended.registration_id as subject,
    'Approval of registration ' || ended.registration_id || ' for '
        || registrations.customer_name as what,
    'Approved on ' || ended.day || ', not closed, ends on ' || ended.ends_on || '.' as why,
    'DEAL-PERIOD' as clause,
    'Ask the partner whether it closes by then, or for an extension request.' as next_step,
    'open' as state,
    'marts.fct_deal_registrations' as source_table, ended.registration_id as source_key
from ended
inner join staging.stg_deal_registration__registrations as registrations using (registration_id)
where {within("ended.ends_on", "approval")} and not exists (
    select 1 from events
    where events.registration_id = ended.registration_id
        and events.event in ('closed_won', 'closed_lost', 'withdrawn', 'rejected'))
"""
