{# Each round doubles how far a chain is followed: more partners in a row than ever became one. #}
{% set rounds = 6 %}
-- Partners that became one with another, and whether their successions lead back to themselves: a
-- ring is refused whole, since it says of nobody who holds what (semantics 4).
with reached_0 as (
    select partner_id, successor_id
    from {{ ref('stg_partner_activity__partner_successions') }}
),

{% for round in range(1, rounds + 1) %}
reached_{{ round }} as (
    select partner_id, successor_id
    from reached_{{ round - 1 }}
    union
    select
        near.partner_id,
        far.successor_id
    from reached_{{ round - 1 }} as near
    inner join reached_{{ round - 1 }} as far
        on near.successor_id = far.partner_id
),

{% endfor %}
rings as (
    select partner_id
    from reached_{{ rounds }}
    where partner_id = successor_id
)

select
    successions.partner_id,
    successions.successor_id,
    successions.effective_on,
    rings.partner_id is not null as is_in_ring,
    successions._file,
    successions._row,
    successions._cell
from {{ ref('stg_partner_activity__partner_successions') }} as successions
left join rings on successions.partner_id = rings.partner_id
