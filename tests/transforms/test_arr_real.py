"""ARR of 60,855 real reseller lines against figures computed by someone else.

Belongs here: the AdventureWorks lines, each as a year's subscription from its order date.
Does not: anything that runs without the real input.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from tests.transforms.warehouse import build_warehouse, dbt, query

REAL = os.environ.get("PLUMBLINE_REAL_DATA", "")
FOLDER = Path(REAL) / "adventureworks"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL, reason="PLUMBLINE_REAL_DATA names no folder of real input"),
]

# Each line runs to the day before its anniversary as a calendar clamps it: from 2012-02-29 to
# 2013-02-27.
LINES = """
insert into landing.subscription_lines
select
    resellers."ResellerAlternateKey", cast(date_trunc('month', sales."OrderDate") as date),
    sales."SalesOrderNumber" || '-' || sales."SalesOrderLineNumber", 'new',
    sales."SalesOrderNumber" || '-' || sales."SalesOrderLineNumber", resellers."ResellerName",
    null, null, null, cast(sales."OrderDate" as date),
    cast(sales."OrderDate" + interval 12 month as date) - 1,
    sales."SalesAmount", 'USD', null, 'd', 'f', row_number() over () + 1, null,
    timestamp '2014-01-01', null
from read_parquet($sales) as sales
inner join read_parquet($resellers) as resellers using ("ResellerKey")
"""
DIFFERENCES = """
select expected."ResellerAlternateKey", expected.calendar_year, expected.sales_amount, arr.arr_usd
from read_csv('{file}', types = {{'sales_amount': 'decimal(18,4)'}}) as expected
left join marts.fct_arr_by_partner_year as arr
    on arr.partner_id = expected."ResellerAlternateKey" and arr.year = expected.calendar_year
where coalesce(arr.arr_usd, 0) <> expected.sales_amount
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    path = build_warehouse(tmp_path_factory.mktemp("real"), {}, year=2013)
    with duckdb.connect(str(path)) as con:
        con.execute(
            LINES,
            {
                "sales": str(FOLDER / "FactResellerSales.parquet"),
                "resellers": str(FOLDER / "DimReseller.parquet"),
            },
        )
        con.execute(
            "insert into landing.enrollments"
            " select distinct partner_id, 'reseller', null, date '2011-01-01', null,"
            " 'd', 'f', 1, null, timestamp '2014-01-01', null from landing.subscription_lines"
        )
        con.execute(
            "insert into resolved.names"
            " select distinct customer_name, lower(customer_name) from landing.subscription_lines"
        )
    dbt(path, "run", "--select", "+marts.arr")
    return path


def test_arr_is_exact_for_every_reseller_and_year(warehouse):
    file = FOLDER / "expected_reseller_year.csv"
    assert query(warehouse, DIFFERENCES.format(file=file)) == []


def test_resellers_at_or_over_the_minimum(warehouse):
    counts = query(
        warehouse,
        "select year, count(*) filter (where meets_minimum)"
        " from marts.fct_arr_by_partner_year group by year order by year",
    )
    assert counts == [(2011, 70), (2012, 122), (2013, 153)]
