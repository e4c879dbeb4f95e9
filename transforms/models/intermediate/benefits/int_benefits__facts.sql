-- The conditions of benefits that hold for each partner on the run's day: one row for each partner,
-- program (null: whatever the program) and condition of the policy's benefits that holds.
with run as (
    select as_of, extract(year from as_of) as summit_year
    from {{ source('run', 'parameters') }}
),

running as (
    select
        enrollments.partner_id,
        enrollments.program,
        max(enrollments.enrolled_on) as enrolled_on
    from {{ ref('stg_partner_activity__enrollments') }} as enrollments
    cross join run
    {{ join_partner('enrollments.partner_id', 'run.as_of') }}
    where {{ is_enrolled('enrollments', 'run.as_of') }}
        and {{ is_active('enrollments.partner_id', 'run.as_of') }}
    group by enrollments.partner_id, enrollments.program
),

-- The decision in force is the last one; a new enrolment starts with none (GUIDE-NONCOMPLIANCE).
decided as (
    {% call first_of_each(
        'running.partner_id, running.program',
        'decisions.decided_on desc, decisions.review desc'
    ) %}
    select
        running.partner_id,
        running.program,
        decisions.decision
    from running
    cross join run
    inner join {{ ref('stg_decisions__governance_decisions') }} as decisions
        on running.partner_id = decisions.partner_id
        and lower(running.program) = lower({{ trimmed('decisions.program') }})
        and decisions.decided_on between running.enrolled_on and run.as_of
    {% endcall %}
),

deals as (
    select distinct registrations.partner_id
    from {{ ref('fct_deal_registrations') }} as registrations
    where registrations.state in ('approved', 'extended')
),

listed as (
    select distinct owners.partner_id
    from {{ ref('fct_listings') }} as listings
    cross join run
    inner join {{ ref('int_apps__owners') }} as owners
        on listings.app_id = owners.app_id
        and {{ holds_on('owners', 'run.as_of') }}
    where listings.eligible
)

select
    running.partner_id,
    running.program,
    'enrolled' as condition
from running
left join decided
    on running.partner_id = decided.partner_id
    and running.program = decided.program
    and decided.decision = 'end_status'
where decided.partner_id is null
union all
select partner_id, program, decision as condition
from decided
union all
select invitations.partner_id, cast(null as string) as program, 'summit_invited' as condition
from {{ ref('stg_decisions__summit_invitations') }} as invitations
inner join run
    on invitations.summit_year = run.summit_year
    and invitations.decided_on <= run.as_of
union all
select distinct
    plans.partner_id, cast(null as string) as program, 'marketing_plan_approved' as condition
from {{ ref('stg_partner_activity__marketing_plans') }} as plans
inner join run
    on plans.submitted_on <= run.as_of
where plans.status = 'approved'
union all
select partner_id, cast(null as string) as program, 'app_eligible' as condition
from listed
union all
select partner_id, cast(null as string) as program, 'service_listing_eligible' as condition
from {{ ref('fct_service_listings') }}
where eligible
union all
select partner_id, cast(null as string) as program, 'deal_approved' as condition
from deals
