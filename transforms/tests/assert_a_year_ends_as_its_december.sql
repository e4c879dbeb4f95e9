-- Failing means that the two published ARR tables contradict each other about December 31. A year
-- without any evidence is null and says nothing.
select
    years.partner_id,
    years.year,
    years.arr_usd,
    months.arr_usd as december_usd
from {{ ref('fct_arr_by_partner_year') }} as years
inner join {{ ref('fct_arr_by_partner_month') }} as months
    on years.partner_id = months.partner_id
    and months.month = {{ date_from_parts('years.year', 12, 1) }}
where years.arr_usd is not null
    and years.arr_usd is distinct from months.arr_usd
