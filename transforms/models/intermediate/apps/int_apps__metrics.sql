-- The app metrics of each (period, partner, program) that is judged by them. Those over listed apps
-- are not applicable without a listed app; how many are listed is a separate figure.
with of_apps as (
    select
        {{ figure_key('pairs') }},
        count(distinct facts.app_id) as apps,
        count(distinct case when facts.is_short then facts.app_id end) as counted,
        count(facts.app_id) as evidence_count,
        max(facts.evidence_date) as evidence_date,
        {{ joined(
            "distinct case when facts.is_short then facts.app_id end",
            "case when facts.is_short then facts.app_id end"
        ) }} as counted_apps
    from {{ judged_pairs([
        'listed_apps', 'apps_not_validated', 'apps_without_enablement', 'apps_listing_incomplete'
    ]) }} as pairs
    left join {{ ref('int_apps__facts') }} as facts
        on {{ same_partner('pairs', 'facts') }}
        and pairs.metric = facts.metric
    group by {{ figure_key('pairs') }}
),

requests as (
    select
        {{ figure_key('pairs') }},
        count(requests.request_id) as requests,
        count(case when requests.is_answered then 1 end) as answered,
        max(requests.received_on) as evidence_date
    from {{ judged_pairs(['contact_answered_share']) }} as pairs
    left join {{ ref('int_apps__contact_requests') }} as requests
        on {{ same_member('pairs', 'requests') }}
    group by {{ figure_key('pairs') }}
)

select
    {{ figure_key() }},
    cast(
        case when apps > 0 or metric = 'listed_apps' then counted end as decimal(38, 4)
    ) as value,
    cast(null as decimal(38, 4)) as value_high,
    cast(null as decimal(38, 4)) as expected,
    case when apps = 0 and metric <> 'listed_apps' then 'not_applicable' end as status,
    case
        when apps = 0 and metric <> 'listed_apps'
            then 'No app of the partner was listed at the end of ' || period || '.'
        when counted > 0 and metric <> 'listed_apps' then 'Apps: ' || counted_apps || '.'
    end as status_reason,
    evidence_count,
    evidence_date
from of_apps
union all
select
    {{ figure_key() }},
    {{ share_of('answered', 'requests') }} as value,
    cast(null as decimal(38, 4)) as value_high,
    cast(null as decimal(38, 4)) as expected,
    case when requests = 0 then 'not_applicable' end as status,
    case
        when requests = 0 then 'No contact request was due in ' || period || '.'
        else cast(answered as string) || ' of ' || cast(requests as string)
            || ' requests answered in time.'
    end as status_reason,
    requests as evidence_count,
    evidence_date
from requests
