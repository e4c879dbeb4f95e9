-- The clauses behind the requirements, criteria and parameters: one row per clause.
select clauses.clause, clauses.text, clauses.document, clauses.section
from policy.clauses as clauses
where clauses.clause in (
    select clause from policy.requirements
    union
    select clause from policy.tier_criteria
    union
    select clause from policy.parameters
)
