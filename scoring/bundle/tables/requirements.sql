-- The requirements of the programs, as the policy states them: one row a program and requirement.
select
    requirements.program,
    requirements.requirement,
    requirements.clause,
    requirements.strength,
    requirements.metric,
    requirements.comparator,
    requirements.threshold_parameter,
    requirements.threshold_expected,
    requirements.first_judged_after,
    requirements.label
from policy.requirements as requirements
where requirements.program in (
    select program from intermediate.int_ledger__pairs
    where partner_id = $partner and year = $year
)
