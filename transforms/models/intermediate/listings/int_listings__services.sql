-- What the Marketplace tile of each partner in the services program on the run's day needs, one row
-- per need: a certified person, company information, a sharp logo (SERV-BEN-LISTING). The program
-- is the one whose policy names certification tracks.
with programs as (
    select
        programs.program,
        run.as_of as day
    from {{ source('policy', 'programs') }} as programs
    cross join {{ source('run', 'parameters') }} as run
    inner join {{ source('policy', 'parameters') }} as parameters
        on parameters.parameter = programs.program || '.certification_tracks'
),

partners as (
    select distinct
        enrollments.partner_id,
        programs.day
    from programs
    inner join {{ ref('stg_partner_activity__enrollments') }} as enrollments
        on programs.program = enrollments.program
        and {{ is_enrolled('enrollments', 'programs.day') }}
    {{ join_partner('enrollments.partner_id', 'programs.day') }}
    where {{ is_active('enrollments.partner_id', 'programs.day') }}
),

-- An active person on that day with a completed, passed, unexpired course; of several, the one who
-- passed last.
certified as (
    {% call first_of_each(
        'partners.partner_id',
        'trainings.completed_on desc, trainings.training_id'
    ) %}
    select
        partners.partner_id,
        trainings.completed_on,
        trainings.contact_id,
        {{ place_columns('trainings') }}
    from partners
    inner join {{ items_on_days('partners', 'services.certification_tracks') }} as tracks
        on partners.partner_id = tracks.partner_id
    -- A course follows its person, whichever partner it is named with.
    inner join {{ ref('int_people__persons') }} as persons
        on partners.partner_id = persons.partner_id
        and partners.day = persons.ends_on
        and persons.person_active
    inner join {{ ref('stg_partner_activity__trainings') }} as trainings
        on persons.contact_id = trainings.contact_id
        and tracks.item = trainings.track
        and trainings.completed_on <= partners.day
        and trainings.passed
        and (trainings.expires_on is null or trainings.expires_on >= partners.day)
    {% endcall %}
),

tiles as (
    select
        partners.partner_id,
        coalesce({{ trimmed('tiles.company_information') }}, '') <> '' as has_information,
        coalesce({{ trimmed('tiles.logo_url') }}, '') <> ''
        and tiles.logo_width_px >= width.number as has_sharp_logo,
        tiles.logo_width_px,
        tiles.provided_on,
        {{ place_columns('tiles') }}
    from partners
    left join {{ values_on_days('partners', ['listing.logo_width_minimum_px']) }} as width
        on partners.partner_id = width.partner_id
    left join {{ ref('stg_partner_activity__partner_listings') }} as tiles
        on partners.partner_id = tiles.partner_id
        and tiles.provided_on <= partners.day
)

select
    partners.partner_id,
    'certification' as need,
    'SERV-CERTIFICATION' as clause,
    certified.partner_id is not null as is_met,
    case
        when certified.partner_id is null then 'nobody active is certified'
        else 'contact ' || certified.contact_id || ' passed on '
            || {{ day_text('certified.completed_on') }}
    end as detail,
    'trainings' as entity,
    {{ place_of('certified') }}
from partners
left join certified on partners.partner_id = certified.partner_id
union all
select
    partner_id,
    'company_information' as need,
    'SERV-BEN-LISTING' as clause,
    has_information as is_met,
    case when has_information then 'company information given' else 'no company information' end
        as detail,
    'partner_listings' as entity,
    {{ place_of() }}
from tiles
union all
select
    partner_id,
    'logo' as need,
    'SERV-BEN-LISTING' as clause,
    coalesce(has_sharp_logo, false) as is_met,
    case
        when logo_width_px is null then 'no logo of a known width'
        else 'a logo ' || cast(logo_width_px as string) || ' pixels wide'
    end as detail,
    'partner_listings' as entity,
    {{ place_of() }}
from tiles
