{# ARR, defined once (semantics 4, "ARR"; RESL-ARR). Everything about reseller money reads these. #}

{# How a sentence names a line; never null, because it marks a line as unpriced. #}
{% macro line_name(line) -%}
    'line ' || {{ line }}.line_id || ' of '
    || coalesce({{ month_text(line ~ '.report_month') }}, '?')
    || ' (' || {{ line }}.currency || ' from ' || {{ day_text(line ~ '.term_start') }}
    || coalesce(', ' || {{ line }}._file, '')
    || coalesce(' ' || {{ line }}._cell, ' row ' || cast({{ line }}._row as string), '') || ')'
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
   one with the columns of int_arr__lines, `doubts` one with those of int_arr__doubts. Contractions
   and credits count beside a full value or an expansion of their item and take it no lower than 0,
   each customer's own first, then the others' in their order. `sure_usd` is the figure without
   the lines in doubt. `unpriced_line` names a line that counts without a rate: the figure is then
   unknown. #}
{% macro arr_by_customer_day(lines, days, doubts) -%}
{%- set item = 'partition by day, partner_id, subscription_id, item' -%}
with in_force as (
    -- A line counts from its first day to its last, both included.
    select
        days.day,
        lines.partner_id,
        lines.subscription_id,
        lines.end_customer,
        -- On the days of a renewal of several items, these items are one.
        case
            when days.day between lines.bundled_from and lines.bundled_to then '*'
            else 'item/' || lines.item
        end as item,
        lines.line_number,
        lines.line_type in ('new', 'renewal', 'expansion') as carries,
        lines.arr_usd,
        case when lines.arr_usd is null then lines.line_name end as unpriced_line
    from {{ lines }} as lines
    inner join {{ days }} as days
        on days.day between lines.counts_from and lines.counts_to
),

doubted as (
    select distinct
        in_force.day,
        in_force.line_number
    from in_force
    inner join {{ doubts }} as doubts
        on in_force.line_number = doubts.line_number
        and in_force.day between doubts.from_on and doubts.to_on
),

by_customer as (
    select
        in_force.day,
        in_force.partner_id,
        in_force.subscription_id,
        in_force.item,
        in_force.end_customer,
        max(case when in_force.carries then 1 else 0 end) as carries,
        {% for figure, counted in [('', 'true'), ('sure_', 'doubted.line_number is null')] %}
        coalesce(
            sum(case when in_force.carries and {{ counted }} then in_force.arr_usd end), 0
        ) as {{ figure }}base_usd,
        coalesce(
            -sum(case when not in_force.carries and {{ counted }} then in_force.arr_usd end), 0
        ) as {{ figure }}taken_usd,
        {% endfor %}
        min(case when in_force.carries then in_force.unpriced_line end) as unpriced_line,
        min(case when not in_force.carries then in_force.unpriced_line end) as unpriced_change
    from in_force
    left join doubted
        on in_force.day = doubted.day
        and in_force.line_number = doubted.line_number
    group by
        in_force.day, in_force.partner_id, in_force.subscription_id, in_force.item,
        in_force.end_customer
),

-- What each customer's own contractions and credits leave of its lines, and the rest of them for
-- which the customer had no lines.
own as (
    select
        *,
        {% for figure in ['', 'sure_'] %}
        greatest({{ figure }}base_usd - {{ figure }}taken_usd, 0) as {{ figure }}left_usd,
        sum(greatest({{ figure }}taken_usd - {{ figure }}base_usd, 0)) over ({{ item }})
            as {{ figure }}beyond_usd,
        {% endfor %}
        max(carries) over ({{ item }}) as is_carried
    from by_customer
),

shared as (
    select
        *,
        {% for figure in ['', 'sure_'] %}
        coalesce(
            sum({{ figure }}left_usd) over (
                partition by day, partner_id, subscription_id, item
                order by end_customer
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as {{ figure }}before_usd{% if not loop.last %},{% endif %}
        {% endfor %}
    from own
)

select
    partner_id,
    end_customer,
    day,
    {% for figure, name in [('', 'arr_usd'), ('sure_', 'sure_usd')] %}
    sum(
        {{ figure }}left_usd
        - least({{ figure }}left_usd, greatest({{ figure }}beyond_usd - {{ figure }}before_usd, 0))
    ) as {{ name }},
    {% endfor %}
    coalesce(
        min(unpriced_line), min(case when is_carried = 1 then unpriced_change end)
    ) as unpriced_line
from shared
group by partner_id, end_customer, day
{%- endmacro %}

{# For each of `rows`: the rates of its currency on the last day on or before `day` that has both.
   #}
{% macro join_latest_rates(rows, currency, day) -%}
    {{ adapter.dispatch('join_latest_rates')(rows, currency, day) }}
{%- endmacro %}

{# Without an `asof join`: each rate holds until the next. #}
{% macro default__join_latest_rates(rows, currency, day) -%}
    left join (
        select
            *,
            lead(rate_date) over (partition by currency order by rate_date) as next_rate_date
        from {{ ref('int_arr__rates') }}
    ) as rates
        on {{ rows }}.{{ currency }} = rates.currency
        and {{ rows }}.{{ day }} >= rates.rate_date
        and ({{ rows }}.{{ day }} < rates.next_rate_date or rates.next_rate_date is null)
{%- endmacro %}
