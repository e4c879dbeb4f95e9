-- Partners as of the run's day: terminated by their own date, and in the programs whose enrolment
-- runs that day (none, once terminated: GUIDE-PROGRAMS, or merged into another).
with partners as (
    select
        partners.*,
        run.as_of,
        {{ is_terminated('partners', 'run.as_of') }} as has_left,
        {{ holder_of('holder', 'partners.partner_id') }} = partners.partner_id as stands_alone
    from {{ ref('stg_partner_activity__partners') }} as partners
    cross join {{ source('run', 'parameters') }} as run
    {{ join_holder('holder', 'partners.partner_id', 'run.as_of') }}
)

select
    partners.partner_id,
    partners.name,
    partners.domain,
    partners.country,
    partners.region,
    case when partners.has_left then 'terminated' else 'active' end as status,
    partners.joined_on,
    {{ sorted_list('enrollments.program') }} as programs
from partners
left join {{ ref('stg_partner_activity__enrollments') }} as enrollments
    on partners.partner_id = enrollments.partner_id
    and {{ is_enrolled('enrollments', 'partners.as_of') }}
    and not partners.has_left
    and partners.stands_alone
group by
    partners.partner_id, partners.name, partners.domain, partners.country, partners.region,
    partners.has_left, partners.joined_on
