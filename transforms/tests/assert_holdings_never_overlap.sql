-- Failing means that one call could find two spans of an installation and count twice.
select *
from (
    select
        app_id,
        company_id,
        from_at,
        to_at,
        lead(from_at) over (partition by app_id, company_id order by from_at) as next_from_at
    from {{ ref('int_usage__holdings') }}
) as spans
where next_from_at < to_at or from_at >= to_at
