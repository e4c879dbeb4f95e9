{% set shown = 3 %}
-- Which answers a row that could not be read puts in doubt, and the sentence that names the rows.
with sided as (
    select *, 'met' as status
    from {{ ref('int_ledger__unread_rows') }}
    where doubts_met
    union all
    select *, 'not_met' as status
    from {{ ref('int_ledger__unread_rows') }}
    where doubts_not_met
),

placed as (
    select
        *,
        {{ unread_place('sided') }} as named,
        row_number() over (
            partition by period, partner_id, program, tier, requirement, status
            order by
                _file nulls last, _row nulls last, _cell nulls last, column_name nulls last,
                entity nulls last
        ) as place
    from sided
)

select
    {{ member_key() }},
    tier,
    requirement,
    status,
    count(*) as unread_rows,
    'What could not be read may change this: '
    || {{ joined('case when place <= ' ~ shown ~ ' then named end', 'place', '; ') }}
    || case
        when count(*) > {{ shown }}
            then '; and ' || cast(count(*) - {{ shown }} as string) || ' more row'
                || case when count(*) - {{ shown }} = 1 then '' else 's' end
        else ''
    end || '.' as reason
from placed
group by {{ member_key() }}, tier, requirement, status
