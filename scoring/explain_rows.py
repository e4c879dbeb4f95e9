"""The queries behind a proof: criteria, requirements, evidence.

Belongs here: which rows a proof reads. Does not: combining them (explain.py, proofs.py).
"""

from __future__ import annotations

# The judgements of a period: those that were published with a decision, else those of this run,
# each with what this run says (..._now). Each criterion is listed at the first rung that states it,
# and again where a rung states another threshold. The ladder is complete, so that the proof also
# says what the rungs above would have required. Partners null: every partner.
TIER_ROWS = """
    with shown as (
        select *, true as is_published from run.published_criteria
        union all by name
        select year, partner_id, tier, criterion, status, value, other_value, threshold, clause,
            false as is_published
        from marts.fct_tier_eligibility as computed
        where not exists (
            select 1 from run.published_criteria as final
            where final.year = computed.year and final.partner_id = computed.partner_id)
    )
    select rows.partner_id, rows.criterion as id, rows.tier, tiers.tier_rank, rows.status,
        rows.value, rows.other_value, rules.comparator, rows.threshold,
        rules.threshold_parameter, rows.clause,
        rules.metric, metrics.label,
        -- Whose a published threshold was is kept nowhere; today's is so only where it is the same.
        case when rows.is_published and rows.threshold is distinct from now.threshold then null
            else coalesce(own.source, 'policy') end as threshold_source,
        metrics.unit, coalesce(rules.metric = 'program_compliance', false) as is_roll_up,
        rows.is_published, now.status as status_now, now.value as value_now,
        now.threshold as threshold_now,
        cast(null as varchar) as strength, cast(null as varchar) as underlying_status,
        cast(null as varchar) as reason, clauses.text as clause_text, clauses.document,
        clauses.section, policy.effective_from, policy.effective_to,
        parameters.label as parameter_label, parameters.document as parameter_document,
        parameters.section as parameter_section, parameters.status as parameter_status,
        parameters.reported_by, parameters.read_on, parameters.confirmed_by,
        parameters.confirmed_on, sentences as wording
    from shown as rows
    left join marts.fct_tier_eligibility as now using (year, partner_id, tier, criterion)
    left join policy.tiers as tiers using (tier)
    left join policy.tier_criteria as rules
        on rules.tier = rows.tier and rules.criterion = rows.criterion
    left join policy.metrics as metrics on metrics.metric = rules.metric
    left join policy.metric_sentences as sentences on sentences.metric = rules.metric
    left join policy.clauses as clauses on clauses.clause = rows.clause
    left join policy.parameters as parameters on parameters.parameter = rules.threshold_parameter
    left join policy.parameter_values as policy
        on policy.parameter = rules.threshold_parameter
        and policy.effective_from <= make_date($year, 12, 31)
        and (policy.effective_to is null or policy.effective_to > make_date($year, 12, 31))
    left join intermediate.int_policy__partner_values as own
        on own.period = $period and own.partner_id = rows.partner_id
        and own.parameter = rules.threshold_parameter
    where ($partners is null or list_contains($partners, rows.partner_id)) and rows.year = $year
        and not coalesce(rules.inherited, false)
    order by rows.partner_id, tiers.tier_rank nulls last, rules.position nulls last, rows.tier,
        rows.criterion
"""
REQUIREMENT_ROWS = """
    with shown as (
        select *, true as is_published, cast(null as varchar) as reason
        from run.published_requirements
        union all by name
        select period, partner_id, program, requirement, status, strength, metric, value,
            comparator, threshold, threshold_source, gap, clause, evidence_count, evidence_date,
            underlying_status, other_value, reason, false as is_published
        from marts.fct_requirement_results as computed
        where not exists (
            select 1 from run.published_requirements as final
            where final.period = computed.period and final.partner_id = computed.partner_id
                and final.program = computed.program)
    )
    select rows.partner_id, rows.requirement as id, rows.program, rows.status, rows.value,
        rows.comparator, rows.threshold, rules.threshold_parameter, rows.clause, rows.metric,
        rows.threshold_source, metrics.label, metrics.unit, rows.strength,
        rows.underlying_status, rows.other_value, rows.gap, rows.evidence_count,
        case when rows.is_published and (now.status is distinct from rows.status
            or now.value is distinct from rows.value) then null else now.reason end as reason,
        rows.is_published, now.status as status_now, now.value as value_now,
        now.threshold as threshold_now,
        clauses.text as clause_text, clauses.document, clauses.section,
        policy.effective_from, policy.effective_to, parameters.label as parameter_label,
        parameters.document as parameter_document, parameters.section as parameter_section,
        parameters.status as parameter_status,
        parameters.reported_by, parameters.read_on, parameters.confirmed_by,
        parameters.confirmed_on, sentences as wording
    from shown as rows
    left join marts.fct_requirement_results as now
        using (period, partner_id, program, requirement)
    left join intermediate.int_periods as periods using (period)
    left join policy.requirements as rules
        on rules.program = rows.program and rules.requirement = rows.requirement
    left join policy.metrics as metrics on metrics.metric = rows.metric
    left join policy.metric_sentences as sentences on sentences.metric = rows.metric
    left join policy.clauses as clauses on clauses.clause = rows.clause
    left join policy.parameters as parameters on parameters.parameter = rules.threshold_parameter
    left join policy.parameter_values as policy
        on policy.parameter = rules.threshold_parameter
        and policy.effective_from <= periods.ends_on
        and (policy.effective_to is null or policy.effective_to > periods.ends_on)
    where ($partners is null or list_contains($partners, rows.partner_id)) and rows.period = $period
        and ($programs is null or list_contains($programs, rows.program))
    order by rows.partner_id, rows.program, rules.position nulls last, rows.requirement
"""
EVIDENCE_ROWS = """
    select program, metric, source, entity, file, row_number, cell, evidence_date, detail
    from intermediate.int_metrics__evidence
    where partner_id = $partner and period = $period
    order by all
"""
