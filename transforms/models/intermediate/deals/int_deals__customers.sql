-- Who the end customer of each registration and CRM account is (semantics 7): its registrable
-- domain where that identifies companies, its normalised name, its country. A domain that many
-- unlike names share identifies nobody.
with run as (
    select as_of, time_zone from {{ source('run', 'parameters') }}
),

records as (
    select
        'registration' as kind,
        registrations.registration_id as id,
        registrations.customer_name,
        registrations.customer_domain,
        registrations.country,
        {{ program_date('registrations.submitted_at', 'run.time_zone') }} <= run.as_of as is_known
    from {{ ref('stg_deal_registration__registrations') }} as registrations
    cross join run
    union all
    select
        'account' as kind,
        account_id as id,
        name as customer_name,
        domain as customer_domain,
        country,
        true as is_known
    from {{ ref('stg_crm__accounts') }}
),

resolved as (
    select
        records.kind,
        records.id,
        records.customer_name,
        records.is_known,
        case when domains.usable then domains.registrable_domain end as domain,
        coalesce(names.normalised_name, lower({{ trimmed('records.customer_name') }})) as name,
        case
            when {{ trimmed('records.country') }} <> ''
                then upper({{ trimmed('records.country') }})
        end as country
    from records
    left join {{ source('resolved', 'domains') }} as domains
        on records.customer_domain = domains.domain_text
    left join {{ source('resolved', 'names') }} as names
        on records.customer_name = names.name_text
),

most as (
    select max(held.number) as names
    from {{ source('policy', 'parameter_values') }} as held
    inner join run
        on {{ in_force_on('held', 'run.as_of') }}
    where held.parameter = 'customers.names_per_domain'
),

of_many as (
    select resolved.domain
    from resolved
    cross join most
    where resolved.is_known and resolved.domain is not null
    group by resolved.domain, most.names
    having count(distinct resolved.name) >= most.names
),

told_apart as (
    select
        resolved.kind,
        resolved.id,
        resolved.customer_name,
        case when of_many.domain is null then resolved.domain end as domain,
        of_many.domain as domain_of_many,
        resolved.name,
        resolved.country
    from resolved
    left join of_many on resolved.domain = of_many.domain
)

select
    kind,
    id,
    customer_name,
    domain,
    domain_of_many,
    name,
    country,
    case
        when domain is not null then 'd:' || domain
        else 'n:' || name || '|' || coalesce(country, '')
    end as end_customer_id,
    -- Records that are certainly the same customer have the same key; a name without a country, or
    -- of nothing but punctuation, has none.
    case
        when domain is not null then 'd:' || domain
        when country is not null and name <> '' then 'n:' || name || '|' || country
    end as same_key
from told_apart
