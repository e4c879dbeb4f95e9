-- The parameters that a metric's own computation reads, so that a conflict between a partner's
-- terms on one of them reaches every requirement that would use it (semantics 1). `scoped`: the
-- parameter's id begins with the program's.
select metric, scoped, parameter
from (
    values
    ('agreements_current', false, 'agreements.version_grace_days'),
    ('agreements_current', true, 'required_agreements'),
    ('agreements_signed', true, 'signed_agreements'),
    ('agreements_redlined', true, 'redline_agreements'),
    ('training_roles_filled', true, 'training_roles'),
    ('certified_people', true, 'certification_tracks'),
    ('certification_announced', true, 'certification_tracks'),
    ('references_in_year', false, 'references.accepted_statuses'),
    ('references_in_year', false, 'references.judged_in'),
    ('business_plan_complete', true, 'plan_due'),
    ('conduct_upheld', false, 'conduct.severities'),
    ('arr_usd', true, 'arr_measure'),
    ('arr_usd', true, 'arr_minimum_term_months'),
    ('arr_usd', false, 'fx.rate_max_age_days'),
    ('reports_received', true, 'report_due_day'),
    ('contact_answered_share', false, 'contact.answer_business_days'),
    ('average_monthly_active_customers', true, 'attainment_minimum_months'),
    ('bidirectional_apps', true, 'data_flow_minimum_months'),
    ('invitation', true, 'invitation_due')
) as uses (metric, scoped, parameter)
union
-- Metrics as data state themselves which parameters they look up.
select metric, false as scoped, parameter
from {{ source('policy', 'metric_parameters') }}
