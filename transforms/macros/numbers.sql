{# Whole numbers: series of them, and sets with one binary digit per member. #}

{% macro power_of_two(digit) -%}
    {{ adapter.dispatch('power_of_two')(digit) }}
{%- endmacro %}

{% macro default__power_of_two(digit) -%}
    cast(cast(1 as bigint) << cast({{ digit }} as integer) as bigint)
{%- endmacro %}

{% macro count_bits(number) -%}
    {{ adapter.dispatch('count_bits')(number) }}
{%- endmacro %}

{% macro default__count_bits(number) -%}
    bit_count({{ number }})
{%- endmacro %}

{% macro share_a_bit(number, other) -%}
    {{ adapter.dispatch('share_a_bit')(number, other) }}
{%- endmacro %}

{% macro default__share_a_bit(number, other) -%}
    (cast({{ number }} as bigint) & cast({{ other }} as bigint)) <> 0
{%- endmacro %}

{# One row for each whole number from one to another, both included: an expression of a query that
   has `numbers_beside` of the same two after its tables. #}
{% macro each_number(first, last) -%}
    {{ adapter.dispatch('each_number')(first, last) }}
{%- endmacro %}

{# The join that a series needs on an engine without expressions that make rows; empty elsewhere. #}
{% macro numbers_beside(first, last) -%}
    {{ adapter.dispatch('numbers_beside')(first, last) }}
{%- endmacro %}

{% macro default__numbers_beside(first, last) -%}
{%- endmacro %}
