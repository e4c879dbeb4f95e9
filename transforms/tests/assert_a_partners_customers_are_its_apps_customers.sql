-- Failing means that a partner's active customers of a month are fewer than those of one of its
-- apps, or more than those of all of them together.
with apps as (
    select
        launches.partner_id,
        usage_months.month,
        max(usage_months.active_customers) as most,
        sum(usage_months.active_customers) as together
    from {{ ref('fct_app_usage_by_month') }} as usage_months
    inner join {{ ref('int_apps__launches') }} as launches
        on usage_months.app_id = launches.app_id
    group by launches.partner_id, usage_months.month
)

select
    partners.partner_id,
    partners.month,
    partners.active_customers,
    apps.most,
    apps.together
from {{ ref('fct_partner_usage_by_month') }} as partners
full outer join apps
    on partners.partner_id = apps.partner_id
    and partners.month = apps.month
where partners.active_customers is null
    or apps.most is null
    or partners.active_customers not between apps.most and apps.together
