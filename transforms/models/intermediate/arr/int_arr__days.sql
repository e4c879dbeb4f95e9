-- The days on which ARR is asked for: month ends from the first line's to December of the year, and
-- the ends of periods.
with first_line as (
    select {{ month_of('min(term_start)') }} as month
    from {{ ref('int_arr__lines') }}
),

months as (
    select {{ each_month('first_line.month', date_from_parts('run.year', 12, 1)) }} as month
    from first_line
    cross join {{ source('run', 'parameters') }} as run
    {{ months_beside('first_line.month', date_from_parts('run.year', 12, 1)) }}
    where first_line.month is not null
)

select {{ month_end_of('month') }} as day from months
union
select ends_on as day from {{ ref('int_periods') }}
