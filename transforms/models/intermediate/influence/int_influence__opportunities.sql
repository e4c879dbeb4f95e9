-- Opportunities closed in the run's year, by the run's day, other than renewals, with their amount
-- in USD by the rates of the day they closed, as lines are priced (int_arr__lines): by a currency's
-- irrevocable rate once it has joined the euro, and by no rate older than the policy allows. Null
-- if it is not known. Renewals are part of retention.
with closed as (
    select
        opportunities.*,
        euro.units_per_eur as fixed_units,
        case when euro.currency is null then opportunities.currency else 'EUR' end as rate_currency
    from {{ ref('stg_crm__opportunities') }} as opportunities
    inner join {{ year_so_far() }} as year
        on opportunities.closed_on between year.starts_on and year.ends_on
    left join {{ ref('int_arr__euro_rates') }} as euro
        on opportunities.currency = euro.currency
        and opportunities.closed_on >= euro.joined_on
    where opportunities.kind <> 'renewal' and opportunities.is_won is not null
),

rated as (
    select
        closed.*,
        rates.rate_date,
        rates.usd_per_eur as latest_usd,
        coalesce(closed.fixed_units, rates.units_per_eur) as latest_units
    from closed
    {{ join_latest_rates('closed', 'rate_currency', 'closed_on') }}
),

priced as (
    select
        rated.*,
        case
            when rated.currency = 'USD' then 1
            when {{ days_between('rated.rate_date', 'rated.closed_on') }} <= rules.number
                then rated.latest_usd
        end as usd_per_eur,
        case
            when rated.currency = 'USD' then 1
            when {{ days_between('rated.rate_date', 'rated.closed_on') }} <= rules.number
                then rated.latest_units
        end as units_per_eur
    from rated
    left join {{ ref('int_arr__rules') }} as rules
        on rules.rule = 'rate_max_age_days'
        and {{ in_force_on('rules', 'rated.closed_on') }}
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
from priced
