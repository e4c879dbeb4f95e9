"""Deal registrations that wait for the vendor, or whose approval ends.

Belongs here: which registrations are an item (DEAL-RESPONSE, DEAL-EXTENSION, DEAL-PERIOD).
Does not: order, printing, the checks of a registration (transforms).
"""

from __future__ import annotations

from scoring.today.parts import EVENTS, SUBMITTED, business_days_after, number, within

REGISTRATIONS = f"""
with {EVENTS}, {SUBMITTED}
select {business_days_after("submitted.day", "deal.response_business_days")} as due,
    submitted.partner_id, submitted.registration_id as subject,
    'Registration ' || submitted.registration_id || ' of ' || submitted.customer_name as what,
    'Submitted on ' || submitted.day || ' and not answered.' as why,
    'DEAL-RESPONSE' as clause,
    coalesce('The checks recommend: ' || marts.recommendation || coalesce(
        ' (' || nullif(array_to_string(marts.reasons, ', '), '') || ')', ''
    ) || '. ', '') || 'Approve or reject it.' as next_step
from submitted
left join marts.fct_deal_registrations as marts using (registration_id)
where not exists (
    select 1 from events
    where events.registration_id = submitted.registration_id
        and events.event in ('approved', 'rejected', 'withdrawn', 'closed_won', 'closed_lost'))
"""
EXTENSIONS = f"""
with {EVENTS}, asked as (
    select registration_id, max(day) as day from events
    where event = 'extension_requested' group by registration_id)
select {business_days_after("asked.day", "today.extension_answer_business_days")} as due,
    registrations.partner_id, asked.registration_id as subject,
    'Extension of registration ' || asked.registration_id || ' for '
        || registrations.customer_name as what,
    'Asked for on ' || asked.day || ' and not answered.' as why,
    'DEAL-EXTENSION' as clause,
    'Grant or refuse the extension.' as next_step
from asked
inner join staging.stg_deal_registration__registrations as registrations using (registration_id)
where not exists (
    select 1 from events
    where events.registration_id = asked.registration_id
        and (events.event in ('closed_won', 'closed_lost', 'withdrawn', 'rejected')
            or events.event in ('extended', 'extension_refused') and events.day >= asked.day))
"""
# An approval ends some days after it was given; the first extension asked for or granted by then
# moves the end on (DEAL-EXTENSION).
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
select ended.ends_on as due, registrations.partner_id, ended.registration_id as subject,
    'Approval of registration ' || ended.registration_id || ' for '
        || registrations.customer_name as what,
    'Approved on ' || ended.day || ', not closed, ends on ' || ended.ends_on || '.' as why,
    'DEAL-PERIOD' as clause,
    'Ask the partner whether it closes by then, or for an extension request.' as next_step
from ended
inner join staging.stg_deal_registration__registrations as registrations using (registration_id)
where {within("ended.ends_on", "approval")} and not exists (
    select 1 from events
    where events.registration_id = ended.registration_id
        and events.event in ('closed_won', 'closed_lost', 'withdrawn', 'rejected'))
"""
