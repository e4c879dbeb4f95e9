-- The calendar quarters wholly in a period and wholly enrolled, of each pair of the ledger. The
-- enrolment runs at the period's end, so that only its beginning can cut a quarter.
with quarters as (
    select months.month as starts_on
    from {{ months_of_periods() }} as months
    where extract(month from months.month) in (1, 4, 7, 10)
),

named as (
    select
        cast(extract(year from starts_on) as string) || '-Q'
        || cast(extract(quarter from starts_on) as string) as quarter,
        starts_on,
        {{ add_days(add_months('starts_on', 3), -1) }} as ends_on
    from quarters
)

select
    {{ member_key('pairs') }},
    named.quarter,
    named.starts_on,
    named.ends_on,
    pairs.ends_on as period_ends_on
from {{ ref('int_ledger__pairs') }} as pairs
inner join named
    on named.starts_on >= pairs.starts_on
    and named.ends_on <= pairs.ends_on
    and named.starts_on >= pairs.enrolled_on
