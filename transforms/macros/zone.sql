{# Instants of the program's zone; `program_date` is in dates.sql. #}

{# The instant (UTC, no zone) at which a day begins in the program's zone. #}
{% macro program_midnight(date, time_zone) -%}
    timezone('UTC', timezone({{ time_zone }}, cast({{ date }} as timestamp)))
{%- endmacro %}

{# The month of an instant by UTC, as an instant: cheap, and what the zone's months join by. #}
{% macro utc_month(timestamp) -%}
    cast(date_trunc('month', {{ timestamp }}) as timestamp)
{%- endmacro %}
