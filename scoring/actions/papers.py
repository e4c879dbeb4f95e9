"""Reports, trainings, agreements and waivers that are due or expire.

Belongs here: which of a partner's papers and people need somebody's attention, and from when on.
Does not: order, printing, any horizon (policy parameters `today.*`).
"""

from __future__ import annotations

from scoring.actions.parts import ENROLLED, day_of_month, later_by, number, term, terms, within
from scoring.named_people import RELATION

# Months enrolled throughout whose report is due soon, or was due and has not come.
REPORTS = f"""
with {ENROLLED}, reporting as (
    select enrolled.*, rules.clause,
        {term("enrolled.program || '.report_due_day'", "enrolled.partner_id")} as due_day
    from enrolled
    inner join policy.requirements as rules
        on rules.program = enrolled.program and rules.metric = 'reports_received'),
months as (
    select reporting.*, cast(month as date) as month,
        {day_of_month("month + to_months(1)", "due_day")} as due
    from reporting, unnest(generate_series(
        date_trunc('month', $as_of) - to_months(
            cast({number("'today.report_lookback_months'")} as integer)),
        date_trunc('month', $as_of), interval 1 month)) as months(month)
    where month >= enrolled_on)
select months.due, months.partner_id, months.program,
    strftime(months.month, '%Y-%m') as subject,
    'Report for ' || strftime(months.month, '%Y-%m') as what,
    case when months.due < $as_of then 'Was due on ' || months.due || ' and is not there.'
        else 'Due on ' || months.due || '.' end as why,
    months.clause,
    case when months.due < $as_of then 'Ask the partner for it; no sales is a report too.'
        else 'Remind the partner.' end as next_step,
    'open' as state, 'marts.fct_source_coverage' as source_table,
    'reseller_reports reports ' || months.partner_id || ' ' || strftime(months.month, '%Y-%m')
        as source_key
from months
where (months.due < $as_of or {within("months.due", "report")}) and not exists (
    select 1 from staging.stg_reseller_reports__reports as reports
    where reports.partner_id = months.partner_id and reports.report_month = months.month
        and reports.received_on <= $as_of)
"""
# Courses that count for a program, by its list of tracks. A course follows its person, whichever
# partner it is named with, and several contacts can be one person (semantics 4, "People").
TRAININGS = f"""
with {ENROLLED}, items as (
    from {terms("enrolled", "training_roles")}
    union from {terms("enrolled", "certification_tracks")}),
tracks as (
    select distinct items.partner_id, items.program, items.item as track, rules.clause
    from items
    inner join policy.requirements as rules
        on rules.program = items.program
        and rules.metric in ('training_roles_filled', 'certified_people')),
people as (
    select teams.partner_id, teams.contact_id, min(teams.person) as person,
        max(teams.name) as name
    from intermediate.int_people__teams as teams
    where teams.since_on <= $as_of and not exists (
            select 1 from intermediate.int_people__teams as later
            where later.partner_id = teams.partner_id and later.since_on <= $as_of
                and later.since_on > teams.since_on)
        and teams.active_from <= $as_of
        and (teams.active_to is null or teams.active_to >= $as_of)
    group by teams.partner_id, teams.contact_id),
passed as (
    select trainings.*, people.partner_id as employer_id, people.person, people.name
    from staging.stg_partner_activity__trainings as trainings
    inner join people using (contact_id)
    where trainings.passed and trainings.completed_on <= $as_of)
select trainings.expires_on as due, tracks.partner_id, tracks.program,
    trainings.training_id as subject,
    'Training ' || trainings.course || ' of ' || coalesce(named.name, trainings.contact_id)
        as what,
    'Expires on ' || trainings.expires_on || '; the ' || programs.label
        || ' program counts it as ' || replace(tracks.track, '_', ' ') || '.' as why,
    tracks.clause,
    'Book the course again, or name another person.' as next_step,
    'open' as state, 'landing.trainings' as source_table, trainings.training_id as source_key
from passed as trainings
inner join tracks
    on tracks.partner_id = trainings.employer_id and tracks.track = trainings.track
inner join policy.programs as programs on programs.program = tracks.program
left join {RELATION} as named on named.token = trainings.name
where {within("trainings.expires_on", "training")} and not exists (
    select 1 from passed as renewed
    where renewed.employer_id = trainings.employer_id and renewed.person = trainings.person
        and renewed.track = trainings.track
        and (renewed.expires_on is null or renewed.expires_on > trainings.expires_on))
"""
NEEDED_PAPERS = f"""needed as (
    select lists.partner_id, lists.item as agreement_type,
        string_agg(distinct programs.label, ', ' order by programs.label) as programs,
        min(lists.program) as program,
        min(rules.clause) as clause
    from {terms("enrolled", "required_agreements")} as lists
    inner join policy.programs as programs using (program)
    inner join policy.requirements as rules
        on rules.program = lists.program and rules.metric = 'agreements_current'
    group by lists.partner_id, lists.item)"""
