{# Whole numbers as sets, one binary digit a member. #}

{% macro power_of_two(digit) -%}
    cast(cast(1 as bigint) << cast({{ digit }} as integer) as bigint)
{%- endmacro %}

{% macro count_bits(number) -%}
    bit_count({{ number }})
{%- endmacro %}

{% macro share_a_bit(number, other) -%}
    (cast({{ number }} as bigint) & cast({{ other }} as bigint)) <> 0
{%- endmacro %}
