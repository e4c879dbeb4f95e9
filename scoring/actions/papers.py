"""Reports, trainings, agreements and waivers that are due or expire.

Belongs here: which of a partner's papers and people need somebody's attention, and from when on.
Does not: order, printing, any horizon (policy parameters `today.*`).
"""

from __future__ import annotations

from scoring.actions.parts import ENROLLED, number, within
from scoring.named_people import RELATION

# Months enrolled throughout whose report is due soon, or was due and has not come.
REPORTS = f"""
with {ENROLLED}, reporting as (
    select enrolled.*, rules.clause,
        {number("enrolled.program || '.report_due_day'")} as due_day
    from enrolled
    inner join policy.requirements as rules
        on rules.program = enrolled.program and rules.metric = 'reports_received'),
months as (
    select reporting.*, cast(month as date) as month,
        cast(month + to_months(1) + to_days(cast(due_day as integer) - 1) as date) as due
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
# Courses that count for a program, by its own list of tracks.
TRAININGS = f"""
with {ENROLLED}, tracks as (
    select distinct enrolled.partner_id, enrolled.program, lists.item as track, rules.clause
    from enrolled
    inner join policy.lists as lists
        on lists.parameter in (
            enrolled.program || '.training_roles', enrolled.program || '.certification_tracks')
        and lists.effective_from <= $as_of
        and (lists.effective_to is null or lists.effective_to > $as_of)
    inner join policy.requirements as rules
        on rules.program = enrolled.program
        and rules.metric in ('training_roles_filled', 'certified_people'))
select trainings.expires_on as due, trainings.partner_id, tracks.program,
    trainings.training_id as subject,
    'Training ' || trainings.course || ' of ' || coalesce(people.name, trainings.contact_id)
        as what,
    'Expires on ' || trainings.expires_on || '; the ' || programs.label
        || ' program counts it as ' || replace(tracks.track, '_', ' ') || '.' as why,
    tracks.clause,
    'Book the course again, or name another person.' as next_step,
    'open' as state, 'landing.trainings' as source_table, trainings.training_id as source_key
from staging.stg_partner_activity__trainings as trainings
inner join tracks using (partner_id, track)
inner join policy.programs as programs on programs.program = tracks.program
left join staging.stg_partner_activity__contacts as contacts
    on contacts.contact_id = trainings.contact_id and contacts.partner_id = trainings.partner_id
left join {RELATION} as people on people.token = contacts.name
where trainings.passed and {within("trainings.expires_on", "training")} and not exists (
    select 1 from staging.stg_partner_activity__trainings as renewed
    where renewed.contact_id = trainings.contact_id and renewed.track = trainings.track
        and renewed.partner_id = trainings.partner_id
        and renewed.passed and renewed.completed_on <= $as_of
        and (renewed.expires_on is null or renewed.expires_on > trainings.expires_on))
"""
NEEDED_PAPERS = """needed as (
    select distinct enrolled.partner_id, lists.item as agreement_type,
        string_agg(distinct programs.label, ', ' order by programs.label) as programs,
        min(enrolled.program) as program,
        min(rules.clause) as clause
    from enrolled
    inner join policy.programs as programs using (program)
    inner join policy.lists as lists
        on lists.parameter = enrolled.program || '.required_agreements'
        and lists.effective_from <= $as_of
        and (lists.effective_to is null or lists.effective_to > $as_of)
    inner join policy.requirements as rules
        on rules.program = enrolled.program and rules.metric = 'agreements_current'
    group by enrolled.partner_id, lists.item)"""
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
# A newer version is in force and the grace period to sign it is ending: on each day the version is
# required that was in force some days before.
VERSIONS = f"""
with {ENROLLED}, {NEEDED_PAPERS}, {RUNNING_PAPERS}, asked as (
    select agreement_type, version, effective_from, cast(effective_from + to_days(
        cast({number("'agreements.version_grace_days'")} as integer)) as date) as asked_from
    from policy.agreement_versions)
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
inner join asked using (agreement_type)
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
WAIVERS = f"""
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
            where r.requirement = waivers.requirement and r.program = waivers.program),
        (select min(c.clause) from policy.tier_criteria as c
            where c.criterion = waivers.requirement and not c.inherited)) as clause,
    'Decide whether it is renewed; without it the requirement is judged as it stands.'
        as next_step,
    'open' as state, 'landing.waivers' as source_table, waivers.waiver_id as source_key
from staging.stg_decisions__waivers as waivers
where waivers.valid_from <= $as_of and {within("waivers.valid_to", "waiver")}
"""
