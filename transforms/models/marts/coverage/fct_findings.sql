-- What a person should look at, wherever it came from. Nothing here was dropped or guessed.
with notes as (
    select
        deliveries.source,
        deliveries.entity,
        deliveries.file as key,
        notes.kind as finding,
        notes.message as detail
    from {{ source('landing', 'delivery_notes') }} as notes
    inner join {{ source('landing', 'deliveries') }} as deliveries
        on notes.delivery_id = deliveries.delivery_id
    cross join {{ source('run', 'parameters') }} as run
    where {{ is_known('deliveries.received_at') }}
),

-- TIER-BIDIRECTIONAL: what the app declares against what its calls show.
flows as (
    select
        'app_usage' as source,
        'apps' as entity,
        app_id as key,
        'data_flow_disagrees' as finding,
        'declared ' || declared || ', observed ' || observed || ' in ' || cast(year as string)
            as detail
    from {{ ref('fct_app_data_flow') }}
    where observed <> declared
),

-- Calls that do not count, by app and cause, over all months delivered.
calls as (
    select
        'app_usage' as source,
        'usage_events' as entity,
        coalesce(app_id, '') as key,
        'calls_not_counted' as finding,
        {{ counted('sum(calls)', 'call does', 'calls do') }} || ' not count: ' || cause || ', '
        || {{ month_text('min(month)') }} || ' to ' || {{ month_text('max(month)') }} as detail
    from {{ ref('int_usage__uncounted') }}
    group by app_id, cause
),

all_findings as (
    select source, entity, key, 'points_nowhere' as finding, detail
    from {{ ref('int_coverage__pointers') }}
    union all
    select source, entity, key, 'reversed_dates' as finding, detail
    from {{ ref('int_coverage__reversed_dates') }}
    {% for name in [
        'int_arr__findings',
        'int_coverage__activity_gaps',
        'int_coverage__ids_alike',
        'int_coverage__moves',
        'int_coverage__report_faults',
        'int_coverage__term_faults',
        'int_deals__findings',
        'int_mapping__findings',
    ] -%}
    union all
    select source, entity, key, finding, detail
    from {{ ref(name) }}
    {% endfor -%}
    {% for name in ['notes', 'flows', 'calls'] -%}
    union all
    select source, entity, key, finding, detail
    from {{ name }}
    {% endfor -%}
)

select distinct source, entity, key, finding, detail
from all_findings
