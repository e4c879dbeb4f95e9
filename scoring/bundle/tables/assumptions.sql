-- Values that no document gives and nobody has confirmed, placeholders and what others reported (by
-- whom, read when), with each requirement and criterion that rests on them: one row per program,
-- tier (null for a requirement), rule and parameter.
from intermediate.int_policy__assumed
where program in (
    select program from intermediate.int_ledger__pairs
    where partner_id = $partner and year = $year
)
