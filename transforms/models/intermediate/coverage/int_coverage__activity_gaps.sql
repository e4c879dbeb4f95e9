-- Days of the run's year that no activity report of an app covers. The vendor's report shows only
-- the days before its receipt, as many as `ingest.activity_report_days` says: days that no report
-- covered in time are lost, and those that can still be fetched on the run's day state until when.
with settings as (
    select
        run.as_of,
        run.time_zone,
        run.known_at,
        {{ date_from_parts('run.year', '1', '1') }} as year_from,
        max(parameter_values.number) as days
    from {{ source('run', 'parameters') }} as run
    inner join {{ source('policy', 'parameter_values') }} as parameter_values
        on parameter_values.parameter = 'ingest.activity_report_days'
        and {{ in_force_on('parameter_values', 'run.as_of') }}
    group by run.as_of, run.time_zone, run.known_at, run.year
),

-- A report without a row shows days without a call, so its file counts, not its rows.
reports as (
    select
        split_part(deliveries.file, '/', 3) as app_id,
        settings.days,
        {{ program_date('deliveries.received_at', 'settings.time_zone') }} as received_on
    from {{ source('landing', 'deliveries') }} as deliveries
    cross join settings
    where deliveries.entity = 'api_call_activity'
        and deliveries.status <> 'refused'
        and {{ is_known('deliveries.received_at', 'settings') }}
),

apps as (
    select
        apps.app_id,
        settings.as_of,
        settings.days,
        greatest(settings.year_from, apps.launched_on) as first_day
    from {{ ref('int_apps__launches') }} as apps
    cross join settings
    where apps.launched_on < settings.as_of
        and exists (select 1 from reports)
),

-- The days covered, between the day before the first and the run's day, which is not over yet.
reached as (
    select
        apps.app_id,
        {{ add_days('reports.received_on', '-reports.days') }} as from_on,
        {{ add_days('reports.received_on', '-1') }} as to_on
    from reports
    inner join apps
        on reports.app_id = apps.app_id
    union all
    -- A report fetched late in the day also covers that day.
    select
        app_id,
        "date" as from_on,
        "date" as to_on
    from {{ ref('stg_app_usage__api_call_activity') }}
    union all
    select
        app_id,
        {{ add_days('first_day', '-1') }} as from_on,
        {{ add_days('first_day', '-1') }} as to_on
    from apps
    union all
    select
        app_id,
        as_of as from_on,
        as_of as to_on
    from apps
),

steps as (
    select
        app_id,
        from_on,
        max(to_on) over (
            partition by app_id
            order by from_on, to_on
            rows between unbounded preceding and 1 preceding
        ) as reached_to
    from reached
),

gaps as (
    select
        steps.app_id,
        apps.days,
        {{ add_days('apps.as_of', '-apps.days') }} as open_from,
        greatest({{ add_days('steps.reached_to', '1') }}, apps.first_day) as gap_from,
        least(
            {{ add_days('steps.from_on', '-1') }}, {{ add_days('apps.as_of', '-1') }}
        ) as gap_to
    from steps
    inner join apps
        on steps.app_id = apps.app_id
    where steps.reached_to is not null
)

select
    'app_usage' as source,
    'api_call_activity' as entity,
    app_id as key,
    'activity_report_gap' as finding,
    'no report reaches ' || {{ day_text('gap_from') }} || ' to '
    || {{ day_text('least(gap_to, ' ~ add_days('open_from', '-1') ~ ')') }}
    || ', and none can any more' as detail
from gaps
where gap_from <= gap_to
    and gap_from < open_from
union all
select
    'app_usage' as source,
    'api_call_activity' as entity,
    app_id as key,
    'activity_report_due' as finding,
    'no report reaches ' || {{ day_text('greatest(gap_from, open_from)') }} || ' to '
    || {{ day_text('gap_to') }} || ' yet; fetch it by '
    || {{ day_text(add_days('greatest(gap_from, open_from)', 'days')) }}
    || ', or days of it are lost' as detail
from gaps
where gap_from <= gap_to
    and gap_to >= open_from
