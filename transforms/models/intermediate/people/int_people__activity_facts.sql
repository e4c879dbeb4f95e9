-- References, plans and conduct: SERV-REFERENCE, RESL-REFERENCE, RESL-PLAN, and the STANDING
-- requirement of every program.
with plans as (
    select
        {{ figure_key('pairs') }},
        {{ monthday_in_year(parameter_text('due'), 'extract(year from pairs.ends_on)') }} as due_on,
        plans.plan_id,
        plans.submitted_on,
        (
            plans.has_financial_targets and plans.has_marketing_activities and plans.has_goals
        ) as is_complete,
        {{ place_columns('plans') }}
    from {{ judged_pairs(['business_plan_complete']) }} as pairs
    {{ join_parameter('due', 'pairs', "pairs.program || '.plan_due'") }}
    inner join {{ ref('stg_partner_activity__business_plans') }} as plans
        on pairs.partner_id = plans.partner_id
        and plans.plan_year = extract(year from pairs.ends_on)
        and plans.submitted_on <= pairs.ends_on
),

conduct as (
    select
        {{ figure_key('pairs') }},
        cases.case_id,
        cases.severity,
        cases.opened_on,
        cases.ended_on,
        cases.outcome,
        {{ case_is_open('cases', 'pairs.ends_on') }} as is_open,
        lists.item is not null as weighs,
        {{ place_columns('cases') }}
    from {{ judged_pairs(['conduct_upheld']) }} as pairs
    inner join {{ cases_with_ends() }} as cases
        on pairs.partner_id = cases.partner_id
        and {{ case_has_begun('cases', 'pairs.ends_on') }}
        and (cases.ended_on is null or cases.ended_on >= pairs.starts_on)
    left join {{ ref('int_ledger__lists') }} as lists
        on {{ same_member('pairs', 'lists') }}
        and lists.parameter = 'conduct.severities'
        and cases.severity = lists.item
)

select
    pairs.period, pairs.partner_id, pairs.program, pairs.metric,
    customer_references.reference_id as item,
    'counts' as standing,
    {{ landed_row('partner_activity', 'customer_references', 'customer_references') }},
    customer_references.provided_on as evidence_date,
    'reference ' || customer_references.reference_id || ', ' || customer_references.status
    || case
        when members.member_id <> members.partner_id
            then ', given by ' || members.member_id
        else ''
    end as detail
from {{ judged_pairs(['references_in_year']) }} as pairs
inner join {{ ref('int_ledger__lists') }} as lists
    on {{ same_member('pairs', 'lists') }}
    and lists.parameter = 'references.accepted_statuses'
inner join {{ members_on_days(ref('int_ledger__pairs'), 'ends_on') }} as members
    on pairs.partner_id = members.partner_id
    and pairs.ends_on = members.ends_on
inner join {{ ref('stg_partner_activity__customer_references') }} as customer_references
    on members.member_id = customer_references.partner_id
    and lists.item = customer_references.status
    and customer_references.provided_on <= pairs.ends_on
    and extract(year from customer_references.provided_on) = extract(year from pairs.ends_on)
union all
select
    period, partner_id, program, metric,
    plan_id as item,
    case when submitted_on <= due_on and is_complete then 'counts' else 'short' end as standing,
    {{ landed_row('partner_activity', 'business_plans') }},
    submitted_on as evidence_date,
    'plan ' || plan_id || case when is_complete then '' else ' is incomplete' end
    || case
        when submitted_on > due_on
            then case when is_complete then '' else ' and' end || ' came '
                || cast({{ days_between('due_on', 'submitted_on') }} as string) || ' days late'
        when is_complete then ' is complete and in time'
        else ''
    end as detail
from plans
union all
select
    period, partner_id, program, metric,
    case_id as item,
    case
        when is_open then 'open'
        when outcome = 'upheld' and weighs then 'counts'
        else 'short'
    end as standing,
    {{ landed_row('partner_activity', 'conduct_cases') }},
    coalesce(case when not is_open then ended_on end, opened_on) as evidence_date,
    severity || ' case ' || case_id || case
        when is_open then ', open since ' || {{ day_text('opened_on') }}
        else ', ' || outcome || ' on ' || {{ day_text('ended_on') }}
    end as detail
from conduct
