-- Courses of the tracks that a program asks for, and people: RESL-TRAINING, SERV-CERTIFICATION,
-- TECH-MANAGER, SERV-MANAGER, RESL-MANAGER. Enrolled is not completed; completed is not passed.
with pairs as (
    select * from {{ judged_pairs(['training_roles_filled', 'certified_people']) }} as pairs
),

courses as (
    select
        pairs.period,
        pairs.partner_id,
        pairs.program,
        pairs.metric,
        pairs.ends_on,
        lists.position,
        trainings.training_id,
        trainings.contact_id,
        trainings.track,
        trainings.course,
        trainings.enrolled_on,
        trainings.completed_on,
        trainings.passed,
        trainings.expires_on,
        persons.person,
        persons.person_active,
        trainings._file,
        trainings._row,
        trainings._cell
    from pairs
    inner join {{ ref('int_ledger__lists') }} as lists
        on pairs.period = lists.period
        and pairs.partner_id = lists.partner_id
        and pairs.program = lists.program
        and lists.parameter = pairs.program || case pairs.metric
            when 'certified_people' then '.certification_tracks'
            else '.training_roles'
        end
    inner join {{ ref('stg_partner_activity__trainings') }} as trainings
        on pairs.partner_id = trainings.partner_id
        and lists.item = trainings.track
        -- Begun or completed by then: a completion dated before its enrolment still stands.
        and coalesce(
            least(trainings.enrolled_on, trainings.completed_on), pairs.ends_on
        ) <= pairs.ends_on
    left join {{ ref('int_people__persons') }} as persons
        on trainings.partner_id = persons.partner_id
        and trainings.contact_id = persons.contact_id
        and pairs.ends_on = persons.ends_on
),

managers as (
    select
        pairs.period,
        pairs.partner_id,
        pairs.program,
        pairs.metric,
        persons.person,
        persons.contact_id,
        persons.active_from,
        persons._file,
        persons._row,
        persons._cell
    from {{ judged_pairs(['partnership_managers']) }} as pairs
    inner join {{ ref('int_people__persons') }} as persons
        on pairs.partner_id = persons.partner_id
        and pairs.ends_on = persons.ends_on
        and persons.role = 'partnership_manager'
        and persons.contact_active
)

select
    period,
    partner_id,
    program,
    metric,
    person as item,
    position,
    case
        when completed_on <= ends_on
            and passed
            and (expires_on is null or expires_on >= ends_on)
            and person_active
            then 'counts'
        else 'short'
    end as standing,
    'partner_activity' as source,
    'trainings' as entity,
    _file as file,
    _row as row_number,
    _cell as cell,
    coalesce(completed_on, enrolled_on) as evidence_date,
    track || ' course of contact ' || contact_id || case
        when person is null then ', a contact not on file'
        when not person_active then ', not active at the period''s end'
        when completed_on is null or completed_on > ends_on then ', not completed'
        when passed is null or not passed then ', not passed'
        when expires_on < ends_on then ', expired on ' || {{ day_text('expires_on') }}
        else ', passed'
    end as detail
from courses
union all
select
    period,
    partner_id,
    program,
    metric,
    person as item,
    cast(null as bigint) as position,
    'counts' as standing,
    'partner_activity' as source,
    'contacts' as entity,
    _file as file,
    _row as row_number,
    _cell as cell,
    active_from as evidence_date,
    'contact ' || contact_id || ', active' as detail
from managers
