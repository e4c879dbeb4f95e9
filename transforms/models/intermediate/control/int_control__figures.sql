{% set key = 'totals.period, totals.measure, totals.whose' -%}
-- Our own figure for each period, measure and partner (or whole program) for which somebody stated
-- a total; no row if nothing was counted.
with totals as (
    select distinct
        totals.period,
        totals.measure,
        totals.whose,
        totals.starts_on,
        totals.ends_on,
        {{ program_midnight(add_days('totals.ends_on', 1), 'run.time_zone') }} as ended_at
    from {{ ref('int_control__totals') }} as totals
    cross join {{ source('run', 'parameters') }} as run
    where totals.ends_on is not null
)

-- ARR on the period's last day.
select
    {{ key }},
    case when count(*) = count(days.arr_usd) then sum(days.arr_usd) end as ours,
    -- Without the lines in doubt.
    case when count(*) = count(days.sure_usd) then sum(days.sure_usd) end as other_value,
    min(days.unpriced_line) as unpriced_line
from totals
inner join {{ ref('int_arr__partner_days') }} as days
    on totals.ends_on = days.day
    and (totals.whose = '' or totals.whose = days.partner_id)
where totals.measure = 'arr_usd'
group by {{ key }}
union all
-- Booked: what began within the period, before any cut.
select
    {{ key }},
    case when count(*) = count(lines.booked_usd) then sum(lines.booked_usd) end as ours,
    case when count(*) = count(lines.booked_usd) then sum(lines.booked_usd) end as other_value,
    min(case when lines.booked_usd is null then lines.line_name end) as unpriced_line
from totals
inner join {{ ref('int_arr__lines') }} as lines
    on lines.term_start between totals.starts_on and totals.ends_on
    and (totals.whose = '' or totals.whose = lines.partner_id)
where totals.measure = 'booked_arr_usd'
    and lines.standing not in ('ends', 'superseded')
group by {{ key }}
union all
-- Customers with a counted call in a month of the period, each once.
select
    {{ key }},
    {{ counted_total('months.company_id') }}
from totals
inner join {{ ref('int_usage__call_months') }} as months
    on months.month between {{ month_of('totals.starts_on') }} and totals.ends_on
    and (totals.whose = '' or totals.whose = months.partner_id)
where totals.measure = 'active_customers'
    and months.outcome = 'counted'
    and months.partner_id is not null
group by {{ key }}
union all
-- Installations at the period's end, without demonstrations.
select
    {{ key }},
    {{ counted_total('installations.installation_id') }}
from totals
inner join {{ ref('stg_app_usage__installations') }} as installations
    on installations.installed_at < totals.ended_at
    and (installations.uninstalled_at is null or installations.uninstalled_at >= totals.ended_at)
inner join {{ ref('int_apps__owners') }} as owners
    on installations.app_id = owners.app_id
    and {{ holds_on('owners', 'totals.ends_on') }}
    and (totals.whose = '' or totals.whose = owners.partner_id)
where totals.measure = 'installations'
    and not installations.is_demo
group by {{ key }}
union all
-- Apps listed at the period's end.
select
    {{ key }},
    {{ counted_total('states.app_id') }}
from totals
{{ join_listed_apps('totals.ends_on') }}
where totals.measure = 'listed_apps'
    and (totals.whose = '' or totals.whose = owners.partner_id)
group by {{ key }}
