"""The queries behind a proof: criteria, requirements, evidence.

Belongs here: which rows a proof reads. Does not: putting them together (explain.py, proofs.py).
"""

from __future__ import annotations

# Each criterion where a rung first states it, or states another threshold; the ladder in full, so
# that the proof also says what the rungs above would have asked. Partner null: every partner.
TIER_ROWS = """
    select rows.partner_id, rows.criterion as id, rows.tier, tiers.tier_rank, rows.status,
        rows.value, rules.comparator, rows.threshold, rules.threshold_parameter, rows.clause,
        rules.metric, coalesce(own.source, 'policy') as threshold_source, metrics.label,
        metrics.unit, rules.metric = 'program_compliance' as is_roll_up,
        cast(null as varchar) as strength, cast(null as varchar) as underlying_status,
        cast(null as varchar) as reason, clauses.text as clause_text, clauses.document,
        clauses.section, policy.effective_from, policy.effective_to,
        parameters.label as parameter_label, parameters.document as parameter_document,
        parameters.section as parameter_section, parameters.status as parameter_status
    from marts.fct_tier_eligibility as rows
    inner join policy.tiers as tiers using (tier)
    inner join policy.tier_criteria as rules
        on rules.tier = rows.tier and rules.criterion = rows.criterion and not rules.inherited
    left join policy.metrics as metrics on metrics.metric = rules.metric
    left join policy.clauses as clauses on clauses.clause = rows.clause
    left join policy.parameters as parameters on parameters.parameter = rules.threshold_parameter
    left join policy.parameter_values as policy
        on policy.parameter = rules.threshold_parameter
        and policy.effective_from <= make_date($year, 12, 31)
        and (policy.effective_to is null or policy.effective_to > make_date($year, 12, 31))
    left join intermediate.int_policy__partner_values as own
        on own.period = $period and own.partner_id = rows.partner_id
        and own.parameter = rules.threshold_parameter
    where ($partner is null or rows.partner_id = $partner) and rows.year = $year
    order by tiers.tier_rank, rules.position
"""
REQUIREMENT_ROWS = """
    select rows.partner_id, rows.requirement as id, rows.program, rows.status, rows.value,
        rows.comparator, rows.threshold, rules.threshold_parameter, rows.clause, rows.metric,
        rows.threshold_source, metrics.label, metrics.unit, rows.strength,
        rows.underlying_status, rows.reason, rows.gap,
        clauses.text as clause_text, clauses.document, clauses.section,
        policy.effective_from, policy.effective_to, parameters.label as parameter_label,
        parameters.document as parameter_document, parameters.section as parameter_section,
        parameters.status as parameter_status
    from marts.fct_requirement_results as rows
    inner join intermediate.int_periods as periods using (period)
    left join policy.requirements as rules
        on rules.program = rows.program and rules.requirement = rows.requirement
    left join policy.metrics as metrics on metrics.metric = rows.metric
    left join policy.clauses as clauses on clauses.clause = rows.clause
    left join policy.parameters as parameters on parameters.parameter = rules.threshold_parameter
    left join policy.parameter_values as policy
        on policy.parameter = rules.threshold_parameter
        and policy.effective_from <= periods.ends_on
        and (policy.effective_to is null or policy.effective_to > periods.ends_on)
    where ($partner is null or rows.partner_id = $partner) and rows.period = $period
        and ($programs is null or list_contains($programs, rows.program))
    order by rows.program, rules.position, rows.requirement
"""
EVIDENCE_ROWS = """
    select program, metric, source, entity, file, row_number, cell, evidence_date, detail
    from intermediate.int_metrics__evidence
    where partner_id = $partner and period = $period
    order by all
"""
