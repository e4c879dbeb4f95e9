{# Every entity that another points at, and each that points: (entity, column, what it points at).
   The activity report is listed by app only, because its rows are days. #}
{% set pointing = [] %}
{% for entity, declared in contract().items() if entity != 'api_call_activity' %}
{% for column, target in declared.points_at.items() %}
{% do pointing.append((entity, column, target)) %}
{% endfor %}
{% endfor %}
-- Keys that point nowhere: findings, not drops (sources.yaml, "points_at").
with
{% for target in pointing | map(attribute=2) | unique %}
all_{{ target }} as (
    select distinct {{ contract()[target].key[0] }} as id
    from {{ staged(target) }}
){{ ',' if not loop.last }}
{% endfor %}

{% for entity, column, target in pointing %}
select
    {{ about_row('pointers', entity) }},
    '{{ column }} "' || pointers.{{ column }} || '" is not among {{ target }}' as detail
from {{ staged(entity) }} as pointers
left join all_{{ target }} as target
    on pointers.{{ column }} = target.id
where pointers.{{ column }} <> '' and target.id is null
union all
{% endfor %}
-- The activity report by app only: its rows are days.
select distinct
    'app_usage' as source,
    'api_call_activity' as entity,
    pointers.app_id as key,
    'app_id "' || pointers.app_id || '" is not among apps' as detail
from {{ ref('stg_app_usage__api_call_activity') }} as pointers
left join all_apps as target
    on pointers.app_id = target.id
where target.id is null
