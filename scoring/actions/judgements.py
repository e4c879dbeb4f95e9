"""What waits for a person's judgement: cases, invitations, requirements, tiers, quarantine.

Belongs here: which questions are open, and which were answered recently.
Does not: order, printing, or any answer.
"""

from __future__ import annotations

from scoring.actions.parts import ENROLLED, day_of_month, days_after, lately, program_day, term

CASES = f"""
with {ENROLLED}, judged as (
    select enrolled.partner_id, min(rules.clause) as clause,
        arg_min(rules.program, rules.clause) as program
    from enrolled
    inner join policy.requirements as rules
        on rules.program = enrolled.program and rules.metric = 'conduct_upheld'
    group by enrolled.partner_id)
select {days_after("cases.opened_on", "today.case_due_days")} as due, cases.partner_id,
    judged.program, cases.case_id as subject,
    'Conduct case ' || cases.case_id || ' (' || cases.severity || ')' as what,
    case when cases.closed_on <= $as_of
        then 'Opened on ' || cases.opened_on || ', ' || cases.outcome || ' on ' || cases.closed_on
            || '.'
        else 'Open since ' || cases.opened_on
            || '; good standing needs a person until it is decided.' end as why,
    judged.clause,
    case when cases.closed_on <= $as_of then null else 'Dismiss or uphold it, with the date.'
        end as next_step,
    case when cases.closed_on <= $as_of then 'done' else 'open' end as state,
    'landing.conduct_cases' as source_table, cases.case_id as source_key
from staging.stg_partner_activity__conduct_cases as cases
left join judged using (partner_id)
where cases.opened_on <= $as_of and (
    cases.closed_on > $as_of or cases.closed_on is null and cases.outcome = 'open'
    or {lately("cases.closed_on")})
"""
MONTHDAY = term("tiers.program || '.invitation_due'", "invitations.partner_id", column="value")
DUE = day_of_month(
    f"try_cast(invitations.tier_year || '-' || substr({MONTHDAY}, 1, 2) || '-01' as date)",
    f"cast(substr({MONTHDAY}, 4, 2) as integer)",
)
# An invited partner has been asked: the action now waits for its answer.
INVITATIONS = f"""
select
    due.day as due,
    invitations.partner_id, tiers.program, cast(invitations.tier_year as varchar) as subject,
    'Invitation to ' || tiers.label || ' for ' || invitations.tier_year as what,
    case when invitations.status = 'invited' then 'Invited on ' || invitations.decided_on || ' by '
            || invitations.decided_by || ', not answered; the partner can accept until '
            || due.day || '.'
        else upper(invitations.status[1]) || invitations.status[2:] || ' on '
            || invitations.decided_on || '.' end as why,
    rules.clause,
    case when invitations.status = 'invited' then 'Ask for the answer and record it.'
        end as next_step,
    case when invitations.status = 'invited' then 'waiting' else 'done' end as state,
    'landing.premier_invitations' as source_table,
    invitations.partner_id || ' ' || invitations.tier_year as source_key
from staging.stg_decisions__premier_invitations as invitations
inner join policy.tier_criteria as rules on rules.metric = 'invitation' and not rules.inherited
inner join policy.tiers as tiers on tiers.tier = rules.tier
cross join lateral (select {DUE} as day) as due
where invitations.decided_on <= $as_of and case
    when invitations.status = 'invited'
        then due.day >= $as_of
    else {lately("invitations.decided_on")} end
"""
# What an open case decides is already an action of that case.
REQUIREMENTS = f"""
select {days_after("periods.ends_on", "today.requirement_due_days")} as due,
    rows.partner_id, rows.program, rows.period || ' ' || rows.requirement as subject,
    rules.label || ', ' || rows.period as what,
    case when sentences.about is null then rows.reason
        else 'A person has to judge ' || sentences.about || '. ' || case
            when rows.value is null or rows.value <> rows.threshold
                and metrics.unit <> 'yes or no' then rows.reason
            when contains(rows.reason, 'needed. ')
                then rows.reason[instr(rows.reason, 'needed. ') + length('needed. '):]
            else '' end end as why, rows.clause,
    'Judge it, and deliver or record what decides it.' as next_step,
    'open' as state, 'marts.fct_requirement_results' as source_table,
    rows.period || ' ' || rows.partner_id || ' ' || rows.program || ' ' || rows.requirement
        as source_key
from marts.fct_requirement_results as rows
inner join run.parameters as run on run.last_period = rows.period
inner join intermediate.int_periods as periods using (period)
inner join policy.requirements as rules using (program, requirement)
left join policy.metrics as metrics on metrics.metric = rows.metric
left join policy.metric_sentences as sentences on sentences.metric = rows.metric
where rows.status = 'needs_review' and rows.metric <> 'conduct_upheld'
"""
# Terms of a partner's agreements that cannot be used: two that disagree, or one whose value is not
# of its parameter's kind (GUIDE-AGREEMENT).
TERMS = f"""
select {days_after("periods.ends_on", "today.requirement_due_days")} as due,
    terms.partner_id, null as program, terms.parameter as subject,
    case when stated.terms = 1 then 'Agreement term to correct: '
        else 'Two agreement terms for ' end
        || coalesce(parameters.label, terms.parameter) as what,
    min(terms.conflict_reason) as why, 'GUIDE-AGREEMENT' as clause,
    case when stated.terms = 1 then 'Correct its value, and deliver the term again.'
        else 'End one of the two terms.' end as next_step,
    'open' as state, 'landing.agreement_terms' as source_table,
    terms.partner_id || ' ' || terms.parameter as source_key
from intermediate.int_policy__partner_values as terms
inner join run.parameters as run on run.last_period = terms.period
inner join intermediate.int_periods as periods using (period)
left join (
    select period, partner_id, parameter, count(*) as terms
    from intermediate.int_policy__terms group by all) as stated
    using (period, partner_id, parameter)
left join policy.parameters as parameters on parameters.parameter = terms.parameter
where terms.conflict
group by all
"""
# Rows of a file that was delivered again are no longer work, nor are those that something accepted
# later has put right: their key, their report, or a file of `quarantine export` for them.
QUARANTINE = f"""
select {days_after(program_day("deliveries.received_at"), "today.quarantine_due_days")} as due,
    cast(null as varchar) as partner_id, cast(null as varchar) as program,
    deliveries.source || ' ' || deliveries.entity || ' ' || deliveries.file as subject,
    case when deliveries.status = 'refused' then 'Refused file ' else 'Quarantine of ' end
        || deliveries.file as what,
    count(*) || ' fault' || case when count(*) = 1 then '' else 's' end || '; the first: '
        || arg_min(quarantine.message, coalesce(quarantine."row", 0)) || '.' as why,
    cast(null as varchar) as clause,
    'Correct the rows and deliver the file again.' as next_step,
    'open' as state, 'landing.quarantine' as source_table,
    deliveries.delivery_id as source_key
from landing.quarantine as quarantine
inner join landing.deliveries as deliveries using (delivery_id)
where {program_day("deliveries.received_at")} <= $as_of and not exists (
    select 1 from landing.deliveries as later
    where later.source = deliveries.source and later.entity = deliveries.entity
        and later.file = deliveries.file and later.received_at > deliveries.received_at)
    and not exists (
        select 1 from landing.unread_rows as unread
        where unread._delivery_id = quarantine.delivery_id
            and unread._row is not distinct from quarantine."row"
            and (unread._row is not null or unread._cell is not distinct from quarantine.cell)
            and {program_day("unread.put_right_at")} <= $as_of)
    and not exists (
        select 1 from landing.deliveries as mended
        where mended.source = deliveries.source and mended.entity = deliveries.entity
            and mended.status <> 'refused'
            and (contains(mended.file, '-mend-' || deliveries.delivery_id || '-_none.')
                -- A page of account mapping has a number in its name, and nothing else.
                or contains(mended.file, '-'
                    || try_cast('0x' || deliveries.delivery_id as ubigint) || '.'))
            and {program_day("mended.received_at")} <= $as_of)
group by deliveries.delivery_id, deliveries.source, deliveries.entity, deliveries.file,
    deliveries.received_at, deliveries.status
"""
UNDETERMINED = f"""
select {days_after("make_date(rows.tier_year, 1, 1)", "today.tier_due_days")} as due,
    rows.partner_id, tiers.program, cast(rows.tier_year as varchar) as subject,
    'Tier ' || tiers.label || ' for ' || rows.tier_year || ' is undetermined' as what,
    'Between ' || lows.label || ' and ' || highs.label || '.' as why,
    (select min(c.clause) from policy.tier_criteria as c
        where c.criterion = rows.binding_criterion and not c.inherited) as clause,
    coalesce('What is open: ' || regexp_replace(
        rows.smallest_change, '^Undetermined between [^:]*: ', ''),
        'Deliver or record what decides it.') as next_step,
    'open' as state, 'decisions.tier_assignments' as source_table,
    rows.tier_year || ' ' || rows.partner_id as source_key
from decisions.tier_assignments as rows
inner join policy.tiers as tiers on tiers.tier = rows.tier
inner join policy.tiers as lows on lows.tier = rows.tier_low
inner join policy.tiers as highs on highs.tier = rows.tier_high
where rows.undetermined and (rows.closed_on is null or rows.closed_on > $as_of)
    and rows.tier_year = (select max(tier_year) from decisions.tier_assignments)
"""
