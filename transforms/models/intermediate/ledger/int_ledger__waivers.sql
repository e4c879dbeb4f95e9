-- The waiver in force at each period's end for a requirement or criterion, both ends of its span
-- included; of several, the one that runs longest.
{% call first_of_each(
    'periods.period, waivers.partner_id, programs.program, ' ~ trimmed('waivers.requirement'),
    'waivers.valid_to desc, waivers.waiver_id'
) %}
select
    periods.period,
    waivers.waiver_id,
    waivers.partner_id,
    programs.program,
    {{ trimmed('waivers.requirement') }} as requirement,
    waivers.valid_to,
    waivers.granted_by,
    waivers.reason,
    {{ place_columns('waivers') }}
from {{ ref('int_periods') }} as periods
inner join {{ ref('stg_decisions__waivers') }} as waivers
    on periods.ends_on between waivers.valid_from and waivers.valid_to
inner join {{ source('policy', 'programs') }} as programs
    on lower({{ trimmed('waivers.program') }}) = lower(programs.program)
{% endcall %}
