{# Dates and months for DuckDB; the dispatchers say what each macro means. #}

{% macro duckdb__date_from_parts(year, month, day) -%}
    case
        when {{ day }} is not null
            then least(
                cast(
                    make_date({{ year }}, {{ month }}, 1) + interval 1 month - interval 1 day as date
                ),
                cast(
                    make_date({{ year }}, {{ month }}, 1)
                    + to_days(cast(least(greatest({{ day }}, 1), 31) as integer) - 1) as date
                )
            )
    end
{%- endmacro %}

{% macro duckdb__add_days(date, days) -%}
    cast({{ date }} + to_days(cast({{ days }} as integer)) as date)
{%- endmacro %}

{% macro duckdb__add_months(date, months) -%}
    cast({{ date }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro duckdb__each_month(first, last) -%}
    unnest(
        cast(
            generate_series(
                cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval 1 month
            ) as date []
        )
    )
{%- endmacro %}

{% macro duckdb__days_between(first, last) -%}
    date_diff('day', {{ first }}, {{ last }})
{%- endmacro %}

{% macro duckdb__add_days_or_null(date, days) -%}
    try({{ duckdb__add_days(date, days) }})
{%- endmacro %}

{% macro duckdb__materialized() -%}
    materialized
{%- endmacro %}
