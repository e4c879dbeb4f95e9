-- Registrations of other partners for the same or a possibly same customer, submitted earlier or at
-- the same instant, and what each means for the later one: `blocks`, `doubt`, or nothing
-- (DEAL-NOT-TAKEN, DEAL-FIRST). First come, first served: by submitted_at.
with customers as (
    select id, domain, name, country
    from {{ ref('int_deals__customers') }}
    where kind = 'registration'
),

passed as (
    select
        registration_id,
        -- A doubt, such as a possible match, is not passed.
        bool_and(result = 'pass') as has_passed
    from {{ ref('int_deals__own_checks') }}
    group by registration_id
),

pairs as (
    select
        later.registration_id,
        later.submitted_at,
        later.submitted_on,
        rival.registration_id as rival_id,
        {{ holder_of('holder', 'rival.named_id') }} as rival_partner_id,
        rival.submitted_at as rival_submitted_at,
        matches.match,
        rival._file,
        rival._row,
        rival._cell
    from {{ ref('int_deals__registrations') }} as later
    inner join {{ customer_matches('customers', 'customers') }} as matches
        on later.registration_id = matches.left_id
    inner join {{ ref('int_deals__registrations') }} as rival
        on matches.right_id = rival.registration_id
        and rival.submitted_at <= later.submitted_at
    -- Whoever has become one with the rival's partner by then is no other partner.
    {{ join_holder('holder', 'rival.named_id', 'later.submitted_on') }}
    where later.partner_id <> {{ holder_of('holder', 'rival.named_id') }}
),

-- The rival as it stood at the later submission.
standing as (
    select
        pairs.*,
        case
            when timeline.state in ('approved', 'extended')
                and timeline.expires_on < pairs.submitted_on
                then 'expired'
            else timeline.state
        end as rival_state,
        timeline.approved_on is not null as rival_was_approved,
        states.is_dropped,
        rival_passed.has_passed as rival_has_passed,
        own_passed.has_passed
    from pairs
    inner join {{ ref('int_deals__timeline') }} as timeline
        on pairs.rival_id = timeline.registration_id
        and (timeline.from_at is null or timeline.from_at <= pairs.submitted_at)
        and (timeline.to_at is null or timeline.to_at > pairs.submitted_at)
    inner join {{ ref('int_deals__states') }} as states
        on pairs.rival_id = states.registration_id
    inner join passed as rival_passed
        on pairs.rival_id = rival_passed.registration_id
    inner join passed as own_passed
        on pairs.registration_id = own_passed.registration_id
)

select
    registration_id,
    rival_id,
    rival_partner_id,
    rival_submitted_at,
    match,
    rival_state,
    case
        when is_dropped then 'nothing'
        when rival_submitted_at = submitted_at
            then case when has_passed and rival_has_passed then 'doubt' else 'nothing' end
        when rival_state not in ('submitted', 'approved', 'extended', 'closed_won') then 'nothing'
        when not (rival_has_passed or rival_was_approved) then 'nothing'
        when match = 'same' then 'blocks'
        else 'doubt'
    end as verdict,
    _file,
    _row,
    _cell
from standing
