-- Rows that could not be read and stay in sight, with each answer that they bear on (semantics 2).
with judged as (
    select
        period, partner_id, program, cast(null as string) as tier, requirement, plain_status
    from {{ ref('int_ledger__judged') }}
    union all
    select period, partner_id, program, tier, criterion as requirement, plain_status
    from {{ ref('int_tiers__judged') }}
)

select
    {{ member_key('unread') }},
    unread.tier,
    unread.requirement,
    (judged.plain_status = 'met' and unread.doubts_met)
    or (judged.plain_status = 'not_met' and unread.doubts_not_met) as decides,
    unread.source,
    unread.entity,
    {{ place_of('unread') }},
    unread.column_name,
    unread.value,
    unread.rule,
    unread.message,
    unread.received_on
from {{ ref('int_ledger__unread_rows') }} as unread
inner join judged
    on {{ same_member('unread', 'judged') }}
    and unread.requirement = judged.requirement
    and coalesce(unread.tier, '') = coalesce(judged.tier, '')
