-- Failing means that two rows of one key are in force at once, so that figures over them count
-- twice.
{% for entity, declared in contract().items() if declared.key %}
select '{{ entity }}' as entity, count(*) as copies
from {{ staged(entity) }}
group by {{ declared.key | join(', ') }}
having count(*) > 1
{% if not loop.last %}union all{% endif %}
{% endfor %}
