-- Failing means: two rows of one key are in force at once, and every figure over them counts twice.
{% for entity, (source, columns) in entity_keys().items() %}
select '{{ entity }}' as entity, count(*) as copies
from {{ staged(entity) }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% if not loop.last %}union all{% endif %}
{% endfor %}