RUNNING_PAPERS = """running as (
    select a.* from staging.stg_partner_activity__agreements as a
    where a.executed_on <= $as_of and (a.ended_on is null or a.ended_on >= $as_of))"""
AGREEMENTS = f"""
with {ENROLLED}, {NEEDED_PAPERS}, {RUNNING_PAPERS}
select running.ended_on as due, running.partner_id, needed.program,
    running.agreement_id as subject,
    'Agreement ' || running.agreement_id || ' (' || replace(running.agreement_type, '_', ' ') || ')'
        as what,
    'Ends on ' || running.ended_on || '; required in these programs: ' || needed.programs
        || '.' as why,
    needed.clause,
    'Have a new one executed before it ends.' as next_step,
    'open' as state, 'landing.agreements' as source_table, running.agreement_id as source_key
from running
inner join needed using (partner_id, agreement_type)
where {within("running.ended_on", "agreement")} and not exists (
    select 1 from running as other
    where other.partner_id = running.partner_id
        and other.agreement_type = running.agreement_type
        and (other.ended_on is null or other.ended_on > running.ended_on))
"""
GRACE = term("'agreements.version_grace_days'", "needed.partner_id")
# A newer version is in force and the grace period to sign it is ending: on each day the version is
# required that was in force some days before.
VERSIONS = f"""
with {ENROLLED}, {NEEDED_PAPERS}, {RUNNING_PAPERS}, asked as (
    select needed.partner_id, agreement_type, versions.version, versions.effective_from,
        {later_by("versions.effective_from", GRACE)} as asked_from
    from needed
    inner join policy.agreement_versions as versions using (agreement_type))
select asked.asked_from as due, needed.partner_id, needed.program,
    needed.agreement_type || ' ' || asked.version as subject,
    'Agreement ' || replace(needed.agreement_type, '_', ' ') || ' in version ' || asked.version
        as what,
    'From ' || asked.asked_from || ' on an older version no longer suffices; required in these '
        || 'programs: ' || needed.programs || '.' as why,
    needed.clause,
    'Have version ' || asked.version || ' executed.' as next_step,
    'open' as state, 'policy.agreement_versions' as source_table,
    needed.agreement_type || ' ' || asked.version as source_key
from needed
inner join asked using (partner_id, agreement_type)
where {within("asked.asked_from", "agreement")}
    and exists (select 1 from running
        where running.partner_id = needed.partner_id
            and running.agreement_type = needed.agreement_type)
    and not exists (
        select 1 from running
        inner join policy.agreement_versions as held
            on held.agreement_type = running.agreement_type and held.version = running.version
        where running.partner_id = needed.partner_id
            and running.agreement_type = needed.agreement_type
            and held.effective_from >= asked.effective_from)
"""
# Of partners that are still in the program; a waiver that another one carries on is renewed.
WAIVERS = f"""
with {ENROLLED}
select waivers.valid_to as due, waivers.partner_id, lower(trim(waivers.program)) as program,
    waivers.waiver_id as subject,
    'Waiver ' || waivers.waiver_id || ' of ' || coalesce(
            (select min(r.label) from policy.requirements as r
                where r.requirement = waivers.requirement
                    and r.program = lower(trim(waivers.program))),
            (select min(m.label) from policy.tier_criteria as c
                inner join policy.metrics as m using (metric)
                where c.criterion = waivers.requirement),
            waivers.requirement)
        || ' in the ' || coalesce(
            (select min(p.label) from policy.programs as p
                where p.program = lower(trim(waivers.program))), waivers.program)
        || ' program' as what,
    'Ends on ' || waivers.valid_to || '; granted by ' || waivers.granted_by || ': '
        || waivers.reason as why,
    coalesce(
        (select min(clause) from policy.requirements as r
            where r.requirement = waivers.requirement
                and r.program = lower(trim(waivers.program))),
        (select min(c.clause) from policy.tier_criteria as c
            where c.criterion = waivers.requirement and not c.inherited)) as clause,
    'Decide whether it is renewed; without it the requirement is judged as it stands.'
        as next_step,
    'open' as state, 'landing.waivers' as source_table, waivers.waiver_id as source_key
from staging.stg_decisions__waivers as waivers
inner join enrolled
    on enrolled.partner_id = waivers.partner_id
    and lower(enrolled.program) = lower(trim(waivers.program))
where waivers.valid_from <= $as_of and {within("waivers.valid_to", "waiver")} and not exists (
    select 1 from staging.stg_decisions__waivers as next
    where next.partner_id = waivers.partner_id
        and lower(trim(next.program)) = lower(trim(waivers.program))
        and trim(next.requirement) = trim(waivers.requirement)
        and next.valid_to > waivers.valid_to and next.valid_from <= waivers.valid_to + 1)
"""
