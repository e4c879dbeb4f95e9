-- The life of each registration, with a row before its first event and one after each: the state in
-- which the event left it, and the event's effect (`counts`, `noted`, or why it changes nothing). A
-- row holds from_at up to, and without, to_at; `approved` and `extended` lapse after expires_on.
with recursive lives as (
    select
        registration_id,
        cast(0 as bigint) as position,
        cast(null as string) as event,
        cast(null as timestamp) as from_at,
        cast(null as date) as occurred_on,
        cast('submitted' as string) as state,
        cast('counts' as string) as effect,
        cast(null as date) as approved_on,
        cast(null as date) as expires_on,
        cast(null as date) as asked_on,
        cast(0 as bigint) as extensions,
        cast(null as date) as ended_on
    from {{ ref('int_deals__registrations') }}
    union all
    select
        registration_id,
        position,
        cast(event as string) as event,
        occurred_at as from_at,
        occurred_on,
        cast(case when effect <> 'counts' then state else event end as string) as state,
        cast(effect as string) as effect,
        case when event = 'approved' and effect = 'counts' then occurred_on else approved_on end
            as approved_on,
        case
            when event = 'approved' and effect = 'counts'
                then {{ add_days_or_null('occurred_on', 'approval_days') }}
            when event = 'extended' and effect = 'counts'
                then {{ add_days_or_null('expires_on', 'extension_days') }}
            else expires_on
        end as expires_on,
        case
            when event = 'extension_requested' and effect = 'noted'
                then coalesce(asked_on, occurred_on)
            else asked_on
        end as asked_on,
        extensions + case when event = 'extended' and effect = 'counts' then 1 else 0 end
            as extensions,
        case
            when effect = 'counts' and event not in ('approved', 'extended') then occurred_on
            else ended_on
        end as ended_on
    from (
        select
            lives.registration_id,
            events.position,
            events.event,
            events.occurred_at,
            events.occurred_on,
            events.approval_days,
            events.extension_days,
            lives.state,
            lives.approved_on,
            lives.expires_on,
            lives.asked_on,
            lives.extensions,
            lives.ended_on,
            case
                when lives.ended_on is not null then 'after_end'
                when events.event in ('returned', 'extension_requested', 'extension_refused')
                    then 'noted'
                when events.event = 'approved'
                    then case when lives.approved_on is null then 'counts' else 'approved_again' end
                when events.event = 'extended'
                    then case
                        when lives.approved_on is null then 'extended_without_approval'
                        when lives.extensions >= events.extensions_allowed then 'second_extension'
                        -- Granted or requested by the day on which it would have expired.
                        when events.occurred_on > lives.expires_on
                            and coalesce(lives.asked_on > lives.expires_on, true)
                            then 'late_extension'
                        else 'counts'
                    end
                when events.event in ('closed_won', 'closed_lost') and lives.approved_on is null
                    then 'closed_without_approval'
                -- Closing on the day of the expiry counts; later it stays expired.
                when events.event in ('closed_won', 'closed_lost')
                    and events.occurred_on > lives.expires_on
                    then 'closed_after_expiry'
                when events.occurred_on > lives.expires_on then 'after_expiry'
                else 'counts'
            end as effect
        from lives
        inner join {{ ref('int_deals__events') }} as events
            on lives.registration_id = events.registration_id
            and events.position = lives.position + 1
    ) as stepped
)

select
    registration_id,
    position,
    event,
    from_at,
    lead(from_at) over (partition by registration_id order by position) as to_at,
    occurred_on,
    state,
    effect,
    approved_on,
    expires_on,
    extensions,
    ended_on
from lives
