"""What is at stake with a partner: its ARR and its active customers on a day.

Belongs here: one row per partner. Does not: which partner an action or a change is about.
"""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl

# The last month that has ended by the day; a partner without a row has none. ARR that could not be
# computed is null, which is not 0, and so is that of a partner without a row whose requirement on
# ARR lacked evidence in the last year that has ended by the day.
STAKES = """
with last as (
    select max(month) as month from marts.fct_arr_by_partner_month
    where last_day(month) <= $as_of),
last_used as (
    select max(month) as month from marts.fct_partner_usage_by_month
    where last_day(month) <= $as_of),
arr as (
    select partner_id, arr_usd from marts.fct_arr_by_partner_month
    inner join last using (month)),
years as (
    select max(period) as period from intermediate.int_periods
    where kind = 'year' and ends_on <= $as_of),
unknown as (
    select distinct partner_id
    from marts.fct_requirement_results
    inner join years using (period)
    where metric = 'arr_usd' and value is null
        and coalesce(underlying_status, status) = 'no_evidence'),
used as (
    select partner_id, active_customers from marts.fct_partner_usage_by_month
    inner join last_used using (month))
select partners.partner_id,
    case when arr.partner_id is not null then arr.arr_usd
        when unknown.partner_id is null then 0 end as arr_usd,
    coalesce(used.active_customers, 0) as customers
from (select partner_id from marts.dim_partners union select partner_id from arr
    union select partner_id from used) as partners
left join arr using (partner_id)
left join unknown using (partner_id)
left join used using (partner_id)
"""
SCHEMA = {"partner_id": pl.String(), "arr_usd": pl.Decimal(18, 4), "customers": pl.Int64()}


def stakes(con: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """partner_id, arr_usd (USD per year; null when not computable), customers (in the last
    month)."""
    frame = con.sql(STAKES, params={"as_of": as_of}).pl()
    return frame.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
