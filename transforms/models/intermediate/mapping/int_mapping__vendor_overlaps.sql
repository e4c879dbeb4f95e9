{% set record = 'partition by exploded.endpoint, exploded.record_key' %}
-- Overlaps of the account-mapping vendor in force, one row for each record, population of ours and
-- population of theirs, by their standard type (null: one without). A partner is found by
-- registrable domain, an account by its CRM id; null means that there was no match.
with mapped as (
    select
        records.record_key,
        records.endpoint,
        {{ member_text('records.body', 'partner_id') }} as vendor_partner_id,
        {{ member_text('records.body', 'partner_name') }} as vendor_partner_name,
        {{ member_text('records.body', 'record_id') }} as record_id,
        records.body,
        {{ program_date('records._received_at', 'run.time_zone') }} as seen_on,
        {{ place_columns('records') }}
    from {{ ref('int_mapping__records') }} as records
    cross join {{ source('run', 'parameters') }} as run
    -- Absent, not false, on a live overlap; a deletion says so.
    where records.endpoint like 'overlaps/%'
        and not {{ member_is_true('records.body', 'is_deleted') }}
),

types as (
    select
        endpoint,
        {{ member_text('body', 'id') }} as population_id,
        -- A type that the vendor has added since counts as none.
        case
            when {{ member_text('body', 'standard_type') }}
                in ('customers', 'prospects', 'open_opportunities')
                then {{ member_text('body', 'standard_type') }}
        end as standard_type
    from {{ ref('int_mapping__records') }}
    where endpoint in ('populations', 'partner-populations')
),

exploded as (
    select
        mapped.*,
        {{ member_text(item_of('ours'), 'id') }} as population_id,
        {{ member_text(item_of('theirs'), 'id') }} as partner_population_id
    from mapped
    cross join {{ member_items('mapped.body', 'populations') }} as ours
    cross join {{ member_items('mapped.body', 'partner_populations') }} as theirs
)

select
    exploded.record_key,
    exploded.endpoint,
    exploded.vendor_partner_id,
    exploded.vendor_partner_name,
    partners.partner_id,
    exploded.record_id,
    accounts.account_id,
    own_types.standard_type as population,
    their_types.standard_type as partner_population,
    -- A population without a type means nothing next to one that has a type.
    own_types.standard_type is null
    and count(own_types.standard_type) over ({{ record }}) > 0
    or their_types.standard_type is null
    and count(their_types.standard_type) over ({{ record }}) > 0 as is_said_elsewhere,
    exploded.population_id is not null and own_types.population_id is null as is_unknown_population,
    exploded.partner_population_id is not null
    and their_types.population_id is null as is_unknown_partner_population,
    exploded.seen_on,
    {{ place_columns('exploded') }}
from exploded
left join (
    select vendor_partner_id, min(partner_id) as partner_id
    from {{ ref('int_mapping__partners') }}
    group by vendor_partner_id
) as partners
    on exploded.vendor_partner_id = partners.vendor_partner_id
left join {{ ref('stg_crm__accounts') }} as accounts
    on exploded.record_id = accounts.account_id
left join types as own_types
    on exploded.population_id = own_types.population_id
    and own_types.endpoint = 'populations'
left join types as their_types
    on exploded.partner_population_id = their_types.population_id
    and their_types.endpoint = 'partner-populations'
