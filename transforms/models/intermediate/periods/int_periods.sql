-- Calendar years, the policy's review periods and the months of its ladder's rhythm, from the first
-- enrolment's year to the run's last period (GOV-BIANNUAL, TIER-ANNUAL). Nothing later exists for
-- the models that read this.
with run as (
    select year, last_period
    from {{ source('run', 'parameters') }}
),

-- If the parameter is not a year, the data decide: it is the year of the first enrolment.
stated_first as (
    select max(case when {{ has_form('value', '[0-9]{4}') }} then cast(value as bigint) end) as year
    from {{ source('policy', 'parameter_values') }}
    where parameter = 'program.first_year'
),

first_enrolment as (
    select min(extract(year from enrolled_on)) as year
    from {{ ref('stg_partner_activity__enrollments') }}
),

bounds as (
    select
        least(
            cast(coalesce(stated_first.year, first_enrolment.year, run.year) as bigint), run.year
        ) as first_year,
        run.year as last_year
    from run
    cross join stated_first
    cross join first_enrolment
),

years as (
    select {{ each_number('bounds.first_year', 'bounds.last_year') }} as year
    from bounds
    {{ numbers_beside('bounds.first_year', 'bounds.last_year') }}
),

periods as (
    select
        cast(year as string) as period,
        'year' as kind,
        year,
        cast(null as string) as suffix,
        {{ date_from_parts('year', 1, 1) }} as starts_on,
        {{ date_from_parts('year', 12, 31) }} as ends_on
    from years
    union all
    -- A review that starts in a later month than it ends began in the year before.
    select
        cast(years.year as string) || '-' || reviews.suffix as period,
        'review' as kind,
        years.year,
        reviews.suffix,
        {{ date_from_parts(
            "years.year - case when reviews.starts_month > reviews.ends_month then 1 else 0 end",
            "reviews.starts_month", "reviews.starts_day"
        ) }} as starts_on,
        {{ date_from_parts("years.year", "reviews.ends_month", "reviews.ends_day") }} as ends_on
    from years
    cross join {{ source('policy', 'review_periods') }} as reviews
    union all
    -- Months at whose end a tier may rise between two reviews.
    select
        cast(years.year as string) || '-' || months.suffix as period,
        'month' as kind,
        years.year,
        months.suffix,
        {{ date_from_parts("years.year", "months.starts_month", "months.starts_day") }}
            as starts_on,
        {{ date_from_parts("years.year", "months.ends_month", "months.ends_day") }} as ends_on
    from years
    cross join {{ source('policy', 'months') }} as months
),

last_end as (
    select periods.ends_on
    from periods
    inner join run on periods.period = run.last_period
)

select
    periods.period,
    periods.kind,
    periods.year,
    periods.suffix,
    periods.starts_on,
    periods.ends_on,
    row_number() over (
        order by periods.ends_on asc, periods.starts_on desc, periods.period asc
    ) as position
from periods
cross join last_end
where periods.ends_on <= last_end.ends_on
