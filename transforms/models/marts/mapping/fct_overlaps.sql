-- Accounts that the vendor and a partner share, from the account-mapping vendor's pages and from
-- any other tool's flat layout (BEN-ACCOUNT-MAPPING). Several records of one account are one row,
-- because accounts are counted. An overlap of the flat layout seen after the run's day does not
-- exist yet.
with shared_accounts as (
    select
        partner_id,
        account_id,
        population,
        partner_population,
        'crossbeam_api' as source,
        seen_on
    from {{ ref('int_mapping__vendor_overlaps') }}
    where partner_id is not null and account_id is not null and not is_said_elsewhere
    union all
    select
        mapped.partner_id,
        mapped.account_id,
        mapped.population,
        mapped.partner_population,
        'overlaps' as source,
        mapped.seen_on
    from {{ ref('stg_account_mapping__overlaps') }} as mapped
    cross join {{ source('run', 'parameters') }} as run
    where mapped.seen_on <= run.as_of
        and not coalesce(mapped.is_deleted, false)
)

select
    partner_id,
    account_id,
    population,
    partner_population,
    source,
    max(seen_on) as seen_on
from shared_accounts
group by partner_id, account_id, population, partner_population, source
order by
    partner_id, account_id, population nulls last, partner_population nulls last, source
