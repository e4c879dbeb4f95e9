-- Courses that count and people: RESL-TRAINING, SERV-CERTIFICATION, TECH-MANAGER, SERV-MANAGER,
-- RESL-MANAGER. Enrolled is not completed; completed is not passed.
select
    {{ figure_key() }},
    person as item,
    position,
    case when is_held and person_active then 'counts' else 'short' end as standing,
    contact_id,
    -- What would count if contacts with one address were different people.
    is_held and contact_active as counts_alone,
    {{ landed_row('partner_activity', 'trainings') }},
    coalesce(completed_on, enrolled_on) as evidence_date,
    track || ' course of contact ' || contact_id
    || coalesce(
        ' (one person: ' || one_person || ', by ' || {{ shared_address('by_address') }} || ')', ''
    )
    || case
        when not is_on_file then ', a contact not on file'
        when at_partner_id is not null and is_there
            then ', with ' || at_partner_id || ' since ' || {{ day_text('at_since') }}
        when at_partner_id is not null then ', last with ' || at_partner_id
        when not person_active then ', not active at the period''s end'
        when completed_on is null or completed_on > ends_on then ', not completed'
        when passed is null or not passed then ', not passed'
        when expires_on < ends_on then ', expired on ' || {{ day_text('expires_on') }}
        else ', passed'
    end
    || case
        when person_active and named_with <> partner_id then ' (named with ' || named_with || ')'
        else ''
    end as detail
from {{ ref('int_people__courses') }}
union all
select
    {{ figure_key('pairs') }},
    persons.person as item,
    cast(null as bigint) as position,
    'counts' as standing,
    persons.contact_id,
    true as counts_alone,
    {{ landed_row('partner_activity', 'contacts', 'persons') }},
    persons.active_from as evidence_date,
    'contact ' || persons.contact_id
    || coalesce(
        ' (one person: ' || persons.one_person || ', by '
        || {{ shared_address('persons.by_address') }} || ')',
        ''
    )
    || ', active' as detail
from {{ judged_pairs(['partnership_managers']) }} as pairs
inner join {{ ref('int_people__persons') }} as persons
    on pairs.partner_id = persons.partner_id
    and pairs.ends_on = persons.ends_on
    and persons.role = 'partnership_manager'
    and persons.contact_active
