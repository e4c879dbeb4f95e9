-- Rows that could not be read, with each requirement and criterion that they could change: those
-- whose metric reads the row's entity in a window that the row's days may affect, and those that
-- use the parameter of a term that could not be read (semantics 2).
with rules as (
    select
        {{ member_key('spine') }},
        cast(null as string) as tier,
        spine.requirement,
        spine.metric,
        spine.comparator,
        spine.threshold_parameter,
        spine.first_judged_after
    from {{ ref('int_ledger__spine') }} as spine
    union all
    select
        {{ member_key('criteria') }},
        criteria.tier,
        criteria.criterion as requirement,
        criteria.metric,
        criteria.comparator,
        criteria.threshold_parameter,
        cast(null as string) as first_judged_after
    from {{ judged_criteria() }} as criteria
),

windows as (
    select
        rules.*,
        -- A metric as data has windows of its own; a window without a beginning covers everything
        -- before.
        case
            when figures.metric is not null then figures.looks_from
            when metrics.time_window = 'period_end' then periods.ends_on
            when metrics.time_window = 'period' then periods.starts_on
            else {{ date_from_parts('periods.year', '1', '1') }}
        end as window_from,
        periods.ends_on as window_to
    from rules
    inner join {{ ref('int_periods') }} as periods
        on rules.period = periods.period
    inner join {{ source('policy', 'metrics') }} as metrics
        on rules.metric = metrics.metric
    left join {{ ref('int_figures__windows') }} as figures
        on {{ same_figure('rules', 'figures') }}
),

near as (
    select
        {{ member_key('windows') }},
        windows.tier,
        windows.requirement,
        windows.metric,
        windows.comparator,
        windows.threshold_parameter,
        windows.first_judged_after,
        unread.source,
        unread.entity,
        {{ place_columns('unread') }},
        unread.whole_file,
        unread.kind,
        unread.parameter,
        unread.column_name,
        unread.value,
        unread.rule,
        unread.message,
        unread.received_on,
        -- A refused file may hold any day, and counts from its receipt on.
        case
            when unread.whole_file then unread.received_on <= windows.window_to
            else (unread.first_day is null or unread.first_day <= windows.window_to)
                and (
                    windows.window_from is null
                    or unread.last_day is null
                    or unread.last_day >= windows.window_from
                )
        end as touches,
        case
            when unread.whole_file then unread.received_on <= windows.window_to
            else unread.first_day is null
                or (
                    unread.first_day <= windows.window_to
                    and (windows.window_from is null or unread.first_day >= windows.window_from)
                )
        end as begins_inside,
        -- In force on the window's last day, on its first, or over by its last.
        case
            when unread.whole_file then unread.received_on <= windows.window_to
            else (unread.first_day is null or unread.first_day <= windows.window_to)
                and (unread.last_day is null or unread.last_day >= windows.window_to)
        end as is_there_at_end,
        case
            when unread.whole_file then unread.received_on <= windows.window_to
            else windows.window_from is null
                or (
                    (unread.first_day is null or unread.first_day <= windows.window_from)
                    and (unread.last_day is null or unread.last_day >= windows.window_from)
                )
        end as was_there_at_opening,
        case
            when unread.whole_file then unread.received_on <= windows.window_to
            else (unread.first_day is null or unread.first_day <= windows.window_to)
                and (unread.last_day is null or unread.last_day < windows.window_to)
        end as may_have_ended,
        case
            when unread.whole_file then unread.received_on <= windows.window_to
            else unread.first_day is null or unread.first_day <= windows.window_to
        end as has_begun
    from windows
    inner join {{ members_on_days('windows', 'window_to') }} as members
        on windows.partner_id = members.partner_id
        and windows.window_to = members.window_to
    inner join {{ ref('int_coverage__unread_rows') }} as unread
        on members.member_id = unread.partner_id
        and (
            members.member_id = windows.partner_id
            or unread.entity in (
                {%- for entity in moving_entities() %}
                '{{ entity }}'{{ ',' if not loop.last }}
                {%- endfor %}
            )
        )
),

read_by_metric as (
    select
        near.*,
        effects.side = 'raises' as raises,
        effects.side = 'lowers' as lowers
    from near
    inner join {{ source('policy', 'metric_unread') }} as effects
        on near.metric = effects.metric
        and near.entity = effects.entity
        and (near.kind is null or effects.kind is null or near.kind = effects.kind)
        and case effects.counts_on
            when 'its_own_day' then near.begins_inside
            when 'from_its_day' then near.has_begun
            when 'any_day' then near.touches or not near.whole_file
            when 'last_day' then near.is_there_at_end
            when 'opening_day' then near.was_there_at_opening
            when 'ended' then near.may_have_ended
            else near.touches
        end
),

-- A bad term can go either way for whatever uses its parameter; an unreadable one may be about any
-- parameter.
terms as (
    select distinct
        near.*,
        true as raises,
        true as lowers
    from near
    left join {{ ref('int_policy__metric_parameters') }} as uses
        on near.metric = uses.metric
    where near.entity = 'agreement_terms'
        and near.touches
        and (
            near.parameter is null
            or near.parameter = near.threshold_parameter
            or near.parameter = near.first_judged_after
            or near.parameter
            = case when uses.scoped then near.program || '.' else '' end || uses.parameter
        )
),

doubts as (
    select * from read_by_metric
    union all
    select * from terms
)

select
    {{ member_key() }},
    tier,
    requirement,
    metric,
    source,
    entity,
    {{ place_columns() }},
    whole_file,
    column_name,
    value,
    rule,
    message,
    received_on,
    -- A row that would lower a figure that must be high, or raise one that must be low, could undo
    -- `met`.
    {%- for doubt, of_at_least, of_at_most in [
        ('doubts_met', 'lowers', 'raises'), ('doubts_not_met', 'raises', 'lowers')
    ] %}
    max(
        case
            when comparator = '=' then 1
            when comparator = '>=' and {{ of_at_least }} then 1
            when comparator = '<=' and {{ of_at_most }} then 1
            else 0
        end
    ) = 1 as {{ doubt }}{{ ',' if not loop.last }}
    {%- endfor %}
from doubts
group by
    period, partner_id, program, tier, requirement, metric, source, entity, _file, _row, _cell,
    whole_file, column_name, value, rule, message, received_on
