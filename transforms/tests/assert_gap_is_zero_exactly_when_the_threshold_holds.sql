-- Failing means that a figure and its verdict contradict each other, or that there is a figure
-- where nothing is known.
select period, partner_id, program, requirement, status, value, threshold, gap
from {{ ref('fct_requirement_results') }}
where (status = 'met' and (gap is null or gap <> 0))
    or ('not_met' in (status, underlying_status) and (gap is null or gap <= 0))
    or (
        (
            status in ('no_evidence', 'not_applicable')
            or underlying_status in ('no_evidence', 'not_applicable')
        )
        and (value is not null or gap is not null)
    )
    or gap < 0
    or (gap is null) <> (value is null or threshold is null)
