-- Who the end customer of each registration and CRM account is (semantics 7): its registrable
-- domain where that tells companies apart, its normalised name, its country.
with records as (
    select
        'registration' as kind,
        registration_id as id,
        customer_name,
        customer_domain,
        country
    from {{ ref('stg_deal_registration__registrations') }}
    union all
    select
        'account' as kind,
        account_id as id,
        name as customer_name,
        domain as customer_domain,
        country
    from {{ ref('stg_crm__accounts') }}
),

resolved as (
    select
        records.kind,
        records.id,
        case when domains.usable then domains.registrable_domain end as domain,
        coalesce(names.normalised_name, lower({{ trimmed('records.customer_name') }})) as name,
        case when {{ trimmed('records.country') }} <> '' then upper({{ trimmed('records.country') }}) end as country
    from records
    left join {{ source('resolved', 'domains') }} as domains
        on records.customer_domain = domains.domain_text
    left join {{ source('resolved', 'names') }} as names
        on records.customer_name = names.name_text
)

select
    kind,
    id,
    domain,
    name,
    country,
    case
        when domain is not null then 'd:' || domain
        else 'n:' || name || '|' || coalesce(country, '')
    end as end_customer_id
from resolved
