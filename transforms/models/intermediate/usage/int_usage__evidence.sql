-- The evidence behind the usage metrics: app-customer-months with their files for the average; for
-- the data flow of each listed app the months in which it was seen to read or to write.
-- Parts are summed before they meet the windows of every period: there are fewer of them.
with calls as (
    select partner_id, app_id, company_id, month, file, sum(calls) as calls
    from {{ ref('int_usage__call_months') }}
    where outcome = 'counted'
    group by partner_id, app_id, company_id, month, file
)

select
    {{ figure_key('judged') }},
    'app_usage' as source,
    'usage_events' as entity,
    calls.file,
    cast(null as bigint) as row_number,
    cast(null as string) as cell,
    calls.month as evidence_date,
    'app ' || calls.app_id || ', customer ' || calls.company_id || ', '
    || {{ month_text('calls.month') }} || ': ' || cast(calls.calls as string) || ' calls'
    as detail
from {{ ref('int_usage__judged') }} as judged
inner join {{ ref('int_usage__windows') }} as windows
    on {{ same_partner('judged', 'windows') }}
inner join calls
    on judged.partner_id = calls.partner_id
    and calls.month between windows.first_month and windows.last_month
where judged.metric = 'average_monthly_active_customers'
union all
select
    {{ figure_key('judged') }},
    'app_usage' as source,
    flow.entity,
    flow.file,
    flow.row_number,
    flow.cell,
    flow.month as evidence_date,
    'app ' || flow.app_id || ', ' || {{ month_text('flow.month') }} || case
        when flow.reads = 1 and flow.writes = 1 then ': read and written'
        when flow.reads = 1 then ': read'
        else ': written'
    end as detail
from {{ ref('int_usage__judged') }} as judged
inner join {{ ref('int_usage__data_flow') }} as data_flow
    on {{ same_member('judged', 'data_flow') }}
inner join {{ ref('int_apps__listed') }} as listed
    on data_flow.period = listed.period
    and data_flow.app_id = listed.app_id
inner join {{ ref('int_usage__flow_months') }} as flow
    on data_flow.app_id = flow.app_id
    and data_flow.partner_id = flow.partner_id
    and flow.month between data_flow.first_month and data_flow.last_month
where judged.metric = 'bidirectional_apps'
