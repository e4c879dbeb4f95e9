"""Which lines of a month are in force where reports declare no sales, or take that back.

Belongs here: the order of lines and reports by receipt. Does not: replaced lines (test_ledger.py).
"""

from datetime import date, datetime

import pytest

from tests.transforms.warehouse import build_warehouse, dbt, query

MONTH = date(2025, 1, 1)
LINES, NONE, SOME = "lines", "no sales", "sales"
LINE = {"line_id": "L1", "line_type": "new", "subscription_id": "S", "customer_name": "A"}
LINE |= {"term_start": MONTH, "term_end": date(2025, 12, 31), "amount": 1, "currency": "USD"}


# What came, in its order, and whether the month's line is in force after it.
CASES = [
    ([LINES], True),
    ([LINES, NONE], False),
    ([NONE, LINES], True),
    ([LINES, NONE, LINES], True),
    # A declaration that was taken back is no longer the report's row in force.
    ([LINES, NONE, SOME], True),
    ([NONE, SOME, LINES], True),
    ([LINES, NONE, SOME, NONE], False),
]


@pytest.fixture(scope="module")
def with_lines(tmp_path_factory):
    """The partners that have a line in force; each case is one, named by what came."""
    rows = {"subscription_lines": [], "reports": []}
    for deliveries, _ in CASES:
        partner = {"partner_id": name_of(deliveries), "report_month": MONTH}
        for number, what in enumerate(deliveries, start=1):
            came = {"_file": f"{number}.csv", "_received_at": datetime(2025, 2, number)}
            if what == LINES:
                rows["subscription_lines"].append(partner | LINE | came)
            else:
                report = {"received_on": date(2025, 2, number), "declares_no_sales": what == NONE}
                rows["reports"].append(partner | report | came)
    path = build_warehouse(tmp_path_factory.mktemp("reports"), rows)
    dbt(path, "run", "--quiet", "--select", "+stg_reseller_reports__subscription_lines")
    name = "staging.stg_reseller_reports__subscription_lines"
    return [partner for (partner,) in query(path, f"select partner_id from {name}")]


def name_of(deliveries):
    return ", then ".join(deliveries)


@pytest.mark.parametrize(("deliveries", "in_force"), CASES)
def test_lines(with_lines, deliveries, in_force):
    assert (name_of(deliveries) in with_lines) is in_force
