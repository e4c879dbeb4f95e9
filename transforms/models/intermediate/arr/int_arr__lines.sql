-- Each reseller line with its exact amount in USD, per year or plain, the days on which it counts
-- and the line that ended it (semantics 4, "ARR").
with roles as (
    select * from {{ ref('int_arr__roles') }}
),

changes as (
    select distinct line_number, changes_number, is_in_force
    from {{ ref('int_arr__changes') }}
),

settled as (
    select
        roles.*,
        changes.changes_number,
        coalesce(changed.term_start, roles.term_start) as priced_on,
        days.counts_to as last_day,
        days.ended_by,
        case
            when roles.line_type = 'cancellation' then 'ends'
            when roles.superseded_by is not null then 'superseded'
            when roles.is_trial then 'trial'
            when roles.line_type = 'one_time' then 'one_off'
            -- A credit recurs if it covers every day of the line that it is given on.
            when roles.line_type = 'credit' and not coalesce(
                roles.term_start <= changed.term_start and roles.term_end >= changed.term_end, false
            )
                then 'one_off'
            else 'recurs'
        end as standing,
        roles.line_type = 'expansion' and not changes.is_in_force as lacks_base
    from roles
    left join changes on roles.line_number = changes.line_number
    left join roles as changed on changes.changes_number = changed.line_number
    left join {{ ref('int_arr__days_counted') }} as days on roles.line_number = days.line_number
),

-- A currency of the euro is priced through its irrevocable rate from the day on which it joined.
euros as (
    select
        settled.*,
        euro.units_per_eur as fixed_units,
        case when euro.currency is null then settled.currency else 'EUR' end as rate_currency,
        case when settled.standing = 'recurs' then settled.whole_months else 12 end as months,
        case when settled.standing = 'recurs' then settled.rest_days else 0 end as days_beyond
    from settled
    left join {{ ref('int_arr__euro_rates') }} as euro
        on settled.currency = euro.currency
        and settled.priced_on >= euro.joined_on
),

rated as (
    select
        euros.*,
        rates.rate_date,
        rates.usd_per_eur,
        case
            when euros.fixed_units is null then rates.units_per_eur else euros.fixed_units
        end as units_per_eur
    from euros
    {{ join_latest_rates('euros', 'rate_currency', 'priced_on') }}
),

-- A rate that is older than the limit prices nothing. USD needs none.
aged as (
    select
        rated.*,
        {{ days_between('rated.rate_date', 'rated.priced_on') }}
        > {{ rule_number() }} as is_stale
    from rated
    {{ join_rule('rated', 'rate_max_age_days', 'priced_on') }}
),

priced as (
    select
        aged.*,
        case
            when currency = 'USD' then 1 when not coalesce(is_stale, false) then usd_per_eur
        end as usd_rate,
        case
            when currency = 'USD' then 1 when not coalesce(is_stale, false) then units_per_eur
        end as units_rate
    from aged
),

-- In an era a line counts from its first day to its last.
spanned as (
    select
        *,
        greatest(term_start, era_from) as first_on,
        least(last_day, {{ add_days('era_to', -1) }}) as last_on
    from priced
),

valued as (
    select
        *,
        standing = 'recurs' and last_day is not null and first_on <= last_on as has_days,
        -- A line that had ended before the era belongs to nobody in it.
        coalesce(last_day < era_from, false) as ended_before,
        {{ annualised_usd(
            'amount', 'months', 'days_beyond', 'span_days', 'usd_rate', 'units_rate'
        ) }} as value_usd
    from spanned
),

-- The one item of a line, and the days on which a renewal of several items including this one is in
-- force: on these days all the renewed items are one.
items as (
    select
        line_number,
        min(item) as item,
        count(*) as items
    from {{ ref('int_arr__items') }}
    group by line_number
),

bundles as (
    select
        valued.line_number,
        valued.holder_id,
        valued.subscription_id,
        valued.term_start,
        valued.last_day,
        line_items.item
    from valued
    inner join items on valued.line_number = items.line_number and items.items > 1
    inner join {{ ref('int_arr__items') }} as line_items
        on valued.line_number = line_items.line_number
    where valued.line_type = 'renewal' and valued.last_day is not null
),

bundled as (
    select
        valued.line_number,
        min(bundles.term_start) as bundled_from,
        max(bundles.last_day) as bundled_to
    from valued
    inner join {{ ref('int_arr__items') }} as line_items
        on valued.line_number = line_items.line_number
    inner join bundles
        on valued.holder_id = bundles.holder_id
        and valued.subscription_id = bundles.subscription_id
        and line_items.item = bundles.item
        and valued.term_start <= bundles.last_day
        and valued.last_day >= bundles.term_start
    group by valued.line_number
)

select
    valued.partner_id,
    valued.named_id,
    valued.era_from,
    valued.era_to,
    valued.report_month,
    valued.line_id,
    valued.line_type,
    valued.subscription_id,
    valued.end_customer,
    valued.customer_name,
    valued.customer_domain,
    valued.product,
    valued.product_key,
    valued.order_form_id,
    valued.term_start,
    valued.term_end,
    valued.amount,
    valued.currency,
    valued.standing,
    items.item,
    bundled.bundled_from,
    bundled.bundled_to,
    valued.priced_on,
    valued.rate_date,
    coalesce(valued.is_stale, false) as is_stale,
    valued.whole_months,
    valued.rest_days,
    valued.span_days,
    -- Null without a rate; 0 for what never recurs.
    case
        when valued.standing = 'recurs' then valued.value_usd else cast(0 as decimal(38, 4))
    end as arr_usd,
    case
        when valued.standing in ('ends', 'superseded') then cast(0 as decimal(38, 4))
        -- Booked by the partner that had the line on its first day.
        when valued.term_start < valued.era_from then cast(0 as decimal(38, 4))
        else valued.value_usd
    end as booked_usd,
    case when valued.has_days then valued.first_on end as counts_from,
    case when valued.has_days then valued.last_on end as counts_to,
    coalesce(valued.lacks_base, false) as lacks_base,
    valued.line_number,
    valued.changes_number,
    coalesce(
        valued.superseded_by,
        case when valued.standing = 'recurs' and not valued.ended_before then valued.ended_by end
    ) as ended_by_number,
    enders.line_type as ended_by_type,
    enders.line_id as ended_by_line,
    enders._file as ended_by_file,
    enders._row as ended_by_row,
    enders._cell as ended_by_cell,
    {{ line_name('valued') }} as line_name,
    valued._delivery_id,
    {{ place_columns('valued') }},
    valued._received_at
from valued
left join items on valued.line_number = items.line_number
left join bundled on valued.line_number = bundled.line_number
left join roles as enders
    on coalesce(
        valued.superseded_by,
        case when valued.standing = 'recurs' and not valued.ended_before then valued.ended_by end
    ) = enders.line_number
