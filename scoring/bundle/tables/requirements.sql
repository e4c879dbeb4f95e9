-- The requirements of the programs, as the policy states them: one row per program and requirement.
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
    requirements.judged_in,
    (
        select list(distinct spine.period order by spine.period)
        from intermediate.int_ledger__spine as spine
        where spine.partner_id = $partner
            and spine.program = requirements.program
            and spine.requirement = requirements.requirement
            and not spine.is_judged_here
    ) as not_judged_in,
    requirements.label
from policy.requirements as requirements
where requirements.program in (
    select program from intermediate.int_ledger__pairs
    where partner_id = $partner and year = $year
)
