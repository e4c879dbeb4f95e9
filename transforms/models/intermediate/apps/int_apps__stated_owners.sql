-- Whom the deliveries name as owner of an app, and from which day on. A row with `owned_from`
-- counts from that day. A row without it names the app's first owner if it came in the app's first
-- delivery; otherwise, if it names another partner than the one stated before, it counts from the
-- day after its receipt. In a delivery that names several partners for an app, only a partner that
-- is named for the first time counts; repetitions state nothing.
with dated as (
    select app_id, partner_id, owned_from, _received_at, _file, _row
    from {{ ref('stg_app_usage__apps') }}
    where owned_from is not null
),

-- The partners that each delivery names for an app, whatever else it says about them.
mentions as (
    select
        app_id,
        partner_id,
        _received_at,
        _file,
        min(_row) as first_row
    from {{ known_rows('apps') }} as versions
    group by app_id, partner_id, _received_at, _file
),

placed as (
    select
        mentions.*,
        dated.app_id is null as is_open,
        dense_rank() over (
            partition by mentions.app_id
            order by mentions._received_at asc, mentions._file asc
        ) as delivery,
        count(*) over (
            partition by mentions.app_id, mentions._received_at, mentions._file
        ) as partners,
        row_number() over (
            partition by mentions.app_id, mentions.partner_id
            order by mentions._received_at asc, mentions._file asc
        ) as mention
    from mentions
    left join dated
        on mentions.app_id = dated.app_id
        and mentions.partner_id = dated.partner_id
),

ordered as (
    select
        placed.*,
        row_number() over (
            partition by app_id, delivery
            order by first_row asc nulls first, partner_id asc
        ) as place
    from placed
    where is_open
        and (delivery = 1 or partners = 1 or mention = 1)
),

statements as (
    select
        ordered.*,
        max(place) over (partition by app_id, delivery) as last_place
    from ordered
),

followed as (
    select
        statements.*,
        lag(partner_id) over (
            partition by app_id order by delivery asc, place asc
        ) as said_before
    from statements
    where place = last_place or (delivery = 1 and place = 1)
)

select
    app_id,
    partner_id,
    owned_from as from_on,
    true as is_stated,
    _received_at,
    _file,
    _row
from dated
union all
select
    followed.app_id,
    followed.partner_id,
    case
        when followed.delivery > 1 or followed.place > 1
            then {{ add_days(program_date('followed._received_at', 'run.time_zone'), 1) }}
    end as from_on,
    false as is_stated,
    followed._received_at,
    followed._file,
    followed.first_row as _row
from followed
cross join {{ source('run', 'parameters') }} as run
where followed.said_before is null or followed.said_before <> followed.partner_id
