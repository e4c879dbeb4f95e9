-- What each app listed at a period's end contributes to the app metrics: one row per landed row
-- behind it. `is_short`: what the metric counts (for listed_apps the listed apps, otherwise the
-- apps that lack something).
with listed as (
    select
        listed.*,
        owners.description,
        owners.logo_url,
        owners.support_contact,
        owners._file as app_file,
        owners._row as app_row,
        owners._cell as app_cell
    from {{ ref('int_apps__listed') }} as listed
    inner join {{ ref('int_apps__owners') }} as owners
        on listed.app_id = owners.app_id
        and {{ holds_on('owners', 'listed.ends_on') }}
),

-- TECH-ENABLEMENT: training and support, each verified by the end. Material with an app serves that
-- app, whoever supplied it; material without one serves all apps of the partner that it names. Two
-- joins on keys: one join on either key would compare every app with every material.
materials as (
    {%- for is_theirs in [
        'materials.app_id = listed.app_id',
        "coalesce(materials.app_id, '') = '' and materials.partner_id = listed.partner_id",
    ] %}
    select
        listed.period,
        listed.partner_id,
        listed.app_id,
        materials.kind,
        materials.material_id,
        materials.verified_on,
        {{ place_columns('materials') }}
    from listed
    inner join {{ ref('stg_partner_activity__enablement_materials') }} as materials
        on {{ is_theirs }}
        and materials.verified_on <= listed.ends_on
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

kinds as (
    select
        listed.period,
        listed.app_id,
        count(distinct materials.kind) as kinds,
        min(materials.kind) as only_kind
    from listed
    left join materials
        on listed.period = materials.period
        and listed.app_id = materials.app_id
    group by listed.period, listed.app_id
)

select
    period,
    partner_id,
    'listed_apps' as metric,
    app_id,
    true as is_short,
    {{ landed_row('app_usage', 'listing_events') }},
    listed_on as evidence_date,
    'app ' || app_id || ' listed on ' || {{ day_text('listed_on') }} as detail
from listed
union all
select
    listed.period,
    listed.partner_id,
    'apps_not_validated' as metric,
    listed.app_id,
    coalesce(validations.event, '') <> 'validated' as is_short,
    'app_usage' as source,
    'listing_events' as entity,
    {{ place_of_match('validations', 'event', 'listed') }},
    coalesce(validations.occurred_on, listed.listed_on) as evidence_date,
    'app ' || listed.app_id || case
        when validations.event is null then ' listed without any validation'
        when validations.event = 'validated'
            then ' validated on ' || {{ day_text('validations.occurred_on') }}
        else ' failed validation on ' || {{ day_text('validations.occurred_on') }}
    end as detail
from listed
left join {{ ref('int_apps__validations') }} as validations
    on listed.period = validations.period
    and listed.app_id = validations.app_id
union all
-- TECH-LISTING-QUALITY.
select
    period,
    partner_id,
    'apps_listing_incomplete' as metric,
    app_id,
    coalesce({{ trimmed('description') }}, '') = ''
    or coalesce({{ trimmed('logo_url') }}, '') = ''
    or coalesce({{ trimmed('support_contact') }}, '') = '' as is_short,
    'app_usage' as source,
    'apps' as entity,
    app_file as file,
    app_row as row_number,
    app_cell as cell,
    cast(null as date) as evidence_date,
    'app ' || app_id
    || case when coalesce({{ trimmed('description') }}, '') = '' then ', no description' else '' end
    || case when coalesce({{ trimmed('logo_url') }}, '') = '' then ', no logo' else '' end
    || case
        when coalesce({{ trimmed('support_contact') }}, '') = '' then ', no support contact' else ''
    end
    as detail
from listed
union all
select
    listed.period,
    listed.partner_id,
    'apps_without_enablement' as metric,
    listed.app_id,
    kinds.kinds < 2 as is_short,
    'app_usage' as source,
    'apps' as entity,
    listed.app_file as file,
    listed.app_row as row_number,
    listed.app_cell as cell,
    cast(null as date) as evidence_date,
    'app ' || listed.app_id || case
        when kinds.kinds = 0 then ', no training and no support material'
        when kinds.kinds = 1 then ', only ' || kinds.only_kind || ' material'
        else ', training and support material'
    end as detail
from listed
inner join kinds
    on listed.period = kinds.period
    and listed.app_id = kinds.app_id
union all
select
    period,
    partner_id,
    'apps_without_enablement' as metric,
    app_id,
    false as is_short,
    {{ landed_row('partner_activity', 'enablement_materials') }},
    verified_on as evidence_date,
    'app ' || app_id || ', ' || kind || ' material ' || material_id || ' verified on '
    || {{ day_text('verified_on') }} as detail
from materials
