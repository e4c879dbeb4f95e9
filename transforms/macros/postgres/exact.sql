{# Whole numbers and exact quotients for Postgres; the dispatchers say what each macro means. Its
   numbers have no maximum: a bound that another engine sets is written out. #}

{% macro postgres__whole_type() -%}
    numeric(38, 0)
{%- endmacro %}

{% macro postgres__as_whole(number, factor) -%}
    round(cast({{ number }} as numeric) * {{ factor }})
{%- endmacro %}

{% macro postgres__each_number(first, last) -%}
    generate_series(cast({{ first }} as bigint), cast({{ last }} as bigint))
{%- endmacro %}

{% macro postgres__whole_quotient(numerator, denominator) -%}
    div({{ numerator }}, {{ denominator }})
{%- endmacro %}

{# An intermediate result beyond a hugeint is null on DuckDB, and more than any amount of money. #}
{% macro postgres__quotient_or_null(factors, divisors) -%}
    {%- set numerator = "cast(1 as numeric) * " ~ factors | join(" * ") -%}
    {%- set denominator = "(cast(1 as numeric) * " ~ divisors | join(" * ") ~ ")" -%}
    case
        when {{ denominator }} > 0
            and 2 * abs({{ numerator }}) + {{ denominator }}
            < 170141183460469231731687303715884105728
            then {{ from_ten_thousandths(rounded_quotient(numerator, denominator)) }}
    end
{%- endmacro %}

{% macro postgres__decimal_or_null(number, digits, places) -%}
    decimal_or_null(cast({{ number }} as text), {{ digits }}, {{ places }})
{%- endmacro %}
