{% set rounds = 6 %}
-- Who holds what was a partner's, by day: itself up to its succession, then its successor, and on
-- along the chain of those that became one themselves. Only partners of a succession have rows.
with links as (
    select partner_id, successor_id, effective_on
    from {{ ref('int_partners__successions') }}
    where not is_in_ring
),

spans_0 as (
    select
        partner_id,
        partner_id as holder_id,
        cast(null as date) as from_on,
        effective_on as to_on
    from links
    union all
    select
        partner_id,
        successor_id as holder_id,
        effective_on as from_on,
        cast(null as date) as to_on
    from links
    union all
    -- The last of a chain holds its own for ever.
    select distinct
        links.successor_id as partner_id,
        links.successor_id as holder_id,
        cast(null as date) as from_on,
        cast(null as date) as to_on
    from links
    left join links as further on links.successor_id = further.partner_id
    where further.partner_id is null
)

{%- for round in range(1, rounds + 1) %},

spans_{{ round }} as (
    select
        near.partner_id,
        far.holder_id,
        greatest(near.from_on, far.from_on) as from_on,
        least(near.to_on, far.to_on) as to_on
    from spans_{{ round - 1 }} as near
    inner join spans_{{ round - 1 }} as far
        on near.holder_id = far.partner_id
        and (near.from_on is null or far.to_on is null or near.from_on < far.to_on)
        and (far.from_on is null or near.to_on is null or far.from_on < near.to_on)
)
{%- endfor %}

select
    partner_id,
    holder_id,
    from_on,
    to_on
from spans_{{ rounds }}
