{{ config(materialized='view') }}
-- The policy's lists that metrics of a pair read; the partner's own term (items separated by
-- commas) replaces the policy's list if there is one.
with own_items as (
    select
        own.period,
        own.partner_id,
        own.parameter,
        {{ position_of('items') }} as position,
        {{ trimmed(item_of('items')) }} as item
    from {{ ref('int_policy__partner_values') }} as own
    cross join {{ split_items('own.value') }} as items
    where own.value is not null
)

select
    {{ member_key('pairs') }},
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
    on {{ same_partner('pairs', 'own') }}
    and lists.parameter = own.parameter
where own.parameter is null
union all
select
    {{ member_key('pairs') }},
    own_items.parameter,
    own_items.position,
    own_items.item
from {{ ref('int_ledger__pairs') }} as pairs
inner join own_items
    on {{ same_partner('pairs', 'own_items') }}
