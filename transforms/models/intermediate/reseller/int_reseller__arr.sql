-- The figure that is compared with the minimum, for each pair judged by it (RESL-ARR).
select
    {{ figure_key('pairs') }},
    pairs.ends_on,
    {{ parameter_text('measure') }} as measure,
    case {{ parameter_text('measure') }}
        when 'booked_arr_usd' then case
            when measures.period is null then 0 else measures.booked_arr_usd
        end
        when 'arr_usd' then case
            when measures.period is null then 0 else measures.arr_usd
        end
    end as value,
    -- The second value, without the lines in doubt, which only ARR has.
    case {{ parameter_text('measure') }}
        when 'arr_usd' then case
            when measures.period is null then 0 else measures.sure_usd
        end
    end as sure_value,
    case {{ parameter_text('measure') }}
        when 'booked_arr_usd' then measures.booked_unpriced_line
        when 'arr_usd' then measures.arr_unpriced_line
    end as unpriced_line
from {{ judged_pairs(['arr_usd']) }} as pairs
left join {{ ref('int_arr__period_measures') }} as measures
    on {{ same_partner('pairs', 'measures') }}
{{ join_parameter('measure', 'pairs', "pairs.program || '.arr_measure'") }}
