-- The domains that name no company because many unlike names share them, among the lines of
-- months up to the end of the run's year (semantics 7), with those names: a reseller that
-- writes its own domain into every line does not sell to one customer.
with run as (
    select {{ date_from_parts('year', 12, 31) }} as last_day from {{ source('run', 'parameters') }}
),

most as (
    select max(held.number) as names
    from {{ source('policy', 'parameter_values') }} as held
    inner join run
        on held.effective_from <= run.last_day
        and (held.effective_to is null or held.effective_to > run.last_day)
    where held.parameter = 'customers.names_per_domain'
),

named as (
    select distinct
        domains.registrable_domain as domain,
        coalesce(names.normalised_name, lower({{ trimmed('lines.customer_name') }})) as name
    from {{ ref('stg_reseller_reports__subscription_lines') }} as lines
    inner join run
        on lines.report_month <= run.last_day
    inner join {{ source('resolved', 'domains') }} as domains
        on lines.customer_domain = domains.domain_text
        and domains.usable
    left join {{ source('resolved', 'names') }} as names
        on lines.customer_name = names.name_text
)

select
    named.domain,
    count(*) as names,
    {{ joined('named.name', 'named.name') }} as shown_names
from named
cross join most
group by named.domain, most.names
having count(*) >= most.names
