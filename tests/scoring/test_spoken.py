"""Keys and figures as a sentence words them, and texts that stay as they are."""

import pytest

from scoring.words import parted, spoken

SAID = [
    ("average_monthly_active_customers needs a person", "average monthly active customers needs"),
    ("compliant to non_compliant", "compliant to non-compliant"),
    ("it is closed_won; it was closed_lost", "it is closed, won; it was closed, lost"),
    ("tier:non_compliant (channel_manager).", "tier:non-compliant (channel manager)."),
    # A path, a dotted parameter or table, an address, an option, a variable: to be copied.
    ("reseller_reports/subscription_lines-2025-02.csv, row 3", None),
    ("reseller.minimum_arr_usd and fct_listings.eligible", None),
    ("a_reyes@vendor.example", None),
    ("plumbline decide governance --decided_by A", None),
    ("$MAIL_PASSWORD, ${mail_password}", None),
    ("accounts_new.csv", None),
]


@pytest.mark.parametrize(("text", "words"), SAID)
def test_a_key_loses_its_underscores_where_it_is_only_read(text, words):
    assert spoken(text).startswith(text if words is None else words)


PARTED = [
    ("ARR: 590142.1386; at least 100000 needed.", "ARR: 590,142.1386; at least 100,000 needed."),
    (
        "Without the lines in doubt it is 94000. More",
        "Without the lines in doubt it is 94,000. More",
    ),
    ("line L-090: 9000.0000 USD a year, until 2026", "line L-090: 9,000 USD a year, until 2026"),
    ("plan BP-0081-2025 came 1 days late", "plan BP-0081-2025 came 1 day late"),
    ("procore-drive in March 2025: 1 calls", "procore-drive in March 2025: 1 call"),
    # Days, ids, rows and what may be a year.
    ("came 21 days late, from 2025-01-01 on", None),
    ("file-1 rows: 2025; L-1 days", None),
    ("subscription_lines-2025-10.csv row 13 (USD from 2025-09-01)", None),
]


@pytest.mark.parametrize(("text", "words"), PARTED)
def test_figures_of_a_kept_sentence_are_parted_to_their_last_digit(text, words):
    assert parted(text) == (text if words is None else words)
