-- Whose an app is, by span of days: a partner's from `owned_from` until another's ownership begins,
-- and its successor's after the partner merged into another (semantics 4). Other facts about the
-- app come from its owner's own row. `from_at` and `to_at` are the instants at which the days begin
-- in the program's zone.
with spans as (
    select
        app_id,
        partner_id,
        from_on,
        lead(from_on) over (
            partition by app_id
            order by
                -- Of two ownerships that begin on one day one with a stated day wins, else the one
                -- delivered later.
                from_on asc nulls first, is_stated asc, _received_at asc, _file asc,
                _row asc nulls first, partner_id asc
        ) as to_on
    from {{ ref('int_apps__stated_owners') }}
),

held as (
    select
        spans.app_id,
        spans.partner_id as named_id,
        {{ holder_of('holders', 'spans.partner_id') }} as partner_id,
        greatest(spans.from_on, holders.from_on) as from_on,
        least(spans.to_on, holders.to_on) as to_on
    from spans
    left join {{ ref('int_partners__holders') }} as holders
        on spans.partner_id = holders.partner_id
        and (spans.from_on is null or holders.to_on is null or spans.from_on < holders.to_on)
        and (spans.to_on is null or holders.from_on is null or spans.to_on > holders.from_on)
    where spans.from_on is null or spans.to_on is null or spans.from_on < spans.to_on
)

select
    held.app_id,
    held.partner_id,
    held.named_id,
    held.from_on,
    held.to_on,
    {{ program_midnight('held.from_on', 'run.time_zone') }} as from_at,
    {{ program_midnight('held.to_on', 'run.time_zone') }} as to_at,
    apps.name,
    apps.kind,
    apps.marketplace,
    apps.declared_data_flow,
    apps.first_launched_on,
    apps.description,
    apps.logo_url,
    apps.support_contact,
    {{ place_columns('apps') }}
from held
cross join {{ source('run', 'parameters') }} as run
inner join {{ ref('stg_app_usage__apps') }} as apps
    on held.app_id = apps.app_id
    and held.named_id = apps.partner_id
