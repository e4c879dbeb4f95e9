{# Pairs of dates of which the second is never before the first. #}
{% set spans = [
    ('partners', 'joined_on', 'terminated_on'),
    ('enrollments', 'enrolled_on', 'ended_on'),
    ('agreements', 'executed_on', 'ended_on'),
    ('agreement_terms', 'effective_from', 'effective_to'),
    ('contacts', 'active_from', 'active_to'),
    ('partner_owners', 'active_from', 'active_to'),
    ('trainings', 'enrolled_on', 'completed_on'),
    ('trainings', 'completed_on', 'expires_on'),
    ('marketing_activities', 'submitted_on', 'decided_on'),
    ('order_forms', 'submitted_on', 'executed_on'),
    ('conduct_cases', 'opened_on', 'closed_on'),
    ('referrals', 'introduced_on', 'qualified_on'),
    ('referrals', 'qualified_on', 'closed_on'),
    ('installations', 'installed_at', 'uninstalled_at'),
    ('contact_requests', 'received_at', 'answered_at'),
    ('accounts', 'customer_since', 'churned_on'),
    ('opportunities', 'created_on', 'closed_on'),
    ('waivers', 'valid_from', 'valid_to'),
] %}
-- Dates in the wrong order: the row stands as it is, and a person looks (sources.yaml, "rows").
{% for entity, first, second in spans %}
select
    '{{ entity_keys()[entity][0] }}' as source,
    '{{ entity }}' as entity,
    {{ key_of('found', entity) }} as key,
    '{{ second }} ' || cast(found.{{ second }} as string) || ' lies before {{ first }} '
    || cast(found.{{ first }} as string) as detail
from {{ staged(entity) }} as found
where found.{{ second }} < found.{{ first }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
