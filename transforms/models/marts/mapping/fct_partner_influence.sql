-- What accounts that overlapped with a partner before they closed did in the run's year, compared
-- with those that did not. A comparison and not a cause: partners and customers choose each other
-- (TIER-PREMIER-STRATEGY).
with totals as (
    select
        count(*) as accounts,
        sum(closed) as closed,
        sum(won) as won,
        sum(won_usd) as won_usd,
        sum(customers) as customers,
        sum(retained) as retained
    from {{ ref('int_influence__accounts') }}
),

overlapping as (
    select
        partner_id,
        sum(counts) as accounts,
        sum(closed) as closed,
        sum(won) as won,
        sum(won_usd) as won_usd,
        sum(customers) as customers,
        sum(retained) as retained
    from {{ ref('int_influence__overlaps') }}
    group by partner_id
),

shares as (
    select
        partner_id,
        count(*) as deals,
        sum(share_usd) as share_usd,
        min(share_usd) as lowest,
        -- A square of two 18-digit amounts keeps 18 digits unless they are cast to more.
        sum(cast(share_usd as decimal(19, 4)) * cast(share_usd as decimal(19, 4))) as squares
    from {{ ref('int_influence__shares') }}
    group by partner_id
),

setting as (
    select
        run.year,
        policy.number as z
    from {{ source('run', 'parameters') }} as run
    left join {{ source('policy', 'parameter_values') }} as policy
        on policy.parameter = 'influence.interval_z'
        and {{ in_force_on('policy', 'run.as_of') }}
),

compared as (
    select
        setting.year,
        setting.z,
        overlapping.*,
        coalesce(shares.deals, 0) as deals,
        coalesce(shares.share_usd, 0) as share_usd,
        coalesce(shares.squares, 0) as squares,
        shares.lowest,
        totals.accounts - overlapping.accounts as other_accounts,
        totals.closed - overlapping.closed as other_closed,
        totals.won - overlapping.won as other_won,
        totals.won_usd - overlapping.won_usd as other_won_usd,
        totals.customers - overlapping.customers as other_customers,
        totals.retained - overlapping.retained as other_retained
    from overlapping
    cross join totals
    cross join setting
    left join shares on overlapping.partner_id = shares.partner_id
),

measured as (
    select
        year,
        partner_id,
        'influenced_revenue_usd' as measure,
        share_usd as value,
        deals as count,
        {{ sum_bound('share_usd', 'squares', 'deals', 'z', '-') }} as low,
        {{ sum_bound('share_usd', 'squares', 'deals', 'z', '+') }} as high,
        -- What as many accounts would have brought at the mean of the others.
        case
            when other_accounts > 0
                then {{ quotient_or_null(
                    [as_whole('other_won_usd', 10000), 'cast(accounts as ' ~ whole_type() ~ ')'],
                    ['cast(other_accounts as ' ~ whole_type() ~ ')']
                ) }}
        end as baseline,
        lowest
    from compared
    {%- for measure, part, whole in [
        ('win_rate', 'won', 'closed'), ('retention', 'retained', 'customers')
    ] %}
    union all
    select
        year,
        partner_id,
        '{{ measure }}' as measure,
        {{ share_of(part, whole) }} as value,
        {{ whole }} as count,
        {{ wilson_bound(part, whole, 'z', '-') }} as low,
        {{ wilson_bound(part, whole, 'z', '+') }} as high,
        {{ share_of('other_' ~ part, 'other_' ~ whole) }} as baseline,
        cast(null as decimal(18, 4)) as lowest
    from compared
    {%- endfor %}
)

select
    cast(year as bigint) as year,
    partner_id,
    measure,
    cast(value as decimal(38, 4)) as value,
    cast(count as bigint) as count,
    -- A sum of amounts of which none is below 0 cannot be below 0 either.
    cast(case when low < 0 and lowest >= 0 then 0 else low end as decimal(38, 4)) as low,
    cast(high as decimal(38, 4)) as high,
    cast(baseline as decimal(38, 4)) as baseline
from measured
order by partner_id, measure
