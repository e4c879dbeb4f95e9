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
    '{{ contract()[entity].source }}' as source,
    '{{ entity }}' as entity,
    {{ key_of('found', entity) }} as key,
    '{{ second }} ' || cast(found.{{ second }} as string) || ' lies before {{ first }} '
    || cast(found.{{ first }} as string) as detail
from {{ staged(entity) }} as found
where found.{{ second }} < found.{{ first }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
