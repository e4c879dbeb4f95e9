{# Whole numbers, exact quotients and the latest rates for DuckDB; the dispatchers say what each
   macro means. #}

{% macro duckdb__as_whole(number, factor) -%}
    cast({{ number }} * {{ factor }} as hugeint)
{%- endmacro %}

{% macro duckdb__each_number(first, last) -%}
    unnest(generate_series(cast({{ first }} as bigint), cast({{ last }} as bigint)))
{%- endmacro %}

{% macro duckdb__whole_type() -%}
    hugeint
{%- endmacro %}

{% macro duckdb__whole_quotient(numerator, denominator) -%}
    ({{ numerator }} // {{ denominator }})
{%- endmacro %}

{# DuckDB 2.0 computes an expression that occurs twice only once, before it is used and so outside
   of `try`, where an absurd figure would end the run. As parameters of a lambda the two expressions
   occur once. #}
{% macro duckdb__quotient_or_null(factors, divisors) -%}
    try(
        list_transform(
            [struct_pack(above := {{ factors | join(" * ") }}, below := {{ divisors | join(" * ") }})],
            lambda parts: {{ from_ten_thousandths(rounded_quotient("parts.above", "parts.below")) }}
        )[1]
    )
{%- endmacro %}

{% macro duckdb__join_latest_rates(rows, currency, day) -%}
    asof left join {{ ref('int_arr__rates') }} as rates
        on {{ rows }}.{{ currency }} = rates.currency
        and {{ rows }}.{{ day }} >= rates.rate_date
{%- endmacro %}
