-- Each account that a partner shares with the vendor, once, however many records and populations
-- contain it: its type on each side, and when it was first seen. Only accounts that the CRM knows.
select
    mapped.partner_id,
    mapped.account_id,
    bool_or(mapped.population = 'customers') as is_our_customer,
    bool_or(mapped.population = 'open_opportunities') as is_our_opportunity,
    bool_or(mapped.population = 'prospects') as is_our_prospect,
    bool_or(mapped.partner_population = 'customers') as is_their_customer,
    bool_or(mapped.partner_population = 'open_opportunities') as is_their_opportunity,
    bool_or(mapped.partner_population = 'prospects') as is_their_prospect,
    coalesce(min(first_seen.first_seen_on), min(mapped.seen_on)) as first_seen_on,
    max(mapped.seen_on) as last_seen_on
from {{ ref('fct_overlaps') }} as mapped
inner join {{ ref('stg_crm__accounts') }} as accounts
    on mapped.account_id = accounts.account_id
left join {{ ref('int_mapping__first_seen') }} as first_seen
    on mapped.partner_id = first_seen.partner_id
    and mapped.account_id = first_seen.account_id
group by mapped.partner_id, mapped.account_id
