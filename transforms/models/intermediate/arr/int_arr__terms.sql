-- Each reseller line with what its own columns say: the customer, the product, the months of its
-- term (semantics 4, "ARR"). Cuts never change the annualisation, which uses the original term.
with numbered as (
    select
        -- A line has one row for each era of its holder: only here is it decided whose line it is.
        coalesce(eras.partner_id, lines.partner_id) as partner_id,
        lines.partner_id as named_id,
        eras.from_on as era_from,
        eras.to_on as era_to,
        coalesce(eras.partner_id, lines.partner_id)
        || coalesce('/' || {{ day_text('eras.from_on') }}, '') as holder_id,
        lines.report_month,
        lines.line_id,
        lines.line_type,
        lines.subscription_id,
        lines.customer_name,
        lines.customer_domain,
        lines.product,
        lines.quantity,
        lines.term_start,
        lines.term_end,
        lines.amount,
        lines.currency,
        lines.order_form_id,
        lines._delivery_id,
        {{ place_columns('lines') }},
        lines._received_at,
        row_number() over (
            order by
                coalesce(eras.partner_id, lines.partner_id) asc, lines.report_month asc,
                lines.line_id asc, lines.partner_id asc, eras.from_on asc nulls first
        ) as line_number,
        {{ days_between("date '0001-01-01'", "lines.term_start") }} as start_number,
        case
            when domains.usable and of_many.domain is null then domains.registrable_domain
        end as usable_domain,
        coalesce(names.normalised_name, lower({{ trimmed('lines.customer_name') }}))
            as customer_key,
        -- A product is folded as names are; if nothing is left, there is no product.
        coalesce(products.normalised_name, lower({{ trimmed('lines.product') }}), '') as product_key
    from {{ ref('stg_reseller_reports__subscription_lines') }} as lines
    left join {{ ref('int_arr__eras') }} as eras
        on lines.partner_id = eras.member_id
        and (eras.to_on is null or lines.term_start < eras.to_on)
    left join {{ source('resolved', 'domains') }} as domains
        on lines.customer_domain = domains.domain_text
    left join {{ ref('int_arr__domains_of_many') }} as of_many
        on domains.registrable_domain = of_many.domain
    left join {{ source('resolved', 'names') }} as names
        on lines.customer_name = names.name_text
    left join {{ source('resolved', 'names') }} as products
        on lines.product = products.name_text
),

-- A line without a usable domain takes that of the latest line so far of its subscription with the
-- same customer's name: places are whole numbers, so that the latest is the greatest.
placed as (
    select
        *,
        max(
            case
                when usable_domain is not null then {{ line_place('start_number', 'line_number') }}
            end
        )
            over (
                partition by holder_id, subscription_id, customer_key
                order by start_number
                range between unbounded preceding and current row
            ) as domain_place
    from numbered
),

named as (
    select
        placed.*,
        case
            when placed.usable_domain is not null then 'd:' || placed.usable_domain
            when givers.usable_domain is not null then 'd:' || givers.usable_domain
            else 'n:' || placed.customer_key
        end as end_customer
    from placed
    left join numbered as givers
        on givers.line_number = {{ line_of_place('placed.domain_place') }}
),

-- e of the semantics: the first day after the term.
ended as (
    select
        *,
        {{ add_days('term_end', 1) }} as day_after
    from named
),

counted_months as (
    select
        *,
        cast({{ whole_months('term_start', 'day_after') }} as integer) as whole_months
    from ended
),

-- A(k) and A(k + 1) of the semantics.
anchored as (
    select
        *,
        {{ add_months('term_start', 'whole_months') }} as month_begins_on,
        {{ add_months('term_start', 'whole_months + 1') }} as next_month_begins_on
    from counted_months
),

measured as (
    select
        *,
        case
            -- From one month's last day to another's: no days remain.
            when term_start = {{ month_end_of('term_start') }}
                and {{ month_of('day_after') }} = {{ month_of('month_begins_on') }}
                then 0
            -- The day of the anniversary does not exist, and the term ends with its month.
            when extract(day from month_begins_on) < extract(day from term_start)
                and day_after = {{ add_months(month_of('month_begins_on'), 1) }}
                then 0
            else {{ days_between('month_begins_on', 'day_after') }}
        end as rest_days,
        {{ days_between('month_begins_on', 'next_month_begins_on') }} as span_days
    from anchored
),

ruled as (
    select
        measured.*,
        {{ rule_number() }} as minimum_months
    from measured
    {{ join_rule('measured', 'arr_minimum_term_months', 'term_start') }}
)

select
    line_number,
    holder_id,
    partner_id,
    named_id,
    era_from,
    era_to,
    report_month,
    line_id,
    line_type,
    subscription_id,
    customer_name,
    customer_domain,
    end_customer,
    product,
    product_key,
    quantity,
    order_form_id,
    term_start,
    term_end,
    start_number,
    amount,
    currency,
    whole_months,
    rest_days,
    span_days,
    -- Shorter than the minimum term of a recurring contract.
    coalesce(
        line_type = 'new' and whole_months * span_days + rest_days < minimum_months * span_days,
        false
    ) as is_short,
    _delivery_id,
    {{ place_columns() }},
    _received_at
from ruled
