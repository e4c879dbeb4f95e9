-- The usage metrics of a window, of each (period, partner, program) that is judged by them
-- (TIER-WINDOW, TIER-BIDIRECTIONAL).
with windows as (
    select
        judged.*,
        windows.first_month,
        windows.last_month,
        coalesce(windows.months, 0) as months,
        coalesce(windows.uncovered_months, 0) as uncovered_months,
        windows.first_uncovered_month,
        {{ parameter_number('least') }} as least_months
    from {{ ref('int_usage__judged') }} as judged
    left join {{ ref('int_usage__windows') }} as windows
        on {{ same_partner('judged', 'windows') }}
    {{ join_parameter('least', 'judged', "judged.program || '.attainment_minimum_months'") }}
),

-- A company counts once per month across the partner's apps.
active as (
    select
        {{ figure_key('windows') }},
        sum(usage_months.active_customers) as customer_months
    from windows
    inner join {{ ref('int_usage__partner_months') }} as usage_months
        on windows.partner_id = usage_months.partner_id
        and usage_months.month between windows.first_month and windows.last_month
    group by {{ figure_key('windows') }}
),

averages as (
    select
        {{ figure_key('windows') }},
        -- Months without calls are 0; without a launch there is no month, and the figure is 0.
        case
            when windows.months = 0 then cast(0 as decimal(38, 4))
            else {{ share_of('coalesce(active.customer_months, 0)', 'windows.months') }}
        end as value,
        cast(null as decimal(38, 4)) as value_high,
        case
            when windows.uncovered_months > 0 then 'no_evidence'
            when windows.months between 1 and windows.least_months - 1 then 'needs_review'
        end as status,
        case
            when windows.months = 0
                then 'No app of the partner was launched by the end of ' || windows.period || '.'
            when windows.uncovered_months > 0
                then 'Months of the window without usage data: '
                    || cast(windows.uncovered_months as string) || ', the first '
                    || {{ month_text('windows.first_uncovered_month') }} || '.'
            when windows.months between 1 and windows.least_months - 1
                then 'Months in the window: ' || cast(windows.months as string) || '; at least '
                    || {{ plain_number('windows.least_months') }} || ' are needed.'
        end as status_reason
    from windows
    left join active
        on {{ same_figure('windows', 'active') }}
    where windows.metric = 'average_monthly_active_customers'
),

flows as (
    select
        {{ figure_key('windows') }},
        count(case when data_flow.observed = 'bidirectional' then 1 end) as two_way,
        count(case when data_flow.app_id is not null and data_flow.observed is null then 1 end)
            as unknown
    from windows
    left join {{ ref('int_apps__listed') }} as listed
        on {{ same_partner('windows', 'listed') }}
    left join {{ ref('int_usage__data_flow') }} as data_flow
        on listed.period = data_flow.period
        and listed.app_id = data_flow.app_id
        and windows.program = data_flow.program
    where windows.metric = 'bidirectional_apps'
    group by {{ figure_key('windows') }}
),

all_metrics as (
    select * from averages
    union all
    select
        {{ figure_key() }},
        cast(two_way as decimal(38, 4)) as value,
        cast(case when two_way > 0 and unknown > 0 then two_way + unknown end as decimal(38, 4))
            as value_high,
        case when two_way = 0 and unknown > 0 then 'no_evidence' end as status,
        case
            when unknown > 0
                then 'Listed apps whose data flow is unknown for want of usage data: '
                    || cast(unknown as string) || '.'
        end as status_reason
    from flows
)

select
    {{ figure_key('all_metrics') }},
    case when coalesce(all_metrics.status, '') <> 'no_evidence' then all_metrics.value end as value,
    all_metrics.value_high,
    cast(null as decimal(38, 4)) as expected,
    all_metrics.status,
    all_metrics.status_reason,
    coalesce(evidence.evidence_count, 0) as evidence_count,
    evidence.evidence_date
from all_metrics
left join {{ evidence_counts(ref('int_usage__evidence')) }} as evidence
    on {{ same_figure('all_metrics', 'evidence') }}
