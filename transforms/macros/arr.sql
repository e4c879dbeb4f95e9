{# ARR, defined once (semantics 4, "ARR"; RESL-ARR). Everything about reseller money reads these. #}

{# The last day on which a line counts, after the cuts by other lines of its subscription.
   `next_full` is the first new or renewal with a later term_start, `next_cancellation` the first
   cancellation starting on the line's first day or later. #}
{% macro arr_last_day(line_type, term_end, next_full, next_cancellation) -%}
    case
        -- A cancellation only ends others.
        when {{ line_type }} = 'cancellation' then null
        -- A credit is not replaced by a renewal; its own term and a cancellation end it.
        when {{ line_type }} = 'credit'
            then least(
                {{ term_end }},
                coalesce({{ add_days(next_cancellation, -1) }}, {{ term_end }})
            )
        -- New, renewal, expansion, contraction: until the next full value or the cancellation.
        else least(
            {{ term_end }},
            coalesce({{ add_days(next_full, -1) }}, {{ term_end }}),
            coalesce({{ add_days(next_cancellation, -1) }}, {{ term_end }})
        )
    end
{%- endmacro %}

{# A line's annualised amount in USD: amount x 12 / (k + rest / span) x usd / units, with k whole
   months and rest of span days, computed as one quotient of whole numbers. #}
{% macro annualised_usd(amount, k, rest, span, usd_per_eur, units_per_eur) -%}
    {{ as_money(quotient_or_null(
        [as_whole(amount, 10000), "12", span, as_whole(usd_per_eur, 10000000000)],
        ["(" ~ k ~ " * " ~ span ~ " + " ~ rest ~ ")", as_whole(units_per_eur, 10000000000)]
    )) }}
{%- endmacro %}

{# ARR of each (partner, end customer) on days: `days` is a relation with one column `day`, `lines`
   one with the columns of int_arr__lines. `unpriced_line` names a line in force without a rate:
   the figure is then unknown. #}
{% macro arr_by_customer_day(lines, days) -%}
with in_force as (
    -- A line counts from its first day to its last, both included.
    select
        days.day,
        lines.partner_id,
        lines.subscription_id,
        lines.end_customer,
        lines.line_type = 'credit' as is_credit,
        -- Only a full value or an expansion carries a credit; a contraction does not.
        lines.line_type in ('new', 'renewal', 'expansion') as carries_credit,
        lines.arr_usd,
        case when lines.arr_usd is null then lines.line_name end as unpriced_line
    from {{ lines }} as lines
    inner join {{ days }} as days
        on days.day between lines.counts_from and lines.counts_to
),

by_customer as (
    select
        day,
        partner_id,
        subscription_id,
        end_customer,
        max(case when carries_credit then 1 else 0 end) as carries_credit,
        coalesce(sum(case when not is_credit then arr_usd end), 0) as base_usd,
        coalesce(sum(case when is_credit then arr_usd end), 0) as credit_usd,
        min(case when not is_credit then unpriced_line end) as unpriced_line,
        min(case when is_credit then unpriced_line end) as unpriced_credit
    from in_force
    group by day, partner_id, subscription_id, end_customer
),

by_subscription as (
    select
        *,
        max(carries_credit) over subscription as credits_count,
        -- What credits may take away at most: they never take the subscription below 0, and where
        -- contractions already did, they take nothing.
        greatest(sum(base_usd) over subscription, 0) as room_usd,
        coalesce(
            -sum(credit_usd) over (
                partition by day, partner_id, subscription_id
                order by end_customer
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as credits_before_usd
    from by_customer
    window subscription as (partition by day, partner_id, subscription_id)
)

select
    partner_id,
    end_customer,
    day,
    sum(
        base_usd
        - case
            -- A credit beside no full value or expansion does not count on this day.
            when credits_count = 0 then 0
            else least(-credit_usd, greatest(room_usd - credits_before_usd, 0))
        end
    ) as arr_usd,
    coalesce(
        min(unpriced_line), min(case when credits_count = 1 then unpriced_credit end)
    ) as unpriced_line
from by_subscription
group by partner_id, end_customer, day
{%- endmacro %}

{# The rates of the last day on or before `day` of each of `rows` that has both; its currency's. #}
{% macro join_latest_rates(rows, day) -%}
    {{ adapter.dispatch('join_latest_rates')(rows, day) }}
{%- endmacro %}

{# Without an `asof join`: each rate holds until the next. #}
{% macro default__join_latest_rates(rows, day) -%}
    left join (
        select
            *,
            lead(rate_date) over (partition by currency order by rate_date) as next_rate_date
        from {{ ref('int_arr__rates') }}
    ) as rates
        on {{ rows }}.currency = rates.currency
        and {{ rows }}.{{ day }} >= rates.rate_date
        and ({{ rows }}.{{ day }} < rates.next_rate_date or rates.next_rate_date is null)
{%- endmacro %}
