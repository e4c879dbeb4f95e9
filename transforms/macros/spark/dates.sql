{# Dates, months and zones for Spark; the dispatchers say what each macro means. The session keeps
   timestamps without a zone and is itself in UTC (orchestration/engines). #}

{% macro spark__engine_program_date(timestamp, time_zone) -%}
    cast(convert_timezone('UTC', {{ time_zone }}, {{ timestamp }}) as date)
{%- endmacro %}

{% macro spark__engine_program_midnight(date, time_zone) -%}
    convert_timezone({{ time_zone }}, 'UTC', cast({{ date }} as timestamp))
{%- endmacro %}

{% macro spark__date_from_parts(year, month, day) -%}
    case
        when {{ day }} is not null
            then least(
                last_day(make_date(cast({{ year }} as int), cast({{ month }} as int), 1)),
                date_add(
                    make_date(cast({{ year }} as int), cast({{ month }} as int), 1),
                    cast(least(greatest({{ day }}, 1), 31) as int) - 1
                )
            )
    end
{%- endmacro %}

{# Spark cuts a decimal where DuckDB rounds it. #}
{% macro spark__add_days(date, days) -%}
    date_add({{ date }}, cast(round({{ days }}) as int))
{%- endmacro %}

{# As far as DuckDB's timestamps reach, in days. #}
{% macro spark__add_days_or_null(date, days) -%}
    case
        when abs(datediff({{ date }}, date '1970-01-01') + {{ days }}) < 106751991
            then {{ spark__add_days(date, days) }}
    end
{%- endmacro %}

{% macro spark__add_months(date, months) -%}
    add_months({{ date }}, cast(round({{ months }}) as int))
{%- endmacro %}

{# An empty series is an error in Spark and gives no rows in DuckDB. #}
{% macro spark__each_month(first, last) -%}
    explode(
        case
            when {{ first }} <= {{ last }} then sequence({{ first }}, {{ last }}, interval 1 month)
        end
    )
{%- endmacro %}

{% macro spark__days_between(first, last) -%}
    datediff({{ last }}, {{ first }})
{%- endmacro %}
