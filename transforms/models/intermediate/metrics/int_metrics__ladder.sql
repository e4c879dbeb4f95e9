-- Metrics that only a ladder uses and that need no figures: enrolment (TIER-START) and the
-- invitation for the year that follows the assessed one (TIER-PREMIER-INVITE).
with clock as (
    -- The moment up to which data is known: the known-at moment, else the latest delivery used.
    select
        {{ program_date(
            "coalesce(run.known_at, deliveries.last_received_at)", "run.time_zone"
        ) }} as today
    from {{ source('run', 'parameters') }} as run
    cross join (
        select max(received_at) as last_received_at
        from {{ source('landing', 'deliveries') }}
        where status <> 'refused'
    ) as deliveries
),

invitations as (
    select
        {{ figure_key('pairs') }},
        pairs.year + 1 as tier_year,
        {{ monthday_in_year(parameter_text('due'), 'pairs.year + 1') }} as due_on,
        premier_invitations.status,
        premier_invitations.decided_on,
        premier_invitations.decided_by,
        {{ place_columns('premier_invitations') }}
    from {{ judged_pairs(['invitation']) }} as pairs
    {{ join_parameter('due', 'pairs', "pairs.program || '.invitation_due'") }}
    left join {{ ref('stg_decisions__premier_invitations') }} as premier_invitations
        on pairs.partner_id = premier_invitations.partner_id
        and premier_invitations.tier_year = pairs.year + 1
),

judged as (
    select
        invitations.*,
        case
            when invitations.status = 'accepted' and invitations.decided_on <= invitations.due_on
                then 'accepted'
            when invitations.status = 'accepted' then 'accepted too late'
            -- Unanswered: open until the due day by the clock, then gone.
            when invitations.status = 'invited' and clock.today <= invitations.due_on then 'open'
            when invitations.status = 'invited' then 'unanswered'
            else coalesce(invitations.status, 'none')
        end as standing
    from invitations
    cross join clock
)

select
    {{ figure_key() }},
    cast(case when standing = 'accepted' then 1 else 0 end as decimal(38, 4)) as value,
    cast(case when standing = 'open' then 1 end as decimal(38, 4)) as value_high,
    cast(null as decimal(38, 4)) as expected,
    case when standing = 'open' then 'needs_review' end as status,
    case
        when standing = 'none'
            then 'No invitation for ' || cast(tier_year as string) || ' is recorded.'
        when standing = 'open'
            then 'The invitation for ' || cast(tier_year as string)
                || ' can be accepted until ' || {{ day_text('due_on') }} || '.'
        else 'The invitation for ' || cast(tier_year as string) || ' was ' || standing || '.'
    end as status_reason,
    cast(case when standing = 'none' then 0 else 1 end as bigint) as evidence_count,
    decided_on as evidence_date,
    {{ landed_row('decisions', 'premier_invitations') }}
from judged
union all
select
    {{ figure_key() }},
    cast(1 as decimal(38, 4)) as value,
    cast(null as decimal(38, 4)) as value_high,
    cast(null as decimal(38, 4)) as expected,
    cast(null as string) as status,
    'Enrolled since ' || {{ day_text('enrolled_on') }} || '.' as status_reason,
    cast(1 as bigint) as evidence_count,
    enrolled_on as evidence_date,
    {{ landed_row('partner_activity', 'enrollments') }}
from {{ judged_pairs(['enrolled']) }} as pairs
