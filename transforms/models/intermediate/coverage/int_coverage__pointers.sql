{# Every foreign key of the contract: what it points at -> the entities and columns that point. #}
{% set pointers = {
    ('partners', 'partner_id'): [
        'enrollments', 'agreements', 'contacts', 'trainings', 'marketing_activities',
        'customer_references', 'business_plans', 'marketing_plans', 'partner_listings',
        'order_forms', 'enablement_materials', 'conduct_cases', 'referrals', 'apps',
        'subscription_lines', 'reports', 'marketing_lines', 'forecast_lines', 'overlaps',
        'registrations', 'premier_invitations', 'waivers', 'governance_decisions',
        'summit_invitations', 'disputes', 'partner_owners',
    ],
    ('agreements', 'agreement_id'): ['agreement_terms'],
    ('contacts', 'contact_id'): ['trainings'],
    ('order_forms', 'order_form_id'): ['subscription_lines'],
    ('apps', 'app_id'): [
        'enablement_materials', 'listing_events', 'test_customers', 'installations',
        'contact_requests',
    ],
    ('accounts', 'account_id'): ['overlaps', 'opportunities'],
    ('registrations', 'registration_id'): ['registration_events'],
} %}
-- Keys that point nowhere: findings, not drops (sources.yaml, "rows").
with
{% for target, column in pointers %}
all_{{ target }} as (
    select {{ column }}
    from {{ staged(target) }}
){{ ',' if not loop.last }}
{% endfor %}

{% for (target, column), entities in pointers.items() %}
{% for entity in entities %}
select
    '{{ entity_keys()[entity][0] }}' as source,
    '{{ entity }}' as entity,
    {{ key_of('found', entity) }} as key,
    '{{ column }} "' || found.{{ column }} || '" is not among {{ target }}' as detail
from {{ staged(entity) }} as found
left join all_{{ target }} as target
    on found.{{ column }} = target.{{ column }}
where found.{{ column }} <> '' and target.{{ column }} is null
union all
{% endfor %}
{% endfor %}
-- The activity report by app only: its rows are days.
select distinct
    'app_usage' as source,
    'api_call_activity' as entity,
    found.app_id as key,
    'app_id "' || found.app_id || '" is not among apps' as detail
from {{ ref('stg_app_usage__api_call_activity') }} as found
left join all_apps as target
    on found.app_id = target.app_id
where target.app_id is null
