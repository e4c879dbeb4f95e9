-- Opportunities closed in the run's year, by the run's day, other than renewals, with their amount
-- in USD by the rates of the day they closed; null if it is not known. Renewals are part of
-- retention.
with year as (
    select
        {{ date_from_parts('run.year', 1, 1) }} as starts_on,
        least({{ date_from_parts('run.year', 12, 31) }}, run.as_of) as ends_on
    from {{ source('run', 'parameters') }} as run
),

closed as (
    select
        opportunities.*,
        case when opportunities.currency = 'USD' then 1 else rates.usd_per_eur end as usd_per_eur,
        case when opportunities.currency = 'USD' then 1 else rates.units_per_eur end
            as units_per_eur
    from (
        select opportunities.*
        from {{ ref('stg_crm__opportunities') }} as opportunities
        inner join year
            on opportunities.closed_on between year.starts_on and year.ends_on
        where opportunities.kind <> 'renewal' and opportunities.is_won is not null
    ) as opportunities
    {{ join_latest_rates('opportunities', 'currency', 'closed_on') }}
)

select
    opportunity_id,
    account_id,
    is_won,
    closed_on,
    amount,
    currency,
    {{ quotient_or_null(
        [as_whole('amount', 10000), as_whole('usd_per_eur', 10000000000)],
        [as_whole('units_per_eur', 10000000000)]
    ) }} as amount_usd
from closed
