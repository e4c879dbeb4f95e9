"""What waits for a person: cases, invitations, quarantine, tiers left open.

Belongs here: which open questions are an item of the day.
Does not: order, printing, or any answer.
"""

from __future__ import annotations

from scoring.today.parts import ENROLLED, program_day

CASES = f"""
with {ENROLLED}
select cases.opened_on as due, cases.partner_id, cases.case_id as subject,
    'Conduct case ' || cases.case_id || ' (' || cases.severity || ')' as what,
    'Open since ' || cases.opened_on || '; good standing needs a person until it is decided.'
        as why,
    (select min(rules.clause) from enrolled inner join policy.requirements as rules
        on rules.program = enrolled.program and rules.metric = 'conduct_upheld'
        where enrolled.partner_id = cases.partner_id) as clause,
    'Dismiss or uphold it, with the date.' as next_step
from staging.stg_partner_activity__conduct_cases as cases
where cases.opened_on <= $as_of and (
    cases.closed_on > $as_of or cases.closed_on is null and cases.outcome = 'open')
"""
INVITATIONS = """
select
    cast(invitations.tier_year || '-' || due.value as date) as due,
    invitations.partner_id, cast(invitations.tier_year as varchar) as subject,
    'Invitation to ' || rules.tier || ' for ' || invitations.tier_year as what,
    'Invited on ' || invitations.decided_on || ' by ' || invitations.decided_by
        || ', not answered; it can be accepted until ' || due.value || '.' as why,
    rules.clause,
    'Ask for the answer and record it.' as next_step
from staging.stg_decisions__premier_invitations as invitations
inner join policy.tier_criteria as rules on rules.metric = 'invitation' and not rules.inherited
inner join policy.tiers as tiers on tiers.tier = rules.tier
inner join policy.parameter_values as due
    on due.parameter = tiers.program || '.invitation_due' and due.effective_from <= $as_of
    and (due.effective_to is null or due.effective_to > $as_of)
where invitations.status = 'invited' and invitations.decided_on <= $as_of
    and cast(invitations.tier_year || '-' || due.value as date) >= $as_of
"""
# Rows of a file whose later delivery was accepted without fault are no longer work.
QUARANTINE = f"""
select {program_day("deliveries.received_at")} as due, cast(null as varchar) as partner_id,
    deliveries.file as subject,
    'Quarantine of ' || deliveries.file as what,
    case when deliveries.status = 'refused' then 'The file was refused. ' else '' end
        || count(*) || ' fault' || case when count(*) = 1 then '' else 's' end || '; the first: '
        || arg_min(quarantine.message, coalesce(quarantine."row", 0)) as why,
    cast(null as varchar) as clause,
    'Correct the rows and deliver the file again.' as next_step
from landing.quarantine as quarantine
inner join landing.deliveries as deliveries using (delivery_id)
where {program_day("deliveries.received_at")} <= $as_of and not exists (
    select 1 from landing.deliveries as later
    where later.source = deliveries.source and later.entity = deliveries.entity
        and later.file = deliveries.file and later.received_at > deliveries.received_at)
group by deliveries.delivery_id, deliveries.file, deliveries.received_at, deliveries.status
"""
UNDETERMINED = """
select make_date(rows.tier_year, 1, 1) as due, rows.partner_id,
    cast(rows.tier_year as varchar) as subject,
    'Tier ' || rows.tier || ' for ' || rows.tier_year || ' is undetermined' as what,
    'Between ' || rows.tier_low || ' and ' || rows.tier_high || '.' as why,
    (select min(c.clause) from policy.tier_criteria as c
        where c.criterion = rows.binding_criterion and not c.inherited) as clause,
    coalesce(rows.smallest_change, 'Deliver what is missing.') as next_step
from decisions.tier_assignments as rows
where rows.undetermined and rows.tier_year = (
    select max(tier_year) from decisions.tier_assignments)
"""
