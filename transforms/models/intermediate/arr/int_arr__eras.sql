-- Which partners' lines are one book, by span of days: a partner in a succession has a first era of
-- its own, and another era from each day on which others merge into it, up to the day on which it
-- merges into another. In an era its lines and theirs count as one partner's, as if they always had
-- been; earlier days stay as they were (semantics 4, "Partners that become one").
with starts as (
    select distinct
        holder_id as partner_id,
        from_on
    from {{ ref('int_partners__holders') }}
),

own_ends as (
    select
        partner_id,
        to_on
    from {{ ref('int_partners__holders') }}
    where partner_id = holder_id
),

spans as (
    select
        partner_id,
        from_on,
        lead(from_on) over (partition by partner_id order by from_on asc nulls first) as next_on
    from starts
)

select
    spans.partner_id,
    held.partner_id as member_id,
    spans.from_on,
    least(spans.next_on, own_ends.to_on) as to_on
from spans
inner join own_ends on spans.partner_id = own_ends.partner_id
inner join {{ ref('int_partners__holders') }} as held
    on spans.partner_id = held.holder_id
    and (held.from_on is null or held.from_on <= spans.from_on)
    and (held.to_on is null or spans.from_on is null or held.to_on > spans.from_on)
