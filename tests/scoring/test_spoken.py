"""Keys as they are spoken in a sentence, and what is written as it is."""

import pytest

from scoring.words import spoken

SAID = [
    ("average_monthly_active_customers needs a person", "average monthly active customers needs"),
    ("compliant to non_compliant", "compliant to non-compliant"),
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
