"""The report workbook of a reseller and month: Cover, Subscriptions, Renewals, Marketing, Forecast.

Belongs here: the sheets, their columns and cell types, always written with the same bytes.
Does not: what is reported (reseller.py).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter

from ingest.demo.files import Landing, Row, received_on
from ingest.demo.world import Partner
from ingest.judging.contract import entity as contract_entity

COVER = ("partner_id", "report_month", "declares_no_sales")


@dataclass(frozen=True)
class Report:
    """A reseller's report of a month, however it is delivered."""

    month: date
    received: date
    lines: list[dict[str, Any]]
    marketing: list[dict[str, Any]]
    forecast: list[dict[str, Any]]


def write_workbook(landing: Landing, p: Partner, report: Report) -> None:
    """Write one workbook; odd partners type dates and numbers, even ones leave text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(
        {
            "title": "Monthly reseller report",
            "author": p.name,
            "created": datetime.combine(report.month, time()),
        }
    )
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    money = book.add_format({"num_format": "0.00##"})
    typed = int(p.partner_id[2:]) % 2 == 1

    def sheet(title: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        page = book.add_worksheet(title)
        page.write_row(0, 0, columns)
        for at, row in enumerate(rows, 1):
            for column, name in enumerate(columns):
                value = row.get(name)
                if value is None:
                    continue
                if isinstance(value, bool):
                    page.write_string(at, column, "yes" if value else "no")
                elif isinstance(value, Decimal):
                    if typed:  # at most 15 significant digits, so the cell reads back exactly
                        page.write_number(at, column, float(value), money)
                    else:
                        page.write_string(at, column, format(value, "f"))
                elif isinstance(value, date):
                    if typed:
                        page.write_datetime(
                            at, column, datetime(value.year, value.month, value.day), day
                        )
                    else:
                        page.write_string(at, column, value.isoformat())
                elif isinstance(value, int):
                    page.write_number(at, column, value)
                else:
                    page.write_string(at, column, str(value))

    def columns(name: str) -> list[str]:
        return [column.name for column in contract_entity(name).columns]

    month = f"{report.month:%Y-%m}"
    no_sales = not report.lines
    cover = {"partner_id": p.partner_id, "report_month": month, "declares_no_sales": no_sales}
    sheet("Cover", COVER, [cover])
    lines = columns("subscription_lines")
    sheet("Subscriptions", lines, [r for r in report.lines if r["line_type"] != "renewal"])
    sheet("Renewals", lines, [r for r in report.lines if r["line_type"] == "renewal"])
    sheet("Marketing", columns("marketing_lines"), report.marketing)
    sheet("Forecast", columns("forecast_lines"), report.forecast)
    book.close()
    name = f"reseller_reports/workbook/{p.partner_id}/{month}.xlsx"
    landing.write(name, out.getvalue(), received_on(report.received, 16))
