{# Pairs of dates of which the second is never before the first. #}
{% set spans = [
    ('partner_activity', 'partners', ['partner_id'], 'joined_on', 'terminated_on'),
    ('partner_activity', 'enrollments', ['partner_id', 'program', 'enrolled_on'], 'enrolled_on', 'ended_on'),
    ('partner_activity', 'agreements', ['agreement_id'], 'executed_on', 'ended_on'),
    ('partner_activity', 'agreement_terms', ['agreement_id', 'parameter', 'effective_from'], 'effective_from', 'effective_to'),
    ('partner_activity', 'contacts', ['contact_id'], 'active_from', 'active_to'),
    ('partner_activity', 'trainings', ['training_id'], 'enrolled_on', 'completed_on'),
    ('partner_activity', 'trainings', ['training_id'], 'completed_on', 'expires_on'),
    ('partner_activity', 'marketing_activities', ['activity_id'], 'submitted_on', 'decided_on'),
    ('partner_activity', 'order_forms', ['order_form_id'], 'submitted_on', 'executed_on'),
    ('partner_activity', 'conduct_cases', ['case_id'], 'opened_on', 'closed_on'),
    ('partner_activity', 'referrals', ['referral_id'], 'introduced_on', 'qualified_on'),
    ('partner_activity', 'referrals', ['referral_id'], 'qualified_on', 'closed_on'),
    ('app_usage', 'installations', ['installation_id'], 'installed_at', 'uninstalled_at'),
    ('app_usage', 'contact_requests', ['request_id'], 'received_at', 'answered_at'),
    ('crm', 'accounts', ['account_id'], 'customer_since', 'churned_on'),
    ('crm', 'opportunities', ['opportunity_id'], 'created_on', 'closed_on'),
    ('decisions', 'waivers', ['waiver_id'], 'valid_from', 'valid_to'),
] %}
-- Dates in the wrong order: the row stands as it is, and a person looks (sources.yaml, "rows").
{% for source, entity, key, first, second in spans %}
select
    '{{ source }}' as source,
    '{{ entity }}' as entity,
    {{ key_text('found', key) }} as key,
    '{{ second }} ' || cast(found.{{ second }} as varchar) || ' lies before {{ first }} '
    || cast(found.{{ first }} as varchar) as detail
from {{ ref('stg_' ~ source ~ '__' ~ entity) }} as found
where found.{{ second }} < found.{{ first }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
