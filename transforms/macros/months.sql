{# Whole months between dates, and months as first days; `add_months` is in dates.sql. #}

{# The first day of a date's month. #}
{% macro month_of(date) -%}
    cast(date_trunc('month', {{ date }}) as date)
{%- endmacro %}

{# The last day of a date's month. #}
{% macro month_end_of(date) -%}
    cast(last_day({{ date }}) as date)
{%- endmacro %}

{# Materializes joined rows before a date series expands them: `with rows as materialized() (...)`.
   DuckDB 2.0 ends with "dict-surviving cache: global dictionary changed identity" where a series
   expands tens of thousands of rows directly from a hash join. #}
{% macro materialized() -%}
    {{ adapter.dispatch('materialized')() }}
{%- endmacro %}

{% macro default__materialized() -%}
{%- endmacro %}

{# One row for each first day of a month from one month to another, both first days: an expression
   of a query that has `months_beside` of the same two after its tables. #}
{% macro each_month(first, last) -%}
    {{ adapter.dispatch('each_month')(first, last) }}
{%- endmacro %}

{# The join that a series needs on an engine without expressions that make rows; empty elsewhere. #}
{% macro months_beside(first, last) -%}
    {{ adapter.dispatch('months_beside')(first, last) }}
{%- endmacro %}

{% macro default__months_beside(first, last) -%}
{%- endmacro %}

{# The first day of each month from the first period's beginning to the last one's end, as `month`.
   #}
{% macro months_of_periods() -%}
(
    select {{ each_month('span.first_on', 'span.last_on') }} as month
    from (
        select min(starts_on) as first_on, max(ends_on) as last_on
        from {{ ref('int_periods') }}
    ) as span
    {{ months_beside('span.first_on', 'span.last_on') }}
)
{%- endmacro %}

{# Days from one date to another. #}
{% macro days_between(first, last) -%}
    {{ adapter.dispatch('days_between')(first, last) }}
{%- endmacro %}

{# Calendar months from one date's month to another's. #}
{% macro calendar_months_between(first, last) -%}
    (
        12 * (extract(year from {{ last }}) - extract(year from {{ first }}))
        + extract(month from {{ last }}) - extract(month from {{ first }})
    )
{%- endmacro %}

{# Whole months from a date to a later one: the largest k for which k months on, clamped to the
   month's last day, is not after it. The candidate is the calendar difference, and only that one
   can still lie ahead. #}
{% macro whole_months(first, last) -%}
    (
        {{ calendar_months_between(first, last) }}
        - case
            when {{ add_months(first, calendar_months_between(first, last)) }} > {{ last }} then 1
            else 0
        end
    )
{%- endmacro %}

{# How a month is written in a sentence: 2025-03. #}
{% macro month_text(month) -%}
    substr(cast({{ month }} as string), 1, 7)
{%- endmacro %}
