{# Made by `make generate` from ingest/sources.yaml; do not edit. #}
{% macro contract() %}
{{ return({
    'partners': {
        'source': 'partner_activity', 'key': ['partner_id'],
        'columns': ['partner_id', 'name', 'domain', 'country', 'region', 'joined_on', 'status',
            'terminated_on'],
        'points_at': {}, 'not_before': [['terminated_on', 'joined_on']]
    },
    'partner_owners': {
        'source': 'partner_activity', 'key': ['partner_id', 'role', 'active_from'],
        'columns': ['partner_id', 'owner', 'role', 'active_from', 'active_to'],
        'points_at': {'partner_id': 'partners'}, 'not_before': [['active_to', 'active_from']]
    },
    'partner_successions': {
        'source': 'partner_activity', 'key': ['partner_id'],
        'columns': ['partner_id', 'successor_id', 'effective_on'],
        'points_at': {'partner_id': 'partners', 'successor_id': 'partners'}, 'not_before': []
    },
    'enrollments': {
        'source': 'partner_activity', 'key': ['partner_id', 'program', 'enrolled_on'],
        'columns': ['partner_id', 'program', 'application_completed_on', 'enrolled_on',
            'ended_on'],
        'points_at': {'partner_id': 'partners'}, 'not_before': [['ended_on', 'enrolled_on']]
    },
    'agreements': {
        'source': 'partner_activity', 'key': ['agreement_id'],
        'columns': ['agreement_id', 'partner_id', 'agreement_type', 'version', 'executed_on',
            'ended_on', 'redlined'],
        'points_at': {'partner_id': 'partners'}, 'not_before': [['ended_on', 'executed_on']]
    },
    'agreement_terms': {
        'source': 'partner_activity', 'key': ['agreement_id', 'parameter', 'effective_from'],
        'columns': ['agreement_id', 'parameter', 'value', 'effective_from', 'effective_to'],
        'points_at': {'agreement_id': 'agreements'}, 'not_before': [['effective_to',
            'effective_from']]
    },
    'contacts': {
        'source': 'partner_activity', 'key': ['contact_id', 'partner_id'],
        'columns': ['contact_id', 'partner_id', 'name', 'email', 'role', 'active_from',
            'active_to'],
        'points_at': {'partner_id': 'partners'}, 'not_before': [['active_to', 'active_from']]
    },
    'trainings': {
        'source': 'partner_activity', 'key': ['training_id'],
        'columns': ['training_id', 'partner_id', 'contact_id', 'course', 'track', 'enrolled_on',
            'completed_on', 'passed', 'expires_on'],
        'points_at': {'partner_id': 'partners', 'contact_id': 'contacts'}, 'not_before':
            [['completed_on', 'enrolled_on'], ['expires_on', 'completed_on']]
    },
    'marketing_activities': {
        'source': 'partner_activity', 'key': ['activity_id'],
        'columns': ['activity_id', 'partner_id', 'kind', 'announces_certification', 'occurred_on',
            'submitted_on', 'status', 'decided_on'],
        'points_at': {'partner_id': 'partners'}, 'not_before': [['decided_on', 'submitted_on']]
    },
    'customer_references': {
        'source': 'partner_activity', 'key': ['reference_id'],
        'columns': ['reference_id', 'partner_id', 'customer_name', 'provided_on', 'status'],
        'points_at': {'partner_id': 'partners'}, 'not_before': []
    },
    'business_plans': {
        'source': 'partner_activity', 'key': ['plan_id'],
        'columns': ['plan_id', 'partner_id', 'plan_year', 'submitted_on', 'has_financial_targets',
            'has_marketing_activities', 'has_goals', 'arr_target_usd'],
        'points_at': {'partner_id': 'partners'}, 'not_before': []
    },
    'marketing_plans': {
        'source': 'partner_activity', 'key': ['plan_id'],
        'columns': ['plan_id', 'partner_id', 'submitted_on', 'status', 'funding_usd'],
        'points_at': {'partner_id': 'partners'}, 'not_before': []
    },
    'partner_listings': {
        'source': 'partner_activity', 'key': ['partner_id'],
        'columns': ['partner_id', 'company_information', 'logo_url', 'logo_width_px',
            'provided_on'],
        'points_at': {'partner_id': 'partners'}, 'not_before': []
    },
    'order_forms': {
        'source': 'partner_activity', 'key': ['order_form_id'],
        'columns': ['order_form_id', 'partner_id', 'subscription_id', 'customer_name',
            'submitted_on', 'executed_on', 'status'],
        'points_at': {'partner_id': 'partners'}, 'not_before': [['executed_on', 'submitted_on']]
    },
    'enablement_materials': {
        'source': 'partner_activity', 'key': ['material_id'],
        'columns': ['material_id', 'partner_id', 'app_id', 'kind', 'url', 'verified_on'],
        'points_at': {'partner_id': 'partners', 'app_id': 'apps'}, 'not_before': []
    },
    'conduct_cases': {
        'source': 'partner_activity', 'key': ['case_id'],
        'columns': ['case_id', 'partner_id', 'opened_on', 'closed_on', 'severity', 'outcome',
            'note'],
        'points_at': {'partner_id': 'partners'}, 'not_before': [['closed_on', 'opened_on']]
    },
    'referrals': {
        'source': 'partner_activity', 'key': ['referral_id'],
        'columns': ['referral_id', 'partner_id', 'customer_name', 'customer_domain',
            'submitted_at', 'via_form', 'introduced_on', 'qualified_on', 'outcome', 'closed_on',
            'amount_usd'],
        'points_at': {'partner_id': 'partners'}, 'not_before': [['qualified_on', 'introduced_on'],
            ['closed_on', 'qualified_on']]
    },
    'apps': {
        'source': 'app_usage', 'key': ['app_id', 'partner_id'],
        'columns': ['app_id', 'partner_id', 'owned_from', 'name', 'kind', 'marketplace',
            'declared_data_flow', 'first_launched_on', 'description', 'logo_url',
            'support_contact', 'last_reviewed_on'],
        'points_at': {'partner_id': 'partners'}, 'not_before': []
    },
    'listing_events': {
        'source': 'app_usage', 'key': ['app_id', 'event', 'occurred_on'],
        'columns': ['app_id', 'event', 'occurred_on', 'reason'],
        'points_at': {'app_id': 'apps'}, 'not_before': []
    },
    'test_customers': {
        'source': 'app_usage', 'key': ['app_id', 'company_id'],
        'columns': ['app_id', 'company_id', 'tested_on'],
        'points_at': {'app_id': 'apps'}, 'not_before': []
    },
    'installations': {
        'source': 'app_usage', 'key': ['installation_id'],
        'columns': ['installation_id', 'app_id', 'company_id', 'is_demo', 'installed_at',
            'uninstalled_at'],
        'points_at': {'app_id': 'apps'}, 'not_before': [['uninstalled_at', 'installed_at']]
    },
    'usage_events': {
        'source': 'app_usage', 'key': [],
        'columns': ['app_id', 'company_id', 'occurred_at', 'http_method', 'response_code',
            'call_count'],
        'points_at': {}, 'not_before': []
    },
    'api_call_activity': {
        'source': 'app_usage', 'key': ['app_id', '"date"', 'response_code', 'http_method',
            'normalized_route'],
        'columns': ['app_id', '"date"', 'response_code', 'http_method', 'normalized_route',
            '"count"'],
        'points_at': {'app_id': 'apps'}, 'not_before': []
    },
    'contact_requests': {
        'source': 'app_usage', 'key': ['request_id'],
        'columns': ['request_id', 'app_id', 'received_at', 'answered_at'],
        'points_at': {'app_id': 'apps'}, 'not_before': [['answered_at', 'received_at']]
    },
    'subscription_lines': {
        'source': 'reseller_reports', 'key': ['partner_id', 'report_month', 'line_id'],
        'columns': ['partner_id', 'report_month', 'line_id', 'line_type', 'subscription_id',
            'customer_name', 'customer_domain', 'product', 'quantity', 'term_start', 'term_end',
            'amount', 'currency', 'order_form_id'],
        'points_at': {'partner_id': 'partners', 'order_form_id': 'order_forms'}, 'not_before': []
    },
    'reports': {
        'source': 'reseller_reports', 'key': ['partner_id', 'report_month'],
        'columns': ['partner_id', 'report_month', 'received_on', 'declares_no_sales'],
        'points_at': {'partner_id': 'partners'}, 'not_before': []
    },
    'marketing_lines': {
        'source': 'reseller_reports', 'key': ['partner_id', 'report_month', 'line_id'],
        'columns': ['partner_id', 'report_month', 'line_id', 'activity', 'occurred_on'],
        'points_at': {'partner_id': 'partners'}, 'not_before': []
    },
    'forecast_lines': {
        'source': 'reseller_reports', 'key': ['partner_id', 'report_month', 'quarter', 'line_id'],
        'columns': ['partner_id', 'report_month', 'line_id', 'quarter', 'expected_arr',
            'currency'],
        'points_at': {'partner_id': 'partners'}, 'not_before': []
    },
    'overlaps': {
        'source': 'account_mapping', 'key': ['partner_id', 'account_id', 'partner_record_name'],
        'columns': ['partner_id', 'account_id', 'account_name', 'account_domain', 'population',
            'partner_record_name', 'partner_record_domain', 'partner_population', 'seen_on',
            'is_deleted'],
        'points_at': {'partner_id': 'partners', 'account_id': 'accounts'}, 'not_before': []
    },
    'accounts': {
        'source': 'crm', 'key': ['account_id'],
        'columns': ['account_id', 'name', 'domain', 'country', 'company_id', 'customer_since',
            'churned_on', 'is_deleted'],
        'points_at': {}, 'not_before': [['churned_on', 'customer_since']]
    },
    'opportunities': {
        'source': 'crm', 'key': ['opportunity_id'],
        'columns': ['opportunity_id', 'account_id', 'kind', 'channel', 'created_on', 'closed_on',
            'is_won', 'amount', 'currency', 'is_deleted'],
        'points_at': {'account_id': 'accounts'}, 'not_before': [['closed_on', 'created_on']]
    },
    'registrations': {
        'source': 'deal_registration', 'key': ['registration_id'],
        'columns': ['registration_id', 'partner_id', 'customer_name', 'customer_domain',
            'country', 'submitted_at', 'via_form', 'is_renewal', 'presales_description',
            'procurement_published_on', 'estimated_arr_usd'],
        'points_at': {'partner_id': 'partners'}, 'not_before': []
    },
    'registration_events': {
        'source': 'deal_registration', 'key': ['registration_id', 'event', 'occurred_at'],
        'columns': ['registration_id', 'event', 'occurred_at', 'decided_by', 'reason',
            'legal_exception'],
        'points_at': {'registration_id': 'registrations'}, 'not_before': []
    },
    'fx_rates': {
        'source': 'reference', 'key': ['"date"', 'currency'],
        'columns': ['"date"', 'currency', 'units_per_eur'],
        'points_at': {}, 'not_before': []
    },
    'control_totals': {
        'source': 'reference', 'key': ['period', 'measure', 'partner_id', 'source'],
        'columns': ['period', 'measure', 'partner_id', 'value', 'source', 'as_of'],
        'points_at': {'partner_id': 'partners'}, 'not_before': []
    },
    'premier_invitations': {
        'source': 'decisions', 'key': ['partner_id', 'tier_year'],
        'columns': ['partner_id', 'tier_year', 'status', 'decided_on', 'decided_by', 'sponsor',
            'rationale'],
        'points_at': {'partner_id': 'partners'}, 'not_before': []
    },
    'waivers': {
        'source': 'decisions', 'key': ['waiver_id'],
        'columns': ['waiver_id', 'partner_id', 'program', 'requirement', 'valid_from', 'valid_to',
            'granted_by', 'reason'],
        'points_at': {'partner_id': 'partners'}, 'not_before': [['valid_to', 'valid_from']]
    },
    'governance_decisions': {
        'source': 'decisions', 'key': ['review', 'partner_id', 'program'],
        'columns': ['review', 'partner_id', 'program', 'decision', 'decided_on', 'decided_by',
            'rationale'],
        'points_at': {'partner_id': 'partners'}, 'not_before': []
    },
    'disputes': {
        'source': 'decisions', 'key': ['dispute_id'],
        'columns': ['dispute_id', 'partner_id', 'period', 'program', 'raised_on', 'evidence',
            'outcome', 'decided_on', 'decided_by', 'rationale'],
        'points_at': {'partner_id': 'partners'}, 'not_before': []
    },
    'summit_invitations': {
        'source': 'decisions', 'key': ['partner_id', 'summit_year'],
        'columns': ['partner_id', 'summit_year', 'decided_by', 'decided_on'],
        'points_at': {'partner_id': 'partners'}, 'not_before': []
    }
}) }}
{% endmacro %}
