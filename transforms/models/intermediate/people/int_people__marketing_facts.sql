-- Marketing activities: SERV-MARKETING-FIRST (the certification is announced) and
-- SERV-MARKETING-QTR.
with certifications as (
    select
        {{ figure_key('pairs') }},
        pairs.ends_on,
        trainings.training_id,
        trainings.contact_id,
        trainings.completed_on,
        trainings.expires_on,
        owners.person,
        {{ place_columns('trainings') }}
    from {{ judged_pairs(['certification_announced']) }} as pairs
    inner join {{ ref('int_ledger__lists') }} as lists
        on {{ same_member('pairs', 'lists') }}
        and lists.parameter = pairs.program || '.certification_tracks'
    inner join (
        select distinct ends_on, partner_id, contact_id, person
        from {{ ref('int_people__persons') }}
    ) as owners
        on pairs.partner_id = owners.partner_id
        and pairs.ends_on = owners.ends_on
    inner join {{ ref('stg_partner_activity__trainings') }} as trainings
        on owners.contact_id = trainings.contact_id
        and lists.item = trainings.track
        and trainings.passed
        and trainings.completed_on <= pairs.ends_on
),

-- The first passed by one of the partner's people while there; without one, the day on which
-- somebody came who was certified.
first_certification as (
    {% call first_of_each(
        'certifications.period, certifications.partner_id, certifications.program',
        'case when certifications.completed_on >= persons.active_from then 0 else 1 end asc, '
        ~ 'greatest(certifications.completed_on, persons.active_from) asc, '
        ~ 'certifications.training_id asc, persons.contact_id asc'
    ) %}
    select
        {{ figure_key('certifications') }},
        certifications.ends_on,
        certifications.contact_id,
        certifications.completed_on >= persons.active_from as is_passed_there,
        greatest(certifications.completed_on, persons.active_from) as certified_on,
        {{ place_columns('certifications') }}
    from certifications
    inner join {{ ref('int_people__persons') }} as persons
        on certifications.partner_id = persons.partner_id
        and certifications.ends_on = persons.ends_on
        and certifications.person = persons.person
        and persons.active_from <= certifications.ends_on
        -- Still there when the certification was passed or, if it was passed before, still
        -- certified on arrival.
        and {{ has_not_left('persons', 'certifications.completed_on') }}
        and {{ has_not_left('persons', 'persons.active_from') }}
        and (
            certifications.completed_on >= persons.active_from
            or certifications.expires_on is null
            or certifications.expires_on >= persons.active_from
        )
    {% endcall %}
),

-- A decision without a date counts as it stands; an activity yet to come does not.
activities as (
    select
        marketing_activities.*,
        greatest(occurred_on, coalesce(decided_on, occurred_on)) as stands_from
    from {{ ref('stg_partner_activity__marketing_activities') }} as marketing_activities
),

marketing as (
    select
        {{ figure_key('first_certification') }},
        first_certification.ends_on,
        activities.activity_id as item,
        activities.activity_id,
        activities.status,
        activities.occurred_on,
        activities.stands_from,
        {{ place_columns('activities') }}
    from first_certification
    inner join activities
        on first_certification.partner_id = activities.partner_id
        and activities.announces_certification
        and activities.occurred_on >= first_certification.certified_on
        and activities.occurred_on <= first_certification.ends_on
    union all
    select
        {{ member_key('quarters') }},
        pairs.metric,
        quarters.period_ends_on as ends_on,
        quarters.quarter as item,
        activities.activity_id,
        activities.status,
        activities.occurred_on,
        activities.stands_from,
        {{ place_columns('activities') }}
    from {{ judged_pairs(['marketing_quarters']) }} as pairs
    inner join {{ ref('int_ledger__quarters') }} as quarters
        on {{ same_member('pairs', 'quarters') }}
    inner join activities
        on quarters.partner_id = activities.partner_id
        and activities.occurred_on between quarters.starts_on and quarters.ends_on
)

select
    period, partner_id, program, metric, item,
    case when status = 'approved' and stands_from <= ends_on then 'counts' else 'short' end
        as standing,
    {{ landed_row('partner_activity', 'marketing_activities') }},
    occurred_on as evidence_date,
    'activity ' || activity_id || case
        when status <> 'approved' then ', ' || status
        when stands_from > ends_on then ', approved after the period'
        else ', approved'
    end as detail
from marketing
union all
select
    period, partner_id, program, metric,
    cast(null as string) as item,
    'context' as standing,
    {{ landed_row('partner_activity', 'trainings') }},
    certified_on as evidence_date,
    case
        when is_passed_there then 'first certification, contact ' || contact_id
        else 'contact ' || contact_id || ' came certified on ' || {{ day_text('certified_on') }}
    end as detail
from first_certification
