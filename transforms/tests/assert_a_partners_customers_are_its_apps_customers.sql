-- Failing means that a partner's active customers of a month are fewer than those of an app that it
-- had all that month, or more than those of all that it had in it.
with apps as (
    select
        owners.partner_id,
        usage_months.month,
        max(
            case
                when (owners.from_on is null or owners.from_on <= usage_months.month)
                    and (
                        owners.to_on is null
                        or owners.to_on > {{ month_end_of('usage_months.month') }}
                    )
                    then usage_months.active_customers
            end
        ) as most,
        sum(usage_months.active_customers) as together
    from {{ ref('fct_app_usage_by_month') }} as usage_months
    inner join {{ ref('int_apps__owners') }} as owners
        on usage_months.app_id = owners.app_id
        and (owners.from_on is null or owners.from_on <= {{ month_end_of('usage_months.month') }})
        and (owners.to_on is null or owners.to_on > usage_months.month)
    group by owners.partner_id, usage_months.month
)

select
    coalesce(partners.partner_id, apps.partner_id) as partner_id,
    coalesce(partners.month, apps.month) as month,
    partners.active_customers,
    apps.most,
    apps.together
from {{ ref('fct_partner_usage_by_month') }} as partners
full outer join apps
    on partners.partner_id = apps.partner_id
    and partners.month = apps.month
where apps.together is null
    or coalesce(partners.active_customers, 0) < apps.most
    or partners.active_customers > apps.together
