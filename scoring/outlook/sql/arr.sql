-- ARR of each partner and year at the end of month $month, and at the year's end.
select
    year(now.month) as year,
    now.partner_id,
    now.arr_usd as now,
    case when year(now.month) < $year then ended.arr_usd end as ended
from marts.fct_arr_by_partner_month as now
left join marts.fct_arr_by_partner_month as ended
    on ended.partner_id = now.partner_id
    and ended.month = make_date(year(now.month), 12, 1)
where month(now.month) = $month and year(now.month) <= $year and now.arr_usd is not null
order by year, now.partner_id
