{{ config(meta={'reads_by': 'policy.figures'}) }}
{% set figures = declared_figures() %}
{# Whatever can be counted is named here, so that dbt builds it first; what is not counted changes
   nothing (orchestration/speed/affected.py). #}
{% set rows = ref('int_figures__lines'), ref('int_apps__owners'), ref('int_ledger__lists') %}
{% set more = ref('int_figures__windows'), ref('int_partners__holders') %}
{% set bounds = ref('int_policy__values'), ref('int_policy__partner_values') %}
{% set zone = source('resolved', 'zone_changes'), source('run', 'parameters') %}
{% for entity in countable_entities() %}{% set one = staged(entity) %}{% endfor %}
-- The rows behind every metric as data. `standing`: `counts`; `short` (would count if it met the
-- conditions, or had not ended by the window's end); `context` (counts on neither side).
with looked_at as (
    {% for figure in figures %}
    {{ figure_rows(figure) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
    {% if not figures %}
    select
        {{ figure_key('windows') }},
        windows.metric as item,
        cast(null as decimal(18, 4)) as amount,
        false as has_amount,
        false as at_end,
        false as at_opening,
        false as passes,
        windows.source,
        windows.entity,
        cast(null as string) as file,
        cast(null as bigint) as row_number,
        cast(null as string) as cell,
        windows.ends_on as evidence_date,
        windows.metric as detail
    from {{ ref('int_figures__windows') }} as windows
    where false
    {% endif %}
),

in_window as (
    select
        looked_at.*,
        windows.take,
        windows.compare,
        windows.window_from
    from looked_at
    inner join {{ ref('int_figures__windows') }} as windows
        on {{ same_figure('looked_at', 'windows') }}
    where (looked_at.at_end or looked_at.at_opening)
        and (looked_at.passes or windows.compare is null)
),

-- An item is there on a day if any of its rows is in force, and came with its first row.
by_item as (
    select
        in_window.*,
        max(case when at_end then 1 else 0 end)
            over (partition by period, partner_id, program, metric, item) = 1 as item_at_end,
        max(case when at_opening then 1 else 0 end)
            over (partition by period, partner_id, program, metric, item) = 1 as was_there,
        min(evidence_date)
            over (partition by period, partner_id, program, metric, item) as came_on
    from in_window
),

-- How an item is compared: whether it was there before, or came in the window.
items as (
    select
        by_item.*,
        case when compare = 'kept_of_new' then came_on >= window_from else was_there end
            as item_at_opening
    from by_item
)

select
    {{ figure_key() }},
    take,
    compare,
    item,
    amount,
    has_amount and amount is null as is_absurd,
    passes,
    at_end,
    at_opening,
    item_at_end,
    item_at_opening,
    case
        when compare is null then case when passes then 'counts' else 'short' end
        when compare <> 'change' and not item_at_opening then 'context'
        when not item_at_end then 'short'
        when compare = 'change' and item_at_opening then 'context'
        else 'counts'
    end as standing,
    {{ evidence_columns() }}
from items
