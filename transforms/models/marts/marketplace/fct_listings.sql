-- Whether each app may be listed on the run's day, with every clause against it, and whether its
-- use is so low that a person should think about removing it (APP-LOW-USAGE).
with judged as (
    {{ verdicts(ref('int_listings__checks'), 'app_id') }}
)

select
    judged.app_id,
    judged.eligible,
    judged.reasons,
    case
        when usage.removal_candidate then true
        -- The owner's own terms disagree on what is low.
        when usage.app_id is not null and usage.removal_candidate is null then null
        -- Listed all that time and apparently hardly used, but a month's usage was never delivered:
        -- it is unknown.
        when usage.is_listed_throughout
            and not usage.is_covered
            and usage.active_customers < usage.minimum
            then null
        else false
    end as removal_candidate,
    usage.last_active_on
from judged
left join {{ ref('int_apps__rolling_usage') }} as usage
    on judged.app_id = usage.app_id
order by judged.app_id
