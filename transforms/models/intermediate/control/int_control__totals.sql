-- The control totals in force with the days that their periods span; null if the run computed no
-- such period. A period of the policy takes precedence over a calendar period of the same name.
with span as (
    select min(starts_on) as starts_on, max(ends_on) as ends_on
    from {{ ref('int_periods') }}
),

months as (
    select {{ each_month(month_of('span.starts_on'), 'span.ends_on') }} as month
    from span
    {{ months_beside(month_of('span.starts_on'), 'span.ends_on') }}
    where span.starts_on is not null
),

named as (
    select
        period,
        starts_on,
        ends_on,
        0 as place
    from {{ ref('int_periods') }}
    union all
    select
        {{ month_text('month') }} as period,
        month as starts_on,
        {{ month_end_of('month') }} as ends_on,
        1 as place
    from months
    union all
    select
        cast(extract(year from month) as string) || '-Q'
        || cast(cast((extract(month from month) + 2) / 3 as bigint) as string) as period,
        month as starts_on,
        {{ month_end_of(add_months('month', 2)) }} as ends_on,
        1 as place
    from months
    where extract(month from month) in (1, 4, 7, 10)
),

periods as (
    {% call first_of_each('named.period', 'named.place') %}
    select
        named.period,
        named.starts_on,
        named.ends_on
    from named
    cross join span
    where named.ends_on <= span.ends_on
    {% endcall %}
)

select
    totals.period,
    totals.measure,
    totals.partner_id,
    -- A whole program has no partner; an empty text joins where null would not.
    coalesce(totals.partner_id, '') as whose,
    totals.source,
    totals.as_of,
    totals.value as stated,
    periods.starts_on,
    periods.ends_on,
    totals._file,
    totals._row
from {{ ref('stg_reference__control_totals') }} as totals
left join periods
    on upper({{ trimmed('totals.period') }}) = upper(periods.period)
