-- Customers of registrations whose names may be two spellings of one name: shown to the person who
-- reviews, without deciding anything (semantics 7). Each registration is paired with the first
-- earlier one of each other partner under a similar name, and with the first CRM account under it.
with customers as (
    select id, kind, customer_name, name, same_key
    from {{ ref('int_deals__customers') }}
),

registrations as (
    select
        known.registration_id,
        known.partner_id,
        known.submitted_at,
        {{ place_columns('known') }},
        customers.customer_name,
        customers.name,
        customers.same_key
    from {{ ref('int_deals__registrations') }} as known
    inner join customers
        on known.registration_id = customers.id
        and customers.kind = 'registration'
),

firsts as (
    {% call first_of_each(
        'registrations.name, registrations.partner_id',
        'registrations.submitted_at asc, registrations.registration_id asc'
    ) %}
    select * from registrations
    {% endcall %}
),

accounts as (
    {% call first_of_each('customers.name', 'customers.id asc') %}
    select
        customers.id,
        customers.customer_name,
        customers.name,
        customers.same_key,
        {{ place_columns('accounts') }}
    from customers
    inner join {{ ref('stg_crm__accounts') }} as accounts
        on customers.id = accounts.account_id
    where customers.kind = 'account'
    {% endcall %}
),

others as (
    select
        'registration' as kind,
        registration_id as id,
        partner_id,
        submitted_at,
        customer_name,
        name,
        same_key,
        {{ place_columns() }}
    from firsts
    union all
    select
        'account' as kind,
        id,
        cast(null as string) as partner_id,
        cast(null as timestamp) as submitted_at,
        customer_name,
        name,
        same_key,
        {{ place_columns() }}
    from accounts
)

select
    registrations.registration_id,
    others.kind as other_kind,
    others.id as other_id,
    registrations.customer_name,
    others.customer_name as other_name,
    near.likeness,
    {{ place_columns('registrations') }},
    others._file as other_file,
    others._row as other_row,
    others._cell as other_cell
from registrations
inner join {{ source('resolved', 'near_names') }} as near
    on registrations.name = near.name
inner join others
    on near.other_name = others.name
    and coalesce(others.same_key <> registrations.same_key, true)
    and (
        others.kind = 'account'
        or (
            others.partner_id <> registrations.partner_id
            and others.submitted_at <= registrations.submitted_at
        )
    )
