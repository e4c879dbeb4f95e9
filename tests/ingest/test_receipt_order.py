"""What depends on the order of receipt, and that nothing depends on the order of finding."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.expectations import landed_checks
from tests.ingest.zone import Zone

HEADER = (
    "partner_id,report_month,line_id,line_type,subscription_id,customer_name,"
    "term_start,term_end,amount,currency\n"
)


def line(line_id, amount="100", partner="P1", month="2025-03", term_end="2026-02-28"):
    return f"{partner},{month},{line_id},new,S-{line_id},Acme,2025-03-01,{term_end},{amount},USD\n"


def report(*rows):
    return HEADER + "".join(rows)


def put(zone, day, *rows):
    zone.put(
        f"reseller_reports/subscription_lines-{day:02}.csv",
        report(*rows),
        f"2025-04-{day:02}T00:00:00",
    )


def landed(zone):
    return zone.rows(
        "select line_id, _file[-6:-5]::int from landing.subscription_lines order by 2, 1"
    )


def test_a_first_report_lands_its_good_rows(zone):
    put(zone, 1, line("L1"), line("L2", amount="x"))
    zone.land()
    assert landed(zone) == [("L1", 1)]


def test_a_clean_replacement_lands_beside_what_it_replaces(zone):
    put(zone, 1, line("L1"))
    put(zone, 2, line("L2"))
    zone.land()
    assert landed(zone) == [("L1", 1), ("L2", 2)]


def test_a_replacement_with_a_quarantined_row_replaces_nothing(zone):
    put(zone, 1, line("L1"))
    put(zone, 2, line("L2"), line("L3", amount="x"), line("L9", month="2025-04"))
    zone.land()
    # April is a first report and lands.
    assert landed(zone) == [("L1", 1), ("L9", 2)]
    assert zone.counts("reseller_reports/subscription_lines-02.csv") == ("accepted", 3, 1, 2, 0)
    assert zone.rules("reseller_reports/subscription_lines-02.csv") == [
        (2, None, "replacement"),
        (3, "amount", "money"),
    ]
    # Corrected and delivered again, it replaces.
    put(zone, 3, line("L2"), line("L3"))
    zone.land()
    assert landed(zone) == [("L1", 1), ("L9", 2), ("L2", 3), ("L3", 3)]


def test_another_partners_fault_costs_nothing(zone):
    put(zone, 1, line("L1"))
    put(zone, 2, line("L2"), line("L3", partner="P2", amount="x"))
    zone.land()
    assert landed(zone) == [("L1", 1), ("L2", 2)]


def test_an_unreadable_month_may_be_any_of_its_partners(zone):
    put(zone, 1, line("L1"), line("L4", month="2025-04"), line("L5", partner="P2"))
    put(
        zone,
        2,
        line("M1"),
        line("M4", month="2025-04"),
        line("M5", partner="P2"),
        line("M9", month="April"),
    )
    zone.land()
    assert landed(zone) == [("L1", 1), ("L4", 1), ("L5", 1), ("M5", 2)]


def test_a_row_too_short_is_put_down_to_its_partner_and_month(zone):
    put(zone, 1, line("L1"))
    put(zone, 2, line("L2"), "P1,2025-03,L3\n")
    zone.land()
    assert landed(zone) == [("L1", 1)]


def test_after_a_report_without_any_good_row_the_next_is_a_first_one(zone):
    put(zone, 1, line("L1", amount="x"))
    put(zone, 2, line("L2"), line("L3", amount="x"))
    zone.land()
    assert landed(zone) == [("L2", 2)]


def test_a_file_received_earlier_makes_later_ones_be_judged_anew(zone):
    put(zone, 2, line("L2"), line("L3", amount="x"))
    zone.land()
    assert landed(zone) == [("L2", 2)]
    put(zone, 1, line("L1"))
    assert zone.land().rejudged == 1
    # What landed as a first report turns out to be a replacement with a fault.
    assert landed(zone) == [("L1", 1)]
    assert zone.counts("reseller_reports/subscription_lines-02.csv") == ("accepted", 2, 0, 2, 0)


def test_bytes_received_earlier_make_the_known_delivery_the_duplicate(zone):
    zone.put("crm/accounts-late.csv", "account_id,name\nA1,Acme\n", "2025-02-01T00:00:00")
    zone.land()
    zone.put("crm/accounts-early.csv", "account_id,name\nA1,Acme\n", "2025-01-01T00:00:00")
    zone.land()
    assert zone.counts("crm/accounts-late.csv") == ("duplicate", 1, 0, 0, 1)
    assert zone.rows("select _file from landing.accounts") == [("crm/accounts-early.csv",)]


def everything(zone):
    tables = ("deliveries", "quarantine", "subscription_lines", "accounts", "covered_months")
    return [zone.rows(f"select * from landing.{name} order by all") for name in tables]


FILES = {
    "reseller_reports/subscription_lines-01.csv": report(line("L1"), line("L2")),
    "reseller_reports/subscription_lines-02.csv": report(line("L1"), line("L3", amount="x")),
    "reseller_reports/subscription_lines-03.csv": report(line("L4")),
    "reseller_reports/subscription_lines-04.csv": report(line("L1"), line("L2")),
    "crm/accounts-05.csv": "account_id,name\nA1,Acme\n",
    "crm/accounts-06.csv": "account_id,name\nA1,Acme\n",
}


@pytest.fixture(scope="module")
def at_once(tmp_path_factory):
    zone = Zone(tmp_path_factory.mktemp("once"))
    for day, (file, content) in enumerate(FILES.items(), start=1):
        zone.put(file, content, f"2025-04-{day:02}T00:00:00")
    zone.land()
    return everything(zone)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(len(FILES))), cuts=st.sets(st.integers(1, 5), max_size=3))
def test_the_answer_is_blind_to_the_order_of_finding(at_once, tmp_path_factory, order, cuts):
    zone = Zone(tmp_path_factory.mktemp("piecemeal"))
    names = list(FILES)
    bounds = [0, *sorted(cuts), len(order)]
    for first, last in itertools.pairwise(bounds):
        for place in order[first:last]:
            file = names[place]
            zone.put(file, FILES[file], f"2025-04-{place + 1:02}T00:00:00")
        zone.land()
    assert everything(zone) == at_once
    assert all(check.passed for check in landed_checks(zone.con))
