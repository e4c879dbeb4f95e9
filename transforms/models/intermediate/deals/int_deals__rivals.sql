-- What each rival that could keep a registration out means for it: `blocks`, `doubt`, or nothing
-- (DEAL-NOT-TAKEN, DEAL-FIRST). First come, first served, by submitted_at; the rival's state is
-- that at the later submission. Where the terms of the rival's partner leave open how long it
-- counts (`is_lapse_open`), nobody is kept out without a person.
with standing as (
    select
        pairs.*,
        case
            when timeline.state in ('approved', 'extended')
                and timeline.expires_on < pairs.submitted_on
                then 'expired'
            else timeline.state
        end as rival_state,
        timeline.approved_on is not null as rival_was_approved,
        days.is_gone,
        -- Unanswered, or won, for so long that it no longer keeps anybody out.
        case timeline.state
            when 'submitted'
                then {{ add_days_or_null(
                    'pairs.rival_submitted_on', 'days.unanswered_blocks_days'
                ) }}
            when 'closed_won'
                then {{ add_days_or_null('timeline.ended_on', 'days.won_blocks_days') }}
        end < pairs.submitted_on as is_past,
        case timeline.state
            when 'submitted' then coalesce(days.is_unanswered_open, false)
            when 'closed_won' then coalesce(days.is_won_open, false)
            else timeline.state in ('approved', 'extended') and timeline.expires_on is null
        end as is_lapse_open
    from {{ ref('int_deals__pairs') }} as pairs
    inner join {{ ref('int_deals__timeline') }} as timeline
        on pairs.rival_id = timeline.registration_id
        and {{ holds_at('timeline', 'pairs.submitted_at') }}
    left join {{ ref('int_deals__rival_days') }} as days
        on pairs.rival_partner_id = days.partner_id
        and pairs.submitted_on = days.day
)

select
    registration_id,
    rival_id,
    rival_partner_id,
    rival_customer_name,
    rival_submitted_at,
    match,
    shared,
    rival_state,
    case
        when is_gone or is_past then 'nothing'
        when rival_submitted_at = submitted_at
            then case when has_passed and rival_has_passed then 'doubt' else 'nothing' end
        when rival_state not in ('submitted', 'approved', 'extended', 'closed_won') then 'nothing'
        when not (rival_has_passed or rival_was_approved) then 'nothing'
        when match = 'same' and not is_lapse_open then 'blocks'
        else 'doubt'
    end as verdict,
    is_lapse_open,
    {{ place_columns() }}
from standing
