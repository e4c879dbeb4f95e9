"""The report workbook's texts for the person who fills it in.

Belongs here: instructions and the hint of each column. Does not: sheets, formats, checks.
"""

from __future__ import annotations

from ingest.judging.contract import Column

INSTRUCTIONS = (
    "1. Cover: choose in declares_no_sales whether the month had no sales at all. A month without "
    "sales is reported too: choose true and leave Subscriptions and Renewals empty.",
    "2. Subscriptions: a line for each new, expanded, reduced, cancelled or credited subscription "
    "of the month, and for what was sold once (one_time). Renewals: a line for each renewal. "
    "Marketing: what you did. Forecast: the ARR you expect, by quarter.",
    "3. Keep the headers, one line per row, no merged cells, no formulas and no totals. Columns "
    "may be moved; sheets without entries stay in the file.",
    "4. Dates are entered as dates. Numbers have a dot or comma as your program shows it and no "
    "currency sign; at most 4 decimals.",
    "5. line_id is yours to choose and is used once in the whole workbook, Renewals included.",
    "6. A corrected workbook for the same month replaces the earlier one as a whole.",
    "7. Save as xlsx, without a password and without macros.",
)
WORKED_EXAMPLES = (
    "amount is the contract value over the whole term, both days included: a year at 1,000 a month "
    "is 12000. A reduction or a credit is negative; a new line, a renewal or an expansion is not.",
    "A cancellation's term_start is the first day without the subscription, not the last with it.",
    "A set-up fee, training or other work that is paid once is one_time, not new.",
    "quarter is written 2025-Q2, currency as its three letters (USD).",
)
HINTS = {
    "money": "A number with at most 4 decimals and no currency sign.",
    "decimal": "A number.",
    "date": "A date.",
    "bool": "Choose true or false.",
    "iso4217": "Three letters, e.g. USD.",
    "quarter": "A quarter as 2025-Q2.",
    "month": "A month as 2025-03.",
    "int": "A whole number.",
    "text": "Text.",
}


def hint(column: Column) -> tuple[str, str]:
    """(title, message) shown when a cell of the column is chosen or refuses an entry."""
    if column.kind == "enum":
        message = f"Choose one of: {', '.join(column.choices)}."
    else:
        message = HINTS[column.kind]
    needed = "May stay empty." if column.optional else "Needed on every line."
    return column.name, f"{message} {needed}"
