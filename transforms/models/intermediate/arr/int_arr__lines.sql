-- Each reseller line with its exact annualised amount in USD and the days on which it counts
-- (semantics 4, "ARR"). Cuts move counts_to and never the amount, which uses the original term.
with lines as (
    select
        lines.*,
        -- An unusable domain (free mail, shared host) names no customer; then the name does.
        case
            when domains.usable then 'd:' || domains.registrable_domain
            else 'n:' || coalesce(names.normalised_name, lower({{ trimmed('lines.customer_name') }}))
        end as end_customer,
        {{ days_between("date '1970-01-01'", "lines.term_start") }} as start_number
    from {{ ref('stg_reseller_reports__subscription_lines') }} as lines
    left join {{ source('resolved', 'domains') }} as domains
        on lines.customer_domain = domains.domain_text
    left join {{ source('resolved', 'names') }} as names
        on lines.customer_name = names.name_text
),

-- In whole days, so that "earlier" and "same or later" are plain frames of a window.
cut as (
    select
        *,
        min(case when line_type in ('new', 'renewal') then term_start end) over (
            partition by partner_id, subscription_id
            order by start_number
            range between 1 following and unbounded following
        ) as next_full,
        min(case when line_type = 'cancellation' then term_start end) over (
            partition by partner_id, subscription_id
            order by start_number
            range between current row and unbounded following
        ) as next_cancellation
    from lines
),

-- e of the semantics: the first day after the term.
ended as (
    select
        *,
        {{ add_days('term_end', 1) }} as day_after
    from cut
),

counted_months as (
    select
        *,
        cast({{ whole_months('term_start', 'day_after') }} as integer) as whole_months
    from ended
),

measured as (
    select
        *,
        {{ days_between(anniversary('term_start', 'whole_months'), 'day_after') }} as rest_days,
        {{ days_between(
            anniversary('term_start', 'whole_months'),
            anniversary('term_start', 'whole_months + 1')
        ) }} as span_days
    from counted_months
),

-- The rates of the last day on or before term_start that has both; USD needs none.
priced as (
    select
        measured.*,
        rates.rate_date,
        case when measured.currency = 'USD' then 1 else rates.usd_per_eur end as usd_per_eur,
        case when measured.currency = 'USD' then 1 else rates.units_per_eur end as units_per_eur
    from measured
    {{ join_latest_rates('measured', 'term_start') }}
)

select
    partner_id,
    report_month,
    line_id,
    line_type,
    subscription_id,
    end_customer,
    customer_name,
    customer_domain,
    order_form_id,
    term_start,
    term_end,
    amount,
    currency,
    rate_date,
    whole_months,
    rest_days,
    span_days,
    case
        when line_type = 'cancellation' then cast(0 as decimal(18, 4))
        else {{ annualised_usd(
            'amount', 'whole_months', 'rest_days', 'span_days', 'usd_per_eur', 'units_per_eur'
        ) }}
    end as arr_usd,
    case when line_type <> 'cancellation' then term_start end as counts_from,
    {{ arr_last_day('line_type', 'term_end', 'next_full', 'next_cancellation') }} as counts_to,
    -- How a sentence names the line; never null, because it marks the line as unpriced.
    'line ' || line_id || ' of ' || coalesce({{ month_text('report_month') }}, '?')
    || ' (' || currency || ' from ' || {{ day_text('term_start') }} || coalesce(', ' || _file, '')
    || coalesce(' ' || _cell, ' row ' || cast(_row as string), '') || ')' as line_name,
    _delivery_id,
    _file,
    _row,
    _cell,
    _received_at
from priced
