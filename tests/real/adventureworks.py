"""The reseller sales of AdventureWorks as the monthly reports that Plumbline reads.

Each sales line is a 12-month subscription from its order date, in US dollars, and every month of
every reseller comes as one report.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb

LINES = [
    "partner_id",
    "report_month",
    "line_id",
    "line_type",
    "subscription_id",
    "customer_name",
    "customer_domain",
    "product",
    "quantity",
    "term_start",
    "term_end",
    "amount",
    "currency",
    "order_form_id",
]


def write_landing(data: Path, landing: Path) -> int:
    """Write partners, enrolments, reports and lines; returns how many lines there are."""
    con = duckdb.connect()
    sales = con.execute(
        "select r.ResellerAlternateKey, f.SalesOrderNumber, f.SalesOrderLineNumber,"
        " cast(f.OrderDate as date), cast(f.SalesAmount as decimal(18,4))"
        f" from read_parquet('{data}/FactResellerSales.parquet') f"
        f" join read_parquet('{data}/DimReseller.parquet') r using (ResellerKey)"
        " order by 4, 1, 2, 3"
    ).fetchall()
    resellers = con.execute(
        "select ResellerAlternateKey, ResellerName from"
        f" read_parquet('{data}/DimReseller.parquet') order by 1"
    ).fetchall()
    _write(
        landing / "partner_activity/partners.csv",
        ["partner_id", "name", "joined_on", "status"],
        [(key, name, "2010-01-01", "active") for key, name in resellers],
    )
    _write(
        landing / "partner_activity/enrollments.csv",
        ["partner_id", "program", "application_completed_on", "enrolled_on"],
        [(key, "reseller", "2010-01-01", "2010-01-01") for key, _ in resellers],
    )
    by_month: dict[date, list] = {}
    for partner, order, line, day, amount in sales:
        by_month.setdefault(day.replace(day=1), []).append((partner, order, line, day, amount))
    received = [
        ("partner_activity/partners.csv", "2010-01-02T00:00:00Z"),
        ("partner_activity/enrollments.csv", "2010-01-02T00:00:00Z"),
    ]
    for month, rows in sorted(by_month.items()):
        due = (month + timedelta(days=32)).replace(day=10)
        names = [_lines(landing, month, rows), _reports(landing, month, rows, due)]
        received += [(name, f"{due}T12:00:00Z") for name in names]
    _write(landing / "_received.csv", ["file", "received_at"], received)
    return len(sales)


def _lines(landing: Path, month: date, rows: list) -> str:
    name = f"reseller_reports/subscription_lines-{month:%Y-%m}.csv"
    body = []
    for partner, order, line, day, amount in rows:
        end = _year_on(day) - timedelta(days=1)
        text = f"{Decimal(amount):f}"
        body.append(
            (
                partner,
                f"{month:%Y-%m}",
                f"{order}-{line}",
                "new",
                f"{order}-{line}",
                f"Customer of {order}",
                "",
                "",
                "1",
                day,
                end,
                text,
                "USD",
                "",
            )
        )
    _write(landing / name, LINES, body)
    return name


def _year_on(day: date) -> date:
    """The same day a year on, or the month's last day where there is none."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 2, 28)


def _reports(landing: Path, month: date, rows: list, due: date) -> str:
    name = f"reseller_reports/reports-{month:%Y-%m}.csv"
    partners = sorted({row[0] for row in rows})
    _write(
        landing / name,
        ["partner_id", "report_month", "received_on", "declares_no_sales"],
        [(partner, f"{month:%Y-%m}", due, "false") for partner in partners],
    )
    return name


def _write(path: Path, header: list[str], rows: list) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
