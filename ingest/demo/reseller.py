"""The monthly reports of resellers: lines, receipts, marketing and forecast, and order forms.

Belongs here: what lands when, late, corrected, withdrawn and dirty reports included.
Does not: what is sold (reseller_lines.py), the workbook's sheets (workbooks.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ingest.demo import names
from ingest.demo.files import SEMICOLON, Row, Version, received_on
from ingest.demo.reseller_lines import Book, Line, open_book
from ingest.demo.workbooks import Report, write_workbook
from ingest.demo.world import Partner, World, add_months, next_month, term_end

DAY = timedelta(days=1)
WORKBOOKS = 8
# The month of the year that a case's first report says otherwise than its last one.
CORRECTED = {
    "corrected": 3,
    "withdrawn": 4,
    "bad_correction": 2,
    "repeated": 9,
    "unread": 9,
    "mended": 9,
}
CAMPAIGNS = ("e-mail campaign", "lunch and learn", "regional trade show", "webinar", "case study")


@dataclass
class Month:
    """The rows of all resellers that report a month by csv in the shared files."""

    lines: list[Row] = field(default_factory=list)
    reports: list[Row] = field(default_factory=list)
    marketing: list[Row] = field(default_factory=list)
    forecast: list[Row] = field(default_factory=list)


def write_reseller(world: World, progress: Callable[[str], None] | None = None) -> None:
    """Write order_forms and every month's reports, by csv or by workbook."""
    rng = world.rng("reseller")
    stream = names.builder_names(world.rng("reseller customers"))
    books = [open_book(world, rng, p, stream) for p in world.of("reseller")]
    for book in books:
        world.reseller_customers[book.partner.partner_id] = book.customers
    _order_cases(world, books)
    world.landing.feed("order_forms", _order_forms(world, books), world.quarterly(), SEMICOLON)
    plain = [
        b for b in books if not b.partner.case and b.lines and not b.partner.knobs.get("reports")
    ]
    by_workbook = {b.partner.partner_id for b in sorted(plain, key=lambda b: b.first)[:WORKBOOKS]}
    for month in world.months():
        shared = Month()
        for book in books:
            p, last = book.partner, book.partner.terminated
            if month < book.first or (last and next_month(month) > last):
                continue
            report = _report(world, book, month)
            if p.partner_id in by_workbook:
                write_workbook(world.landing, p, report)
            else:
                _add(world, shared, book, report)
        _write_month(world, month, shared)
        if progress and month.month == 12:
            progress(f"reseller reports {month.year}")


def line_rows(p: Partner, month: date, lines: list[Line]) -> list[dict[str, Any]]:
    """Lines as rows of subscription_lines, numbered within the month."""
    return [
        {
            "partner_id": p.partner_id,
            "report_month": f"{month:%Y-%m}",
            "line_id": f"L-{at:03d}",
            "line_type": line.kind,
            "subscription_id": line.subscription,
            "customer_name": line.customer,
            "customer_domain": line.domain,
            "product": line.product,
            "quantity": line.quantity,
            "term_start": line.start,
            "term_end": line.end,
            "amount": line.amount,
            "currency": line.currency,
            "order_form_id": line.form,
        }
        for at, line in enumerate(lines, 1)
    ]


def _report(world: World, book: Book, month: date) -> Report:
    """What a reseller says about a month."""
    p = book.partner
    rng = world.rng(f"report {p.partner_id} {month}")
    lines = [line for line in book.lines if line.report_month == month]
    lines.sort(key=lambda line: (line.kind == "renewal", line.start, line.subscription))
    key = {"partner_id": p.partner_id, "report_month": f"{month:%Y-%m}"}
    marketing = [
        {
            **key,
            "line_id": f"M-{n}",
            "activity": rng.choice(CAMPAIGNS),
            "occurred_on": month + rng.randint(0, 27) * DAY,
        }
        for n in range(1, rng.randint(0, 2) + 1)
    ]
    forecast = []
    quarters = (
        [month] if month.month % 3 == 1 else [next_month(month)] if month.month % 3 == 0 else []
    )
    for start in quarters:
        quarter = f"{start.year}-Q{start.month // 3 + 1}"
        if p.knobs.get("forecast") == "missed" and quarter == f"{world.year}-Q3":
            continue
        for n in range(1, rng.randint(1, 3) + 1):
            forecast.append(
                {
                    **key,
                    "line_id": f"F-{n}",
                    "quarter": quarter,
                    "currency": "USD",
                    "expected_arr": Decimal(rng.randint(4, 60)) * 500,
                }
            )
    received = next_month(month).replace(day=rng.randint(4, 13))
    return Report(month, received, line_rows(p, month, lines), marketing, forecast)


def _add(world: World, shared: Month, book: Book, report: Report) -> None:
    """Put a csv reseller's month with the others', or into separate files where its case says
    so."""
    p, land, case = book.partner, world.landing, book.partner.knobs.get("reports")
    pid, y, month = p.partner_id, world.year, report.month
    receipt = {
        "partner_id": pid,
        "report_month": f"{month:%Y-%m}",
        "received_on": report.received,
        "declares_no_sales": not report.lines,
    }
    if case == "none" or (case == "missing" and month == date(y, 8, 1)):
        return
    shared.marketing += report.marketing
    shared.forecast += report.forecast
    if case == "late" and month == date(y, 5, 1):
        late = date(y, 6, 16)
        label = f"{month:%Y-%m}-late-{pid}"
        land.table("subscription_lines", label, report.lines, received_on(late, 17))
        land.table("reports", label, [{**receipt, "received_on": late}], received_on(late, 17))
        return
    extra = _correction(world, book, report, receipt)
    shared.lines += report.lines + extra
    shared.reports.append({**receipt, "declares_no_sales": not (report.lines or extra)})


