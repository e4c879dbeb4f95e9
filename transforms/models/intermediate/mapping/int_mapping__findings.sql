-- What matches nothing in account mapping: partners, accounts and populations that are unknown
-- here. Nothing is guessed; the overlap is left out until the match is made.
select
    'account_mapping' as source,
    'crossbeam_api' as entity,
    coalesce(vendor_partner_id, '') as key,
    case when candidates = 0 then 'unknown_partner' else 'ambiguous_partner' end as finding,
    coalesce(name, 'a partner') || ' (' || coalesce(domain_text, 'no domain')
    || ') is the domain of '
    || case
        when candidates = 0 then 'no partner'
        else cast(candidates as string) || ' partners, and nobody picks'
    end as detail
from {{ ref('int_mapping__partners') }}
where candidates <> 1
union all
select distinct
    'account_mapping' as source,
    'crossbeam_api' as entity,
    coalesce(mapped.vendor_partner_id, '') as key,
    'unknown_partner' as finding,
    'overlaps of ' || coalesce(mapped.vendor_partner_name, 'a partner')
    || ', which is on no page of partners' as detail
from {{ ref('int_mapping__vendor_overlaps') }} as mapped
left join {{ ref('int_mapping__partners') }} as partners
    on mapped.vendor_partner_id = partners.vendor_partner_id
where partners.vendor_partner_id is null
union all
select distinct
    'account_mapping' as source,
    'crossbeam_api' as entity,
    record_key as key,
    'unknown_account' as finding,
    'record_id ' || coalesce('"' || record_id || '"', 'without a value')
    || ' is no account of the CRM' as detail
from {{ ref('int_mapping__vendor_overlaps') }}
where account_id is null
union all
select distinct
    'account_mapping' as source,
    'crossbeam_api' as entity,
    record_key as key,
    'unknown_population' as finding,
    'a population that is on no page of '
    || case when is_unknown_population then 'populations' else 'partner-populations' end as detail
from {{ ref('int_mapping__vendor_overlaps') }}
where is_unknown_population or is_unknown_partner_population
union all
-- An amount that cannot be converted to USD is in no influenced revenue.
select
    'crm' as source,
    'opportunities' as entity,
    opportunity_id as key,
    'amount_without_usd' as finding,
    'won on ' || {{ day_text('closed_on') }} || ' for ' || cast(amount as string)
    || case
        when currency is null then ' without a currency'
        else ' ' || currency || ' without a rate on or shortly before that day'
    end || '; it counts in no influenced revenue' as detail
from {{ ref('int_influence__opportunities') }}
where is_won and amount is not null and amount_usd is null
