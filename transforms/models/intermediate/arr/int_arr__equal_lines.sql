{% set same %}
partition by holder_id, subscription_id, line_type, term_start, term_end, amount, currency
            order by line_number
{% endset %}
-- Lines that repeat an earlier line of the partner, however names, forms and domains are written:
-- one row for each later of two equal lines, with the first that it equals. Earlier by report
-- month, then line_id.
with lines as (
    select * from {{ ref('int_arr__terms') }}
),

repeats as (
    select
        line_number,
        min(line_number) over ({{ same }}) as first_of_any,
        min(case when product_key = '' then line_number end) over ({{ same }}) as first_without,
        min(line_number) over (
            partition by
                holder_id, subscription_id, line_type, term_start, term_end, amount, currency,
                product_key
            order by line_number
        ) as first_of_product,
        product_key
    from lines
),

firsts as (
    select
        line_number,
        -- Where one of the two names no product they are equal all the same.
        case
            when product_key = '' then first_of_any
            else least(first_of_product, coalesce(first_without, first_of_product))
        end as equals_number
    from repeats
)

select line_number, equals_number
from firsts
where equals_number < line_number
