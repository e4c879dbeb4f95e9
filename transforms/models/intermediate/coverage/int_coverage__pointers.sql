{# Every foreign key of the contract: entity, its key, the column that points, and at what. #}
{% set pointers = [
    ('partner_activity', 'enrollments', ['partner_id', 'program', 'enrolled_on'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('partner_activity', 'agreements', ['agreement_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('partner_activity', 'agreement_terms', ['agreement_id', 'parameter', 'effective_from'], 'agreement_id', 'partner_activity', 'agreements', 'agreement_id'),
    ('partner_activity', 'contacts', ['contact_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('partner_activity', 'trainings', ['training_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('partner_activity', 'trainings', ['training_id'], 'contact_id', 'partner_activity', 'contacts', 'contact_id'),
    ('partner_activity', 'marketing_activities', ['activity_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('partner_activity', 'customer_references', ['reference_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('partner_activity', 'business_plans', ['plan_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('partner_activity', 'marketing_plans', ['plan_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('partner_activity', 'partner_listings', ['partner_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('partner_activity', 'order_forms', ['order_form_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('partner_activity', 'enablement_materials', ['material_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('partner_activity', 'enablement_materials', ['material_id'], 'app_id', 'app_usage', 'apps', 'app_id'),
    ('partner_activity', 'conduct_cases', ['case_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('partner_activity', 'referrals', ['referral_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('app_usage', 'apps', ['app_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('app_usage', 'listing_events', ['app_id', 'event', 'occurred_on'], 'app_id', 'app_usage', 'apps', 'app_id'),
    ('app_usage', 'test_customers', ['app_id', 'company_id'], 'app_id', 'app_usage', 'apps', 'app_id'),
    ('app_usage', 'installations', ['installation_id'], 'app_id', 'app_usage', 'apps', 'app_id'),
    ('app_usage', 'contact_requests', ['request_id'], 'app_id', 'app_usage', 'apps', 'app_id'),
    ('reseller_reports', 'subscription_lines', ['partner_id', 'report_month', 'line_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('reseller_reports', 'subscription_lines', ['partner_id', 'report_month', 'line_id'], 'order_form_id', 'partner_activity', 'order_forms', 'order_form_id'),
    ('reseller_reports', 'reports', ['partner_id', 'report_month'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('reseller_reports', 'marketing_lines', ['partner_id', 'report_month', 'line_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('reseller_reports', 'forecast_lines', ['partner_id', 'report_month', 'quarter', 'line_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('account_mapping', 'overlaps', ['partner_id', 'account_id', 'partner_record_name'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('account_mapping', 'overlaps', ['partner_id', 'account_id', 'partner_record_name'], 'account_id', 'crm', 'accounts', 'account_id'),
    ('crm', 'opportunities', ['opportunity_id'], 'account_id', 'crm', 'accounts', 'account_id'),
    ('deal_registration', 'registrations', ['registration_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('deal_registration', 'registration_events', ['registration_id', 'event', 'occurred_at'], 'registration_id', 'deal_registration', 'registrations', 'registration_id'),
    ('decisions', 'premier_invitations', ['partner_id', 'tier_year'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('decisions', 'waivers', ['waiver_id'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('decisions', 'governance_decisions', ['review', 'partner_id', 'program'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
    ('decisions', 'summit_invitations', ['partner_id', 'summit_year'], 'partner_id', 'partner_activity', 'partners', 'partner_id'),
] %}
-- Keys that point nowhere: findings, not drops (sources.yaml, "rows").
{% for source, entity, key, column, to_source, to_entity, to_column in pointers %}
select
    '{{ source }}' as source,
    '{{ entity }}' as entity,
    {{ key_text('found', key) }} as key,
    '{{ column }} "' || found.{{ column }} || '" is not among {{ to_entity }}' as detail
from {{ ref('stg_' ~ source ~ '__' ~ entity) }} as found
left join {{ ref('stg_' ~ to_source ~ '__' ~ to_entity) }} as target
    on found.{{ column }} = target.{{ to_column }}
where found.{{ column }} <> '' and target.{{ to_column }} is null
{% if not loop.last %}union all{% endif %}
{% endfor %}
union all
-- The activity report by app only: its rows are days.
select distinct
    'app_usage' as source,
    'api_call_activity' as entity,
    found.app_id as key,
    'app_id "' || found.app_id || '" is not among apps' as detail
from {{ ref('stg_app_usage__api_call_activity') }} as found
left join {{ ref('stg_app_usage__apps') }} as target
    on found.app_id = target.app_id
where target.app_id is null
