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
    later_by,
    number,
    term,
    within,
)

# The clocks of a registration, each by the terms of who submitted it on the day that starts it.
RESPONSE = term("'deal.response_business_days'", "submitted.submitted_by", "submitted.day")
APPROVAL = term("'deal.approval_days'", "submitted.submitted_by", "approved.day")
EXTENSION = term("'deal.extension_days'", "first_end.submitted_by", "granted.day")
# An approval or rejection is the answer, and a withdrawal ends the wait; a return gives the
# registration back to its partner and answers nothing, and neither does closing a deal that nobody
# approved.
REGISTRATIONS = f"""
with {EVENTS}, {SUBMITTED}, answers as (
    select registration_id, min(day) as day, arg_min(event, occurred_at) as event,
        arg_min(decided_by, occurred_at) as decided_by
    from events
    where event in ('approved', 'rejected', 'withdrawn')
    group by registration_id),
noted as (
    select registration_id, max(day) as day, arg_max(event, occurred_at) as event from events
    where event in ('returned', 'closed_won', 'closed_lost') group by registration_id),
reasons as (
    select marts.registration_id, string_agg(checks.detail, '; ' order by checks.clause) as words
    from marts.fct_deal_registrations as marts
    inner join intermediate.int_deals__checks as checks
        on checks.registration_id = marts.registration_id
        and list_contains(marts.reasons, checks.clause)
    group by marts.registration_id)
select {business_days_after("submitted.day", RESPONSE)} as due,
    submitted.partner_id, {DEALS_PROGRAM} as program, submitted.registration_id as subject,
    'Registration ' || submitted.registration_id || ' of ' || submitted.customer_name as what,
    'Submitted on ' || submitted.day || case
        when answers.day is not null then '; ' || replace(answers.event, '_', ' ') || ' on '
            || answers.day || coalesce(' by ' || answers.decided_by, '') || '.'
        when noted.event = 'returned' then '; returned to the partner on ' || noted.day
            || ', which is not an answer yet.'
        when noted.day is not null then '; ' || replace(noted.event, '_', ' ') || ' on '
            || noted.day || ' without an approval, which is not an answer.'
        else ' and not answered.' end as why,
    'DEAL-RESPONSE' as clause,
    case when answers.day is null then coalesce('The checks recommend: ' || marts.recommendation
        || coalesce(' (' || reasons.words || ')', '') || '. ', '') || 'Approve or reject it.'
        end as next_step,
    case when answers.day is not null then 'done' when noted.event = 'returned' then 'waiting'
        else 'open' end as state,
    'marts.fct_deal_registrations' as source_table, submitted.registration_id as source_key
from submitted
left join marts.fct_deal_registrations as marts using (registration_id)
left join reasons using (registration_id)
left join answers using (registration_id)
left join noted using (registration_id)
where answers.day is null or {lately("answers.day")}
"""
EXTENSIONS = f"""
with {EVENTS}, {SUBMITTED}, asked as (
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
select {business_days_after("asked.day", number("'today.extension_answer_business_days'"))} as due,
    submitted.partner_id, {DEALS_PROGRAM} as program,
    asked.registration_id || ' ' || asked.day as subject,
    'Extension of registration ' || asked.registration_id || ' for '
        || submitted.customer_name as what,
    'Asked for on ' || asked.day || case
        when answers.day is not null
            then '; ' || replace(answers.event, '_', ' ') || ' on ' || answers.day || '.'
        else ' and not answered.' end as why,
    'DEAL-EXTENSION' as clause,
    case when answers.day is null then 'Grant or refuse the extension.' end as next_step,
    case when answers.day is null then 'open' else 'done' end as state,
    'marts.fct_deal_registrations' as source_table, asked.registration_id as source_key
from asked
inner join submitted using (registration_id)
left join answers using (registration_id)
where answers.day is null or {lately("answers.day")}
"""
# An approval ends some days after it was given; the first extension after it that was requested or
# granted by then moves the end (DEAL-EXTENSION). Nothing follows a rejection or a withdrawal, and
# closing before an approval changes nothing (int_deals__timeline).
APPROVALS = f"""
with {EVENTS}, {SUBMITTED}, approved as (
    select registration_id, min(occurred_at) as occurred_at, min(day) as day from events
    where event = 'approved' and not exists (
        select 1 from events as before
        where before.registration_id = events.registration_id
            and before.event in ('rejected', 'withdrawn')
            and before.occurred_at < events.occurred_at)
    group by registration_id),
first_end as (
    select approved.*, submitted.partner_id, submitted.customer_name, submitted.submitted_by,
        {later_by("approved.day", APPROVAL)} as ends_on
    from approved
    inner join submitted using (registration_id)),
granted as (
    select first_end.registration_id, min(events.day) as day
    from first_end
    inner join events on events.registration_id = first_end.registration_id
        and events.event = 'extended' and events.occurred_at >= first_end.occurred_at
        and (events.day <= first_end.ends_on or exists (
            select 1 from events as asked
            where asked.registration_id = first_end.registration_id
                and asked.event = 'extension_requested' and asked.day <= first_end.ends_on))
    group by first_end.registration_id),
ended as (
    select first_end.* replace (
        case when {term("'deal.extensions_allowed'", "first_end.submitted_by", "granted.day")} >= 1
            then {later_by("ends_on", EXTENSION)} else ends_on end as ends_on)
    from first_end
    left join granted using (registration_id))
select ended.ends_on as due, ended.partner_id, {DEALS_PROGRAM} as program,
    ended.registration_id as subject,
    'Approval of registration ' || ended.registration_id || ' for '
        || ended.customer_name as what,
    'Approved on ' || ended.day || ', not closed, ends on ' || ended.ends_on || '.' as why,
    'DEAL-PERIOD' as clause,
    'Ask the partner whether it closes by then, or for an extension request.' as next_step,
    'open' as state,
    'marts.fct_deal_registrations' as source_table, ended.registration_id as source_key
from ended
where {within("ended.ends_on", "approval")} and not exists (
    select 1 from events
    where events.registration_id = ended.registration_id
        and events.occurred_at >= ended.occurred_at
        and events.event in ('closed_won', 'closed_lost', 'withdrawn', 'rejected'))
"""
