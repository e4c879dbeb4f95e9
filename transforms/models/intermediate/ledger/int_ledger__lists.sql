{{ config(materialized='view') }}
-- The policy's lists that metrics of a pair read, with the partner's own term (items parted by
-- commas) in place of the policy's list where there is one.
with own_items as (
    select
        period,
        partner_id,
        parameter,
        items.position,
        {{ trimmed('items.item') }} as item
    from {{ ref('int_policy__partner_values') }}
    cross join {{ split_items('value') }} as items
    where value is not null
)

select
    pairs.period,
    pairs.partner_id,
    pairs.program,
    lists.parameter,
    lists.position,
    lists.item
from {{ ref('int_ledger__pairs') }} as pairs
inner join {{ ref('int_policy__lists') }} as lists
    on pairs.period = lists.period
    and (
        lists.parameter like pairs.program || '.%'
        or lists.parameter like 'conduct.%'
        or lists.parameter like 'references.%'
        or lists.parameter in (
            select parameter
            from {{ source('policy', 'metric_parameters') }}
        )
    )
left join {{ ref('int_policy__partner_values') }} as own
    on pairs.period = own.period
    and pairs.partner_id = own.partner_id
    and lists.parameter = own.parameter
where own.parameter is null
union all
select
    pairs.period,
    pairs.partner_id,
    pairs.program,
    own_items.parameter,
    own_items.position,
    own_items.item
from {{ ref('int_ledger__pairs') }} as pairs
inner join own_items
    on pairs.period = own_items.period
    and pairs.partner_id = own_items.partner_id
