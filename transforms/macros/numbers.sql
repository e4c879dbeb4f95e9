{# Whole numbers: series of them, and sets with one binary digit a member. #}

{% macro power_of_two(digit) -%}
    cast(cast(1 as bigint) << cast({{ digit }} as integer) as bigint)
{%- endmacro %}

{% macro count_bits(number) -%}
    bit_count({{ number }})
{%- endmacro %}

{% macro share_a_bit(number, other) -%}
    (cast({{ number }} as bigint) & cast({{ other }} as bigint)) <> 0
{%- endmacro %}

{# One row for each whole number from one to another, both included: a set-returning expression. #}
{% macro each_number(first, last) -%}
    {{ adapter.dispatch('each_number')(first, last) }}
{%- endmacro %}
