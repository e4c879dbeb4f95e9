{% set spans = [] %}
{% for entity, declared in contract().items() %}
{% for later, earlier in declared.not_before %}
{% do spans.append((entity, earlier, later)) %}
{% endfor %}
{% endfor %}
-- Dates in the wrong order: the row counts as it is, and a person looks at it (sources.yaml,
-- "not_before").
{% for entity, first, second in spans %}
select
    {{ about_row('dated', entity) }},
    '{{ second }} ' || cast(dated.{{ second }} as string) || ' lies before {{ first }} '
    || cast(dated.{{ first }} as string) as detail
from {{ staged(entity) }} as dated
where dated.{{ second }} < dated.{{ first }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
