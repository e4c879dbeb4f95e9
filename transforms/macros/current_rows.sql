{# The row in force for each key: the latest accepted delivery known at the run's moment, by
   received_at, then file name, then place in the file (sources.yaml, "key"). #}
{% macro current_rows(entity) %}
{% call first_of_each(
    contract()[entity].key | join(', '),
    '_received_at desc nulls last, _file desc nulls last, '
    ~ '_row desc nulls last, _cell desc nulls last'
) %}
select
    {% for column in contract()[entity].columns %}{{ column }}, {% endfor %}
    _delivery_id, _file, _row, _cell, _received_at
from {{ known_rows(entity) }} as known
{% endcall %}
{% endmacro %}

{# Landed history that was known at the run's moment (`--known-at`); all of it when none is
   given. #}
{% macro known_rows(entity) %}
(
    select landed.*
    from {{ source('landing', entity) }} as landed
    cross join {{ source('run', 'parameters') }} as run
    where {{ is_known('landed._received_at') }}
)
{% endmacro %}

{# `{% call first_of_each(key, order_by) %} select ... {% endcall %}`: that select's first row of
   each key in the order. #}
{% macro first_of_each(key, order_by) -%}
    {{ adapter.dispatch('first_of_each')(caller() | trim, key, order_by) }}
{%- endmacro %}

{% macro default__first_of_each(rows, key, order_by) -%}
    {{ rows }}
    qualify row_number() over (partition by {{ key }} order by {{ order_by }}) = 1
{%- endmacro %}

{# The staging model of an entity. #}
{% macro staged(entity) -%}
    {{ ref('stg_' ~ contract()[entity].source ~ '__' ~ entity) }}
{%- endmacro %}

{# A row's key as one text: its columns separated by a slash. #}
{% macro key_of(row, entity) -%}
    {{ key_text(row, contract()[entity].key) }}
{%- endmacro %}

{# What a finding is about: `source, entity, key` of a row of an entity. #}
{% macro about_row(row, entity) -%}
    '{{ contract()[entity].source }}' as source, '{{ entity }}' as entity,
    {{ key_of(row, entity) }} as key
{%- endmacro %}

{# The rows in force that their source has not deleted since: a deletion is a delivery like any
   other (`is_deleted`), and a restored record counts again. #}
{% macro standing_rows(entity) %}
select
    {% for column in contract()[entity].columns %}{{ column }}, {% endfor %}
    _delivery_id, _file, _row, _cell, _received_at
from (
{{ current_rows(entity) }}
) as latest
where not coalesce(is_deleted, false)
{% endmacro %}
