-- Each app launched by the year's end with its observed and its declared data flow
-- (TIER-BIDIRECTIONAL). Observed is null where a month of the window is not covered, or the policy
-- does not say how many months make a flow.
select
    cast(flow.year as bigint) as year,
    flow.app_id,
    flow.observed,
    owners.declared_data_flow as declared,
    cast(flow.months_read as bigint) as months_read,
    cast(flow.months_write as bigint) as months_write
from {{ ref('int_usage__data_flow') }} as flow
inner join {{ ref('int_periods') }} as periods
    on flow.period = periods.period
inner join {{ ref('int_apps__owners') }} as owners
    on flow.app_id = owners.app_id
    and {{ holds_on('owners', 'periods.ends_on') }}
where flow.kind = 'year'
order by flow.year, flow.app_id
