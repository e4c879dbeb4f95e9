-- The days that can turn a currency into USD: both rates were published, in units for one euro.
with rates as (
    select
        "date" as rate_date,
        currency,
        units_per_eur
    from {{ ref('stg_reference__fx_rates') }}
    where units_per_eur > 0
),

dollars as (
    select
        rate_date,
        units_per_eur as usd_per_eur
    from rates
    where currency = 'USD'
)

select
    rates.currency,
    rates.rate_date,
    dollars.usd_per_eur,
    rates.units_per_eur
from rates
inner join dollars on rates.rate_date = dollars.rate_date
where rates.currency not in ('EUR', 'USD')
union all
-- The euro needs the dollar's rate alone.
select
    'EUR' as currency,
    rate_date,
    usd_per_eur,
    cast(1 as decimal(38, 10)) as units_per_eur
from dollars
