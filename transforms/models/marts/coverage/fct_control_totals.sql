-- What finance and the marketplace counted, compared with our figure (parameters control.*): the
-- two may differ by a share of theirs.
with lacks as (
    {% call first_of_each('period, measure, whose', 'place, reason') %}
    select
        period,
        measure,
        whose,
        reason,
        place
    from {{ ref('int_control__lacks') }}
    {% endcall %}
),

held as (
    select
        totals.period,
        totals.measure,
        totals.partner_id,
        totals.source,
        totals.as_of,
        cast(totals.stated as decimal(38, 4)) as stated,
        case
            when lacks.period is null then cast(coalesce(figures.ours, 0) as decimal(38, 4))
        end as ours,
        case
            when lacks.period is null then cast(coalesce(figures.other_value, 0) as decimal(38, 4))
        end as other_value,
        cast(
            round(abs(totals.stated) * {{ decimal_or_null('shares.number', 18, 4) }}, 4)
            as decimal(38, 4)
        ) as tolerance,
        lacks.reason,
        totals._file,
        totals._row
    from {{ ref('int_control__totals') }} as totals
    left join {{ ref('int_control__figures') }} as figures
        on {{ same_total('totals', 'figures') }}
    left join lacks
        on {{ same_total('totals', 'lacks') }}
    left join {{ source('policy', 'parameter_values') }} as shares
        on shares.parameter = case
            when totals.measure in ('arr_usd', 'booked_arr_usd')
                then 'control.money_tolerance_share'
            else 'control.count_tolerance_share'
        end
        and {{ in_force_on('shares', 'coalesce(totals.ends_on, totals.as_of)') }}
),

judged as (
    select
        *,
        abs(ours - stated) <= tolerance as is_near,
        abs(other_value - stated) <= tolerance as other_is_near
    from held
)

select
    period,
    measure,
    partner_id,
    source,
    as_of,
    stated,
    ours,
    case when other_value <> ours then other_value end as other_value,
    cast(ours - stated as decimal(38, 4)) as difference,
    tolerance,
    case
        when ours is null or tolerance is null then 'not_computed'
        when is_near and other_is_near then 'agrees'
        when is_near or other_is_near then 'in_doubt'
        else 'differs'
    end as status,
    case
        when reason is not null then reason
        when ours is null or tolerance is null
            then 'The policy states no tolerance for the end of the period.'
        when is_near and other_is_near then 'Within the tolerance.'
        when is_near or other_is_near
            then 'Within the tolerance with the lines in doubt or without them, not with both.'
        when ours > stated then 'Ours is higher by more than the tolerance.'
        else 'Ours is lower by more than the tolerance.'
    end as reason,
    _file as file,
    cast(_row as bigint) as row_number
from judged
order by period, measure, partner_id nulls last, source
