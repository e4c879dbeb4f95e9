-- What is measured in days or customers, in addition to the checks: the answer to a registration,
-- the life of an approval, the use of a listed app. `status` is like a criterion's; each has the
-- row that shows it, whose terms set its limit (`whose`), and the limit itself where it is not the
-- parameter's value alone: an extension adds days. Parameters: $kind, $id.
with numbers as (
    -- A day that is none counts as the next business day: an answer on it is later than the last.
    select day, business_day_number + case when is_business_day then 0 else 1 end as day_number
    from resolved.business_days
)

select
    'response' as need, 'DEAL-RESPONSE' as clause, '<=' as comparator,
    answered.day_number - deals.submitted_number as value,
    case
        when states.responded_late then 'not_met'
        when states.answered_on is not null then 'met'
        else 'not_applicable'
    end as status,
    case
        when states.answered_on is not null then 'answered on ' || cast(states.answered_on as varchar)
        when states.responded_late then 'not answered'
        when states.withdrawn_on is not null
            then 'withdrawn on ' || cast(states.withdrawn_on as varchar)
        else 'not answered yet'
    end || ', due on ' || coalesce(cast(deals.respond_by as varchar), 'no day') as detail,
    'deal_registration' as source,
    case when events._file is null then 'registrations' else 'registration_events' end as entity,
    coalesce(events._file, deals._file) as file,
    case when events._file is null then deals._row else events._row end as row_number,
    case when events._file is null then deals._cell else events._cell end as cell,
    deals.submitted_on as day, deals.partner_id as whose,
    'business days' as unit, cast(null as bigint) as threshold
from intermediate.int_deals__registrations as deals
inner join intermediate.int_deals__states as states using (registration_id)
left join intermediate.int_deals__events as events
    on events.registration_id = deals.registration_id
    and events.event in ('approved', 'rejected')
    and events.occurred_on = states.answered_on
left join numbers as answered on answered.day = states.answered_on
where $kind = 'deals' and deals.registration_id = $id
qualify row_number() over (order by events.position) = 1
union all
select
    'approval', 'DEAL-PERIOD', '<=',
    coalesce(states.ended_on, deals.as_of) - states.approved_on,
    case when states.state = 'expired' then 'not_met' else 'met' end,
    'approved on ' || cast(states.approved_on as varchar) || case
        when states.expires_on - states.approved_on > events.approval_days then ', extended'
        else ''
    end || ', good until ' || coalesce(cast(states.expires_on as varchar), 'no day')
    || coalesce(', ended on ' || cast(states.ended_on as varchar), ''),
    'deal_registration', 'registration_events', events._file, events._row, events._cell,
    states.approved_on, deals.partner_id, 'days', states.expires_on - states.approved_on
from intermediate.int_deals__registrations as deals
inner join intermediate.int_deals__states as states using (registration_id)
left join intermediate.int_deals__events as events
    on events.registration_id = deals.registration_id
    and events.event = 'approved'
    and events.occurred_on = states.approved_on
where $kind = 'deals' and deals.registration_id = $id and states.approved_on is not null
qualify row_number() over (order by events.position) = 1
union all
select
    'use', 'APP-LOW-USAGE', '>=', usage.active_customers,
    case
        when listings.removal_candidate is null then 'no_evidence'
        when listings.removal_candidate then 'needs_review'
        when not usage.is_listed_throughout then 'not_applicable'
        else 'met'
    end,
    'active customers since ' || cast(usage.since_on as varchar) || coalesce(
        ', last on ' || cast(usage.last_active_on as varchar), ', none seen'
    ) || case when usage.is_listed_throughout then '' else '; not listed all that time' end,
    'app_usage', 'usage_events', calls.file, null, null, usage.as_of,
    usage.partner_id, 'customers', null
from intermediate.int_apps__rolling_usage as usage
inner join marts.fct_listings as listings using (app_id)
left join (
    select app_id, max(file) as file
    from intermediate.int_usage__call_months
    where outcome = 'counted' and app_id = $id
    group by app_id
) as calls using (app_id)
where $kind = 'listings' and usage.app_id = $id
