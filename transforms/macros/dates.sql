{# Dates in the program's own terms. Each engine's own way is in its folder. #}

{# Year, month and day as a date; a day past the month's end is the month's last (February 29), one
   before its beginning the first. #}
{% macro date_from_parts(year, month, day) -%}
    {{ adapter.dispatch('date_from_parts')(year, month, day) }}
{%- endmacro %}

{# A `monthday` of the policy (MM-DD) in a year. #}
{% macro monthday_in_year(monthday, year) -%}
    {{ date_from_parts(
        "cast(" ~ year ~ " as bigint)",
        "cast(substr(" ~ monthday ~ ", 1, 2) as bigint)",
        "cast(substr(" ~ monthday ~ ", 4, 2) as bigint)"
    ) }}
{%- endmacro %}

{# The run's year up to its end or the run's day, one row: `starts_on, ends_on`. #}
{% macro year_so_far() -%}
(
    select
        {{ date_from_parts('run.year', 1, 1) }} as starts_on,
        least({{ date_from_parts('run.year', 12, 31) }}, run.as_of) as ends_on
    from {{ source('run', 'parameters') }} as run
)
{%- endmacro %}

{# A span that a person wrote, limited to a thousand years: a typing error must not leave the
   calendar. #}
{% macro within_reach(number) -%}
    case when {{ number }} is not null then least(greatest({{ number }}, -12000), 12000) end
{%- endmacro %}

{# A date some days on. #}
{% macro add_days(date, days) -%}
    {{ adapter.dispatch('add_days')(date, days) }}
{%- endmacro %}

{# The same, or null where that leaves the calendar: a typing error in a document must not end a
   run. #}
{% macro add_days_or_null(date, days) -%}
    {{ adapter.dispatch('add_days_or_null')(date, days) }}
{%- endmacro %}

{# A date some months on; a day that does not exist is the month's last. #}
{% macro add_months(date, months) -%}
    {{ adapter.dispatch('add_months')(date, months) }}
{%- endmacro %}

{# The same day some months on, or the first of the following month where that day does not
   exist. #}
{% macro anniversary(date, months) -%}
    case
        when extract(day from {{ add_months(date, months) }}) < extract(day from {{ date }})
            then {{ add_days(add_months(date, months), 1) }}
        else {{ add_months(date, months) }}
    end
{%- endmacro %}

{# How a day is written in a sentence. #}
{% macro day_text(date) -%}
    cast({{ date }} as string)
{%- endmacro %}
