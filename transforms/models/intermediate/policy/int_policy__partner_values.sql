-- The partner's own value of a parameter at each period's end, for partners with a term in force.
-- Two terms in force, or a term whose value is not of its parameter's kind, are a conflict: there
-- is no value, and every requirement that would use it needs a person (semantics 1). One is never
-- chosen silently.
with terms as (
    select
        period,
        partner_id,
        parameter,
        count(*) as terms,
        bool_and(is_of_kind) as is_of_kind,
        min(kind) as kind,
        min(value) as value,
        {{ joined('distinct agreement_id', 'agreement_id', ', ') }} as source,
        {{ joined(
            "agreement_id || ' (' || value || ', from ' || cast(effective_from as string) || ')'",
            'agreement_id, effective_from', ' and '
        ) }} as statements
    from {{ ref('int_policy__terms') }}
    group by period, partner_id, parameter
)

select
    period,
    partner_id,
    parameter,
    case
        when terms > 1 or not is_of_kind then null
        when kind = 'boolean'
            then case when lower(value) in ('true', 'yes', 'y', '1') then 'true' else 'false' end
        else value
    end as value,
    case
        when terms > 1 or not is_of_kind then null
        when kind = 'boolean'
            then case when lower(value) in ('true', 'yes', 'y', '1') then 1 else 0 end
        when kind = 'number' then cast(value as decimal(38, 4))
    end as number,
    source,
    (terms > 1 or not is_of_kind) as conflict,
    case
        when terms > 1 then 'Agreements ' || statements || ' both state ' || parameter || '.'
        when not is_of_kind
            then 'Agreement ' || source || ' states ' || parameter || ' as "' || value
                || '", which is no such value.'
    end as conflict_reason
from terms
