"""Quarantined rows stay in sight until something accepted later puts them right."""

from datetime import date

import pytest

LINES = (
    "partner_id,report_month,line_id,line_type,subscription_id,customer_name,term_start,term_end,"
    "amount,currency\n"
)
CONTACTS = "contact_id,partner_id,name,role,active_from,active_to\n"
REPORTS = "partner_id,report_month,received_on,declares_no_sales\n"


def line(amount, *, month="2025-01", name="L1", kind="new", partner="P1", start="2025-01-01"):
    return f"{partner},{month},{name},{kind},S1,Acme,{start},2025-12-31,{amount},USD\n"


def in_sight(zone, columns="_file, _row"):
    query = f"select {columns} from landing.unread_rows where put_right_at is null order by all"
    return zone.rows(query)


def test_a_row_says_whose_it_is_what_it_is_and_which_days_it_touches(zone):
    zone.put("reseller_reports/subscription_lines.csv", LINES + line("1.2.3"))
    zone.land()
    columns = "partner_id, kind, first_day, last_day, column_name, value, rule, whole_file"
    days = date(2025, 1, 1), date(2025, 12, 31)
    assert in_sight(zone, columns) == [("P1", "new", *days, "amount", "1.2.3", "money", False)]


@pytest.mark.parametrize(
    ("row", "days"),
    [
        (line("x", kind="cancellation"), (date(2025, 1, 1), None)),
        (line("x", kind="sale"), (date(2025, 1, 1), None)),
        (line("x", start="2025-13-01"), (None, date(2025, 12, 31))),
        (line("5", start="2026-01-01"), (None, None)),
    ],
)
def test_what_cannot_be_read_of_the_days_may_be_any_day(zone, row, days):
    zone.put("reseller_reports/subscription_lines.csv", LINES + row)
    zone.land()
    assert in_sight(zone, "first_day, last_day") == [days]


def test_the_day_of_a_moment_is_the_programs(zone):
    head = "installation_id,app_id,company_id,is_demo,installed_at,uninstalled_at\n"
    # An evening of December 31 in the program's zone, and the morning after.
    rows = "I1,A1,C1,maybe,2026-01-01T07:59:59Z,2026-01-01T08:00:00Z\n"
    zone.put("app_usage/installations.csv", head + rows)
    zone.land()
    assert in_sight(zone, "first_day, last_day") == [(date(2025, 12, 31), date(2026, 1, 1))]


def test_a_later_row_of_the_same_key_puts_it_right_and_another_does_not(zone):
    zone.put(
        "partner_activity/contacts.csv",
        CONTACTS
        + "C1,P1,Al,boss,2025-01-01,\nC2,P1,Bo,boss,2025-01-01,\nC1,P1,Al,sales,2025-01-01,\n",
        "2025-01-01T00:00:00",
    )
    zone.land()
    assert in_sight(zone) == [("partner_activity/contacts.csv", 3)]
    zone.put(
        "partner_activity/contacts-2.csv",
        CONTACTS + "C2,P1,Bo,sales,2025-01-01,\n",
        "2025-02-01T00:00:00",
    )
    zone.land()
    assert in_sight(zone) == []


def test_an_earlier_row_of_the_key_puts_nothing_right(zone):
    text = CONTACTS + "C1,P1,Al,sales,2025-01-01,\nC1,P1,Al,boss,2025-01-01,\n"
    zone.put("partner_activity/contacts.csv", text)
    zone.land()
    assert in_sight(zone) == [("partner_activity/contacts.csv", 3)]


def test_a_report_is_put_right_by_the_month_delivered_again_without_a_fault(zone):
    first = LINES + line("70000") + line("1.2.3", name="L2")
    zone.put("reseller_reports/subscription_lines-1.csv", first, "2025-02-01T00:00:00")
    again = LINES + line("70000") + line("4..5", name="L2")
    zone.put("reseller_reports/subscription_lines-2.csv", again, "2025-03-01T00:00:00")
    zone.land()
    # The second replaces nothing, so that its good row stays out too.
    assert in_sight(zone, "_file, _row, rule") == [
        ("reseller_reports/subscription_lines-1.csv", 3, "money"),
        ("reseller_reports/subscription_lines-2.csv", 2, "replacement"),
        ("reseller_reports/subscription_lines-2.csv", 3, "money"),
    ]
    other = LINES + line("9", month="2025-02")
    zone.put("reseller_reports/subscription_lines-3.csv", other, "2025-04-01T00:00:00")
    zone.land()
    assert len(in_sight(zone)) == 3
    clean = LINES + line("70000") + line("5", name="L3")
    zone.put("reseller_reports/subscription_lines-4.csv", clean, "2025-05-01T00:00:00")
    zone.land()
    assert in_sight(zone) == []


def test_a_month_declared_without_sales_puts_its_lines_right(zone):
    zone.put("reseller_reports/subscription_lines.csv", LINES + line("x"), "2025-02-01T00:00:00")
    zone.put(
        "reseller_reports/reports.csv",
        REPORTS + "P1,2025-01,2025-03-01,yes\n",
        "2025-03-01T00:00:00",
    )
    zone.land()
    assert in_sight(zone) == []
    # The declaration is taken back, and the faulty line is one of the month's again.
    taken_back = REPORTS + "P1,2025-01,2025-04-01,no\n"
    zone.put("reseller_reports/reports-2.csv", taken_back, "2025-04-01T00:00:00")
    zone.land()
    assert in_sight(zone) == [("reseller_reports/subscription_lines.csv", 2)]


def test_a_refused_file_speaks_of_its_folder_and_its_rows_until_its_path_is_accepted(zone):
    place = "partner_activity/trainings/P7/x.csv"
    zone.put(place, "training_id,partner_id\nT1,P1\n", "2025-02-01T00:00:00")
    zone.land()
    columns = "partner_id, _row, whole_file, rule"
    assert in_sight(zone, columns) == [
        ("P1", None, True, "required_column"),
        ("P7", None, True, "required_column"),
    ]
    good = "training_id,partner_id,contact_id,course,track\nT2,P1,C1,X,sales\n"
    zone.put(place, good, "2025-03-01T00:00:00")
    zone.land()
    assert in_sight(zone) == []


def test_feeds_and_enrolments_are_left_out(zone):
    head = "partner_id,program,enrolled_on\n"
    zone.put("partner_activity/enrollments.csv", head + "P1,technology,2025-13-01\n")
    usage = "app_id,company_id,occurred_at,http_method,response_code,call_count\n"
    zone.put("app_usage/usage_events.csv", usage + "A1,C1,never,GET,200,1\n")
    zone.land()
    assert in_sight(zone) == []


def test_blanks_at_the_ends_are_no_part_of_an_id(zone):
    zone.put(
        "partner_activity/contacts.csv", CONTACTS + "\u00a0C1 ,P1\u202f,Al,sales,2025-01-01,\n"
    )
    zone.land()
    assert zone.rows("select contact_id, partner_id from landing.contacts") == [("C1", "P1")]
