{# Entities whose latest row wins by key; replacements of whole reports are tested by the line. #}
{% set keys = {
    'stg_partner_activity__partners': ['partner_id'],
    'stg_partner_activity__enrollments': ['partner_id', 'program', 'enrolled_on'],
    'stg_partner_activity__agreements': ['agreement_id'],
    'stg_partner_activity__agreement_terms': ['agreement_id', 'parameter', 'effective_from'],
    'stg_partner_activity__contacts': ['contact_id'],
    'stg_partner_activity__trainings': ['training_id'],
    'stg_partner_activity__conduct_cases': ['case_id'],
    'stg_app_usage__apps': ['app_id'],
    'stg_app_usage__installations': ['installation_id'],
    'stg_reseller_reports__subscription_lines': ['partner_id', 'report_month', 'line_id'],
    'stg_reseller_reports__reports': ['partner_id', 'report_month'],
    'stg_decisions__waivers': ['waiver_id'],
    'stg_decisions__premier_invitations': ['partner_id', 'tier_year'],
} %}
-- Failing means: two rows of one key are in force at once, and every figure over them counts twice.
{% for model, columns in keys.items() %}
select '{{ model }}' as model, count(*) as copies
from {{ ref(model) }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% if not loop.last %}union all{% endif %}
{% endfor %}
