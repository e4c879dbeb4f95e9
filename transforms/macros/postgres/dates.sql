{# Dates and months for Postgres; the dispatchers say what each macro means. #}

{% macro postgres__date_from_parts(year, month, day) -%}
    case
        when {{ day }} is not null
            then least(
                last_day(make_date(cast({{ year }} as integer), cast({{ month }} as integer), 1)),
                make_date(cast({{ year }} as integer), cast({{ month }} as integer), 1)
                + cast(least(greatest({{ day }}, 1), 31) as integer) - 1
            )
    end
{%- endmacro %}

{% macro postgres__add_days(date, days) -%}
    ({{ date }} + cast({{ days }} as integer))
{%- endmacro %}

{# As far as DuckDB's timestamps reach, and back to the first day that Postgres has. #}
{% macro postgres__add_days_or_null(date, days) -%}
    case
        when {{ days }} >= date '4713-01-01 BC' - {{ date }}
            and {{ date }} - date '1970-01-01' + {{ days }} < 106751991
            then {{ postgres__add_days(date, days) }}
    end
{%- endmacro %}

{% macro postgres__add_months(date, months) -%}
    cast({{ date }} + make_interval(months => cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro postgres__each_month(first, last) -%}
    cast(
        generate_series(
            cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval '1 month'
        ) as date
    )
{%- endmacro %}

{% macro postgres__days_between(first, last) -%}
    ({{ last }} - {{ first }})
{%- endmacro %}
