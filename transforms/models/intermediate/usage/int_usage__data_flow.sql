-- The observed data flow of each app launched by a period's end, over its owner's window and in its
-- owner's days (TIER-BIDIRECTIONAL): what covered months prove counts; null where missing months
-- could still prove more.
with ladder as (
    select program from {{ source('policy', 'programs') }} where has_tiers
),

apps as (
    select
        windows.period,
        windows.kind,
        windows.year,
        windows.partner_id,
        ladder.program,
        launches.app_id,
        windows.first_month,
        windows.last_month,
        windows.months,
        windows.uncovered_months
    from {{ ref('int_usage__windows') }} as windows
    inner join {{ ref('int_periods') }} as periods
        on windows.period = periods.period
    inner join {{ ref('int_apps__owners') }} as owners
        on windows.partner_id = owners.partner_id
        and {{ holds_on('owners', 'periods.ends_on') }}
    inner join {{ ref('int_apps__launches') }} as launches
        on owners.app_id = launches.app_id
        and launches.launched_on <= periods.ends_on
    cross join ladder
),

needs as (
    select
        apps.*,
        -- `least` of an unknown number and the window would be the window.
        case
            when {{ parameter_number('need') }} < apps.months then {{ parameter_number('need') }}
            when {{ parameter_number('need') }} is not null then apps.months
        end as months_needed
    from apps
    {{ join_parameter('need', 'apps', "apps.program || '.data_flow_minimum_months'") }}
),

counted as (
    select
        needs.period,
        needs.app_id,
        count(distinct case when flow.reads = 1 then flow.month end) as months_read,
        count(distinct case when flow.writes = 1 then flow.month end) as months_write
    from needs
    left join {{ ref('int_usage__flow_months') }} as flow
        on needs.app_id = flow.app_id
        and needs.partner_id = flow.partner_id
        and flow.month between needs.first_month and needs.last_month
    group by needs.period, needs.app_id
),

-- Installations decide which calls count: without them the feed does not prove that anything is
-- missing.
installations as (
    select count(*) as deliveries
    from {{ ref('int_coverage__entities') }}
    where entity = 'installations'
)

select
    needs.period,
    needs.kind,
    needs.year,
    needs.partner_id,
    needs.program,
    needs.app_id,
    needs.first_month,
    needs.last_month,
    needs.months_needed,
    needs.uncovered_months,
    counted.months_read,
    counted.months_write,
    case
        when needs.months_needed is null then null
        when counted.months_read >= needs.months_needed
            and counted.months_write >= needs.months_needed then 'bidirectional'
        when needs.uncovered_months > 0 or installations.deliveries = 0 then null
        when counted.months_read >= needs.months_needed then 'pull'
        when counted.months_write >= needs.months_needed then 'push'
        else 'none'
    end as observed
from needs
inner join counted
    on needs.period = counted.period
    and needs.app_id = counted.app_id
cross join installations
