{# Instants of the program's zone; `program_date` is in dates.sql. #}

{# The instant (UTC, no zone) at which a day begins in the program's zone. #}
{% macro program_midnight(date, time_zone) -%}
    {{ adapter.dispatch('program_midnight')(date, time_zone) }}
{%- endmacro %}

{% macro default__program_midnight(date, time_zone) -%}
    timezone('UTC', timezone({{ time_zone }}, cast({{ date }} as timestamp)))
{%- endmacro %}
