{# Dates, months and spans of time for Snowflake; the dispatchers say what each macro means. #}

{% macro snowflake__engine_program_date(timestamp, time_zone) -%}
    cast(convert_timezone('UTC', {{ time_zone }}, {{ timestamp }}) as date)
{%- endmacro %}

{% macro snowflake__engine_program_midnight(date, time_zone) -%}
    convert_timezone({{ time_zone }}, 'UTC', cast({{ date }} as timestamp))
{%- endmacro %}

{# An interval is not a value here: a span is a number of seconds. #}
{% macro snowflake__span_of(seconds) -%}
    {{ return(seconds | string) }}
{%- endmacro %}

{% macro snowflake__moved(timestamp, span) -%}
    {{ return("dateadd('second', " ~ span ~ ", " ~ timestamp ~ ")") }}
{%- endmacro %}

{% macro snowflake__date_from_parts(year, month, day) -%}
    case
        when {{ day }} is not null
            then least(
                last_day(date_from_parts({{ year }}, {{ month }}, 1)),
                {{ snowflake__add_days(
                    "date_from_parts(" ~ year ~ ", " ~ month ~ ", 1)",
                    "least(greatest(" ~ day ~ ", 1), 31) - 1"
                ) }}
            )
    end
{%- endmacro %}

{% macro snowflake__add_days(date, days) -%}
    cast(dateadd('day', {{ days }}, {{ date }}) as date)
{%- endmacro %}

{# Years have four digits here. #}
{% macro snowflake__add_days_or_null(date, days) -%}
    case
        when datediff('day', date '0001-01-01', {{ date }}) + {{ days }} between 0 and 3652058
            then {{ snowflake__add_days(date, days) }}
    end
{%- endmacro %}

{# `add_months` would take the last day of a month to the last day of another. #}
{% macro snowflake__add_months(date, months) -%}
    cast(dateadd('month', {{ months }}, {{ date }}) as date)
{%- endmacro %}

{% macro snowflake__days_between(first, last) -%}
    datediff('day', {{ first }}, {{ last }})
{%- endmacro %}

{% macro snowflake__each_month(first, last) -%}
    cast(dateadd('month', series.index, {{ first }}) as date)
{%- endmacro %}

{% macro snowflake__months_beside(first, last) -%}
    {{ snowflake__steps("datediff('month', " ~ first ~ ", " ~ last ~ ")") }}
{%- endmacro %}

{# A lateral table `series` whose `index` goes from 0 to the last; no row without one. #}
{% macro snowflake__steps(last) -%}
    cross join lateral flatten(input => array_generate_range(0, {{ last }} + 1)) as series
{%- endmacro %}
