-- The vendor's partner ids with the partner whose registrable domain matches; any number of
-- `candidates` but one leaves the match open, and nothing is guessed.
with theirs as (
    select
        {{ member_text('records.body', 'uuid') }} as vendor_partner_id,
        {{ member_text('records.body', 'name') }} as name,
        {{ member_text('records.body', 'domain') }} as domain_text,
        domains.registrable_domain,
        {{ place_columns('records') }}
    from {{ ref('int_mapping__records') }} as records
    left join {{ source('resolved', 'domains') }} as domains
        on {{ member_text('records.body', 'domain') }} = domains.domain_text
    where records.endpoint = 'partners'
),

ours as (
    select
        partners.partner_id,
        domains.registrable_domain
    from {{ ref('stg_partner_activity__partners') }} as partners
    inner join {{ source('resolved', 'domains') }} as domains
        on partners.domain = domains.domain_text
    where domains.registrable_domain is not null
)

select
    theirs.vendor_partner_id,
    theirs.name,
    theirs.domain_text,
    case when count(ours.partner_id) = 1 then min(ours.partner_id) end as partner_id,
    count(ours.partner_id) as candidates,
    {{ place_columns('theirs') }}
from theirs
left join ours on theirs.registrable_domain = ours.registrable_domain
group by
    theirs.vendor_partner_id, theirs.name, theirs.domain_text, theirs._file, theirs._row,
    theirs._cell
