{# The key of each staged entity, as the landing contract states it: entity -> (source, columns). #}
{% macro entity_keys() %}
{{ return({
    'partners': ('partner_activity', ['partner_id']),
    'partner_owners': ('partner_activity', ['partner_id', 'role', 'active_from']),
    'partner_successions': ('partner_activity', ['partner_id']),
    'enrollments': ('partner_activity', ['partner_id', 'program', 'enrolled_on']),
    'agreements': ('partner_activity', ['agreement_id']),
    'agreement_terms': ('partner_activity', ['agreement_id', 'parameter', 'effective_from']),
    'contacts': ('partner_activity', ['contact_id', 'partner_id']),
    'trainings': ('partner_activity', ['training_id']),
    'marketing_activities': ('partner_activity', ['activity_id']),
    'customer_references': ('partner_activity', ['reference_id']),
    'business_plans': ('partner_activity', ['plan_id']),
    'marketing_plans': ('partner_activity', ['plan_id']),
    'partner_listings': ('partner_activity', ['partner_id']),
    'order_forms': ('partner_activity', ['order_form_id']),
    'enablement_materials': ('partner_activity', ['material_id']),
    'conduct_cases': ('partner_activity', ['case_id']),
    'referrals': ('partner_activity', ['referral_id']),
    'apps': ('app_usage', ['app_id', 'partner_id']),
    'listing_events': ('app_usage', ['app_id', 'event', 'occurred_on']),
    'test_customers': ('app_usage', ['app_id', 'company_id']),
    'installations': ('app_usage', ['installation_id']),
    'contact_requests': ('app_usage', ['request_id']),
    'subscription_lines': ('reseller_reports', ['partner_id', 'report_month', 'line_id']),
    'reports': ('reseller_reports', ['partner_id', 'report_month']),
    'marketing_lines': ('reseller_reports', ['partner_id', 'report_month', 'line_id']),
    'forecast_lines': ('reseller_reports', ['partner_id', 'report_month', 'quarter', 'line_id']),
    'overlaps': ('account_mapping', ['partner_id', 'account_id', 'partner_record_name']),
    'accounts': ('crm', ['account_id']),
    'opportunities': ('crm', ['opportunity_id']),
    'registrations': ('deal_registration', ['registration_id']),
    'registration_events': ('deal_registration', ['registration_id', 'event', 'occurred_at']),
    'premier_invitations': ('decisions', ['partner_id', 'tier_year']),
    'waivers': ('decisions', ['waiver_id']),
    'governance_decisions': ('decisions', ['review', 'partner_id', 'program']),
    'disputes': ('decisions', ['dispute_id']),
    'summit_invitations': ('decisions', ['partner_id', 'summit_year']),
}) }}
{% endmacro %}

{# The staging model of an entity. #}
{% macro staged(entity) -%}
    {{ ref('stg_' ~ entity_keys()[entity][0] ~ '__' ~ entity) }}
{%- endmacro %}

{# A row's key as one text: its columns parted by a slash. #}
{% macro key_of(row, entity) -%}
    {{ key_text(row, entity_keys()[entity][1]) }}
{%- endmacro %}
