{# More partners in a row than ever became one; a walk around a ring ends where it is refused. #}
{% set longest = 64 %}
-- Partners that merged into another, and whether their successions lead back to themselves: a ring
-- is refused as a whole, since it does not say who holds what (semantics 4).
with recursive links as (
    select partner_id, successor_id
    from {{ ref('stg_partner_activity__partner_successions') }}
),

-- One succession after the other from each partner, until nobody follows or it is back.
walked as (
    select
        partner_id,
        successor_id as reached_id,
        cast(1 as bigint) as steps
    from links
    union all
    select
        walked.partner_id,
        links.successor_id as reached_id,
        walked.steps + 1 as steps
    from walked
    inner join links on walked.reached_id = links.partner_id
    where walked.reached_id <> walked.partner_id
        and walked.steps < {{ longest }}
)

select
    successions.partner_id,
    successions.successor_id,
    successions.effective_on,
    rings.partner_id is not null as is_in_ring,
    {{ place_columns('successions') }}
from {{ ref('stg_partner_activity__partner_successions') }} as successions
left join (
    select distinct partner_id
    from walked
    where partner_id = reached_id
) as rings on successions.partner_id = rings.partner_id
