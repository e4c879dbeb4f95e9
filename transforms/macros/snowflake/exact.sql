{# Whole numbers and exact quotients for Snowflake; the dispatchers say what each macro means. A
   number has 38 digits, and more than that is an error: a result that may have more becomes null
   before anything is multiplied. #}

{% macro snowflake__whole_type() -%}
    decimal(38, 0)
{%- endmacro %}

{% macro snowflake__as_whole(number, factor) -%}
    cast(
        case when abs(cast({{ number }} as double)) * {{ factor }} < 1e27 then {{ number }} end
        * {{ factor }} as decimal(38, 0)
    )
{%- endmacro %}

{% macro snowflake__each_number(first, last) -%}
    ({{ first }} + series.index)
{%- endmacro %}

{% macro snowflake__numbers_beside(first, last) -%}
    {{ snowflake__steps("(" ~ last ~ ") - (" ~ first ~ ")") }}
{%- endmacro %}

{# A division keeps six places and rounds, so the remainder is subtracted first. #}
{% macro snowflake__whole_quotient(numerator, denominator) -%}
    cast(
        ({{ numerator }} - mod({{ numerator }}, {{ denominator }})) / {{ denominator }}
        as decimal(38, 0)
    )
{%- endmacro %}

{# Floats say whether the products fit; a larger quotient is more than any amount of money. #}
{% macro snowflake__quotient_or_null(factors, divisors) -%}
    {%- set above = "abs(cast(1 as double) * " ~ factors | join(" * ") ~ ")" -%}
    {%- set below = "(cast(1 as double) * " ~ divisors | join(" * ") ~ ")" -%}
    {%- set fits -%}
        case
            when {{ below }} > 0
                and 2 * {{ above }} + {{ below }} < 9e37
                and {{ above }} < 9e18 * {{ below }}
                then cast(1 as decimal(38, 0))
        end
    {%- endset -%}
    {{ from_ten_thousandths(rounded_quotient(
        "(" ~ fits ~ " * " ~ factors | join(" * ") ~ ")",
        "(" ~ fits ~ " * " ~ divisors | join(" * ") ~ ")"
    )) }}
{%- endmacro %}

{# `try_cast` accepts only texts. #}
{% macro snowflake__decimal_or_null(number, digits, places) -%}
    try_cast(cast({{ number }} as string) as decimal({{ digits }}, {{ places }}))
{%- endmacro %}

{% macro snowflake__power_of_two(digit) -%}
    cast(bitshiftleft(1, {{ digit }}) as bigint)
{%- endmacro %}

{# A set has few members, so the series of all their subsets is enumerated. #}
{% macro snowflake__count_bits(number) -%}
    (
        {%- for digit in range(31) %}
        cast(bitand(bitshiftright({{ number }}, {{ digit }}), 1) as bigint)
        {%- if not loop.last %} +{% endif %}
        {%- endfor %}
    )
{%- endmacro %}

{% macro snowflake__share_a_bit(number, other) -%}
    bitand({{ number }}, {{ other }}) <> 0
{%- endmacro %}
