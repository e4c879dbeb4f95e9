-- The rows behind every metric of people and papers. `standing`: `counts`; `open` (would count if
-- the open question went that way); `short` (looked at, does not count); `context` (what the others
-- depend on).
{% for facts in ['agreement', 'training', 'activity', 'marketing'] -%}
select
    {{ figure_key() }}, item,
    {{ 'position' if facts == 'training' else 'cast(null as bigint) as position' }}, standing,
    {{ evidence_columns() }}
from {{ ref('int_people__' ~ facts ~ '_facts') }}
{{ 'union all' if not loop.last }}
{% endfor %}
