-- Accounts that the vendor and a partner share, from the account-mapping vendor's pages and from
-- any other tool's flat layout (BEN-ACCOUNT-MAPPING). Several records of one account are one row,
-- because accounts are counted. Of each overlap of the flat layout the last row seen by the run's
-- day counts: one seen later, such as the next month's export, does not exist yet.
with last_overlaps as (
    {% call first_of_each(
        contract()['overlaps'].key | join(', '),
        '_received_at desc nulls last, _file desc nulls last, '
        ~ '_row desc nulls last, _cell desc nulls last'
    ) %}
    select known.*
    from {{ known_rows('overlaps') }} as known
    cross join {{ source('run', 'parameters') }} as run
    where known.seen_on <= run.as_of
    {% endcall %}
),

shared_accounts as (
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
        partner_id,
        account_id,
        population,
        partner_population,
        'overlaps' as source,
        seen_on
    from last_overlaps
    where not coalesce(is_deleted, false)
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
