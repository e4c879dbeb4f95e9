-- Who holds what belonged to a partner, by day: the partner itself up to its succession, then its
-- successor, and so on along the chain of successions. Only partners of a succession have rows.
with recursive links as (
    select partner_id, successor_id, effective_on
    from {{ ref('int_partners__successions') }}
    where not is_in_ring
),

members as (
    select partner_id from links
    union
    -- The last of a chain holds its own for ever.
    select successor_id as partner_id from links
),

-- From each partner along its chain, which ends because rings are left out. Each link holds from
-- the latest succession so far until its own.
chains as (
    select
        members.partner_id,
        members.partner_id as holder_id,
        cast(null as date) as from_on,
        links.effective_on as to_on
    from members
    left join links on members.partner_id = links.partner_id
    union all
    select
        chains.partner_id,
        links.successor_id as holder_id,
        greatest(chains.from_on, links.effective_on) as from_on,
        further.effective_on as to_on
    from chains
    inner join links on chains.holder_id = links.partner_id
    left join links as further on links.successor_id = further.partner_id
)

select
    partner_id,
    holder_id,
    from_on,
    to_on
from chains
-- A partner that had been acquired before does not hold what comes later.
where from_on is null or to_on is null or from_on < to_on