def _correction(world: World, book: Book, report: Report, receipt: dict) -> list[dict]:
    """Write a later report that corrects this one; returns what the first one holds on top."""
    p, y, month, land = book.partner, world.year, report.month, world.landing
    case = p.knobs.get("reports", "")
    first_month = CORRECTED.get(case)
    if first_month is None or month not in (date(y, first_month, 1), date(y, 10, 1)):
        return []
    start = date(y, first_month, 1)
    line = Line(
        "new",
        f"S-{p.partner_id[2:]}-90",
        "Second Thought Builders",
        "secondthoughtbuilders.com",
        "Financials",
        4,
        start,
        term_end(start, 12),
        Decimal("9000"),
        "USD",
    )
    # The form of an earlier order is used instead: executed, and the partner's own.
    line = replace(line, form=book.forms[0][0])
    first = {**line_rows(p, month, [line])[0], "line_id": "L-090"}
    if case == "repeated":  # the same line in two months' reports
        return [first]
    if month.month != first_month:
        return []
    if case in ("unread", "mended"):
        first["amount"] = "20.0.00"
    if case == "unread":
        return [first]
    later = add_months(month, 2).replace(day=20)
    label = f"{month:%Y-%m}-corrected-{p.partner_id}"
    if case == "withdrawn":
        land.table("subscription_lines", label, [], received_on(later, 9))
        again = {**receipt, "received_on": later, "declares_no_sales": True}
        land.table("reports", label, [again], received_on(later, 9))
        return [first]
    better = {**first, "amount": Decimal("20000" if case == "mended" else "12000")}
    rows = [*report.lines, better]
    if case == "bad_correction":
        rows.append({**first, "line_id": "L-091", "line_type": "credit", "amount": Decimal("500")})
    land.table("subscription_lines", label, rows, received_on(later, 9))
    return [first]


def _dirty(rows: list[Row]) -> list[Row]:
    """A few rows that break the contract, each in a different way, and one of an unknown
    partner."""
    model = {**rows[0], "subscription_id": "S-DIRTY", "line_type": "new", "order_form_id": None}
    return [
        {**model, "line_id": "L-801", "line_type": "credit", "amount": Decimal("250")},
        {
            **model,
            "line_id": "L-802",
            "term_start": model["term_end"],
            "term_end": model["term_start"],
        },
        {**model, "line_id": "L-803", "term_start": "31/05/2025"},
        {**model, "line_id": "L-804", "amount": "1,250.00"},
        {**model, "line_id": "L-805", "currency": "US$"},
        {**model, "line_id": "L-806", "partner_id": "P-9999"},
    ]


def _write_month(world: World, month: date, shared: Month) -> None:
    land, label = world.landing, f"{month:%Y-%m}"
    day = next_month(month).replace(day=15)
    lines = shared.lines
    if month == date(world.year, 5, 1) and lines:
        # Of an ordinary reseller, else of the one whose case is what senders get wrong.
        special = {p.partner_id for p in world.partners if p.case and p.case != "line-slips"}
        others = [r for r in lines if r["partner_id"] not in special]
        lines = lines + _dirty(others[-1:] or lines)
    land.table("subscription_lines", label, lines, received_on(day, 6))
    land.table("reports", label, shared.reports, received_on(day, 6))
    if shared.marketing:
        land.table("marketing_lines", label, shared.marketing, received_on(day, 6))
    if shared.forecast:
        land.table("forecast_lines", label, shared.forecast, received_on(day, 6))


def _order_cases(world: World, books: list[Book]) -> None:
    """Spoil the order form of the last line sold in the year, where a case needs that."""
    for book in books:
        case = book.partner.knobs.get("orders")
        if not case:
            continue
        wanted = [line for line in book.lines if line.form and line.start.year == world.year]
        line = wanted[-1]
        at = book.lines.index(line)
        if case == "missing":
            book.lines[at] = replace(line, form=None)
        elif case == "foreign":
            other = next(b for b in books if b is not book and b.forms)
            book.lines[at] = replace(line, form=other.forms[0][0])
        else:
            late = date(world.year + 1, 1, 8)
            book.forms = [(n, one, late if n == line.form else day) for n, one, day in book.forms]


def _order_forms(world: World, books: list[Book]) -> list[Version]:
    versions: list[Version] = []
    for book in books:
        for number, line, executed in book.forms:
            submitted = line.start - (5 + len(versions) % 9) * DAY
            row = {
                "order_form_id": number,
                "partner_id": book.partner.partner_id,
                "subscription_id": line.subscription,
                "customer_name": line.customer,
                "submitted_on": submitted,
                "status": "submitted",
            }
            versions.append((submitted, row))
            versions.append((executed, {**row, "status": "executed", "executed_on": executed}))
    return versions
