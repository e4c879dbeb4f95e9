"""What a run leaves for people to decide: reviews, apps that hardly anyone uses, publications.

Belongs here: which decisions are open, and which were recorded. Does not: any recommendation.
"""

from __future__ import annotations

from scoring.actions.parts import days_after, term

# The recommendations of the latest review; a recorded decision is what ends the wait.
GOVERNANCE = f"""
with latest as (
    select periods.period, periods.ends_on from intermediate.int_periods as periods
    where periods.kind = 'review' and periods.period in (
        select review from decisions.governance_reviews)
    order by periods.ends_on desc, periods.period desc limit 1),
labels as (
    select rows.review, rows.partner_id, rows.program, string_agg(
        rules.label, ', ' order by rules.position) as findings,
        arg_min(rules.clause, rules.position) as clause
    from decisions.governance_reviews as rows
    inner join policy.requirements as rules
        on rules.program = rows.program and list_contains(rows.findings, rules.requirement)
    group by rows.review, rows.partner_id, rows.program)
select {days_after("latest.ends_on", "today.governance_due_days")} as due,
    rows.partner_id, rows.program, rows.review || ' ' || rows.program as subject,
    'Review ' || rows.review || ' of the ' || programs.label || ' program' as what,
    case when labels.findings is null then 'A severe case was upheld'
        else 'Not met: ' || labels.findings end
        || case when rows.consecutive_non_compliant > 0 then '; '
            || rows.consecutive_non_compliant || ' non-compliant review'
            || case when rows.consecutive_non_compliant = 1 then '' else 's' end || ' in a row'
            else '' end || '.' as why,
    coalesce(labels.clause, 'GOV-BIANNUAL') as clause,
    case when rows.decided_action is not null
            then 'Decided: ' || replace(rows.decided_action, '_', ' ') || '.'
        else 'Decide; recommended: ' || replace(rows.recommended_action, '_', ' ') || '.'
        end as next_step,
    case when rows.decided_action is null then 'open' else 'done' end as state,
    'decisions.governance_reviews' as source_table,
    rows.review || ' ' || rows.partner_id || ' ' || rows.program as source_key
from decisions.governance_reviews as rows
inner join latest on latest.period = rows.review
inner join policy.programs as programs using (program)
left join labels using (review, partner_id, program)
where latest.ends_on <= $as_of
    and (rows.recommended_action <> 'maintain' or rows.decided_action <> 'maintain')
"""
UNUSED = f"""cast(rows.last_active_on + to_months(cast({
    term("'listing.low_usage_months'", "apps.partner_id")
} as integer)) as date)"""
# Due some days after the day on which nobody had used the app for the policy's number of months.
REMOVALS = f"""
select {days_after(f"coalesce({UNUSED}, run.as_of)", "today.removal_due_days")} as due,
    apps.partner_id, (select min(program) from policy.tiers) as program, rows.app_id as subject,
    'App ' || coalesce(apps.name, rows.app_id) || ' (' || rows.app_id || ')' as what,
    coalesce('Last used by a customer on ' || rows.last_active_on || '.',
        'No customer has used it since it was listed.') as why,
    'APP-LOW-USAGE' as clause,
    'Decide whether it stays on the Marketplace.' as next_step,
    'open' as state, 'marts.fct_listings' as source_table, rows.app_id as source_key
from marts.fct_listings as rows
cross join run.parameters as run
left join intermediate.int_apps__owners as apps
    on apps.app_id = rows.app_id
    and coalesce(apps.from_on <= run.as_of, true) and coalesce(apps.to_on > run.as_of, true)
where rows.removal_candidate
"""
# Computed results are final only when somebody publishes them.
PUBLICATIONS = f"""
with latest as (
    select periods.kind, periods.period, periods.year, periods.ends_on
    from intermediate.int_periods as periods
    where periods.ends_on <= $as_of
    qualify row_number() over (
        partition by periods.kind order by periods.ends_on desc, periods.period desc) = 1)
select {days_after("latest.ends_on", "today.publication_due_days")} as due,
    cast(null as varchar) as partner_id, cast(null as varchar) as program,
    latest.period as subject,
    case when latest.kind = 'year' then 'Tiers for ' || (latest.year + 1)
        else 'Review ' || latest.period end as what,
    case when noted.period is null then 'Computed and not published.' else 'Published.' end as why,
    case when latest.kind = 'year' then 'TIER-ANNUAL' else 'GOV-BIANNUAL' end as clause,
    case when noted.period is null then 'Look at what changed, then publish.' end as next_step,
    case when noted.period is null then 'open' else 'done' end as state,
    'intermediate.int_periods' as source_table, latest.period as source_key
from latest
left join run.publications as noted on noted.period = latest.period
where latest.kind = 'review' and exists (
        select 1 from decisions.governance_reviews as rows where rows.review = latest.period)
    or latest.kind = 'year' and exists (
        select 1 from decisions.tier_assignments as rows where rows.tier_year = latest.year + 1)
"""

# A running notice: its partner has to be informed, and evidence that keeps the tier may still
# arrive.
NOTICES = """
select notices.falls_on as due, notices.partner_id, tiers.program,
    cast(notices.tier_year as varchar) as subject,
    'Tier ' || tiers.label || ' for ' || notices.tier_year || ' falls to ' || lows.label as what,
    'Announced on ' || notices.announced_on || ', falls on ' || notices.falls_on || '.' as why,
    (select min(clause) from policy.parameters where parameter = 'tiers.notice_days') as clause,
    coalesce(nullif(notices.kept_by, ''), 'Tell the partner.') as next_step,
    'open' as state, 'decisions.tier_notices' as source_table,
    notices.tier_year || ' ' || notices.partner_id as source_key
from decisions.tier_notices as notices
inner join policy.tiers as tiers on tiers.tier = notices.tier
inner join policy.tiers as lows on lows.tier = notices.falls_to
where notices.falls_on > $as_of
"""
