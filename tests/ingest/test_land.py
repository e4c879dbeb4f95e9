"""Files into the warehouse: once, whole or not at all, and every row accounted for."""

import json

import duckdb
import pytest

from ingest.expectations import landed_checks
from ingest.landing.land import land
from tests.ingest.zone import at, warehouse

ACCOUNTS = "account_id,name,domain\n"


def accounts(*names, bad=0):
    rows = [f"A{i},{name},x.com" for i, name in enumerate(names)]
    return ACCOUNTS + "\n".join([*rows, *[f"B{i},," for i in range(bad)]]) + "\n"


def test_rows_land_with_where_they_came_from(zone):
    zone.put("crm/accounts-1.csv", "Account ID;Name;colour\nA1;Acme;red\n", "2025-03-01T00:00:00")
    report = zone.land()
    (row,) = zone.rows(
        "select account_id, name, domain, _file, _row, _cell, _received_at, _extra"
        " from landing.accounts"
    )
    assert row[:7] == ("A1", "Acme", None, "crm/accounts-1.csv", 2, None, at("2025-03-01"))
    assert json.loads(row[7]) == {"colour": "red"}
    assert zone.rows("select kind, message from landing.delivery_notes order by kind") == [
        ("unknown_columns", "columns unknown to accounts: colour; kept in _extra"),
    ]
    assert [d.status for d in report.deliveries] == ["accepted"]
    assert len(report.deliveries[0].delivery_id) == 16


def test_money_is_exact_to_four_places(zone):
    header = "opportunity_id,account_id,kind,channel,created_on,amount,currency\n"
    zone.put(
        "crm/opportunities.csv",
        header
        + "O1,A1,new,direct,2025-01-01,99999999999999.9999,USD\n"
        + "O2,A1,new,direct,2025-01-01,0.1,USD\n",
    )
    zone.land()
    assert zone.rows("select cast(amount as varchar) from landing.opportunities order by _row") == [
        ("99999999999999.9999",),
        ("0.1000",),
    ]


def test_the_same_files_again_change_nothing(zone):
    zone.put("crm/accounts-1.csv", accounts("Acme", bad=1))
    zone.put("crm/unknown.csv", "x")
    zone.land()
    before = zone.rows("select * from landing.deliveries order by all"), zone.rules()
    again = zone.land()
    assert (again.new_deliveries, again.rejudged, again.checks) == (0, 0, [])
    assert (zone.rows("select * from landing.deliveries order by all"), zone.rules()) == before


def test_known_bytes_are_a_duplicate_at_another_path(zone):
    zone.put("crm/accounts-1.csv", accounts("Acme", "Beta", bad=1), "2025-01-01T00:00:00")
    zone.put("crm/accounts-2.csv", accounts("Acme", "Beta", bad=1), "2025-01-02T00:00:00")
    zone.land()
    assert zone.counts("crm/accounts-1.csv") == ("accepted", 3, 2, 1, 0)
    assert zone.counts("crm/accounts-2.csv") == ("duplicate", 3, 0, 0, 3)
    assert zone.rows("select count(*) from landing.accounts") == [(2,)]


def test_equal_bytes_of_two_apps_are_two_facts(zone):
    report = "Date,Response Code,HTTP Method,Normalized Route,Count\n2025-05-01,200,GET,/x,3\n"
    zone.put("app_usage/api_call_activity/APP-1/may.csv", report)
    zone.put("app_usage/api_call_activity/APP-2/may.csv", report)
    zone.put("app_usage/api_call_activity/APP-2/may-again.csv", report)
    zone.land()
    assert zone.rows("select app_id, _file from landing.api_call_activity order by 1") == [
        ("APP-1", "app_usage/api_call_activity/APP-1/may.csv"),
        ("APP-2", "app_usage/api_call_activity/APP-2/may-again.csv"),
    ]


def test_new_bytes_at_a_known_path_are_a_new_delivery(zone):
    zone.put("crm/accounts.csv", accounts("Acme"), "2025-01-01T00:00:00")
    zone.land()
    zone.put("crm/accounts.csv", accounts("Acme Two"), "2025-02-01T00:00:00")
    zone.land()
    assert zone.rows("select name from landing.accounts order by _received_at") == [
        ("Acme",),
        ("Acme Two",),
    ]
    assert len({r[0] for r in zone.rows("select delivery_id from landing.deliveries")}) == 2


def test_new_bytes_come_after_the_old_though_the_list_still_holds_their_moment(zone):
    usage = "app_id,company_id,occurred_at,http_method,response_code,call_count\n"
    moment = "2025-03-01T00:00:00"
    # Several times: a tie that something arbitrary broke would fall right now and then.
    for n in range(4):
        zone.put("crm/accounts.csv", accounts(f"name {n}"), moment)
        calls = f"A1,K1,2025-02-05T00:00:00Z,GET,200,{n + 1}\n"
        zone.put("app_usage/usage_events.csv", usage + calls, moment)
        zone.land()
    latest = "select name from landing.accounts order by _received_at desc, _file desc limit 1"
    assert zone.rows(latest) == [("name 3",)]
    assert zone.rows("select call_count from landing.usage_events") == [(4,)]
    moments = "select distinct date_trunc('second', received_at) from landing.deliveries"
    assert zone.rows(moments) == [(at("2025-03-01"),)]


def test_a_file_taken_away_stays_in_force(zone):
    zone.put("crm/accounts.csv", accounts("Acme")).unlink()
    zone.put("crm/accounts-2.csv", accounts("Beta"))
    zone.land()
    (zone.root / "crm/accounts-2.csv").unlink()
    assert zone.land().new_deliveries == 0
    assert zone.rows("select name from landing.accounts") == [("Beta",)]


@pytest.mark.parametrize(
    ("good", "bad", "status"),
    [
        (5, 5, "accepted"),  # half of ten is not more than half
        (4, 6, "refused"),
        (0, 9, "accepted"),  # fewer than ten rows are never refused for their share
        (0, 10, "refused"),
        (9, 0, "accepted"),
    ],
)
def test_refused_for_its_share_of_bad_rows(zone, good, bad, status):
    zone.put("crm/accounts.csv", accounts(*"abcdefghij"[:good], bad=bad))
    zone.land()
    total = good + bad
    expected = (
        (status, total, good, bad, 0) if status == "accepted" else (status, total, 0, total, 0)
    )
    assert zone.counts("crm/accounts.csv") == expected
    assert zone.rows("select count(*) from landing.accounts") == [(expected[2],)]
    # Every quarantined row is named, in a refused file the good ones too.
    bad_rows = zone.rows('select count(distinct "row") from landing.quarantine')
    assert bad_rows == [(expected[3],)]


def test_refused_files_leave_earlier_data(zone):
    zone.put("crm/accounts-1.csv", accounts("Acme"), "2025-01-01T00:00:00")
    broken = {
        "crm/accounts-2.csv": ("", "empty", 0),
        "crm/accounts-3.csv": ("account_id,domain\nA0,x.com\nA9,y.com\n", "required_column", 2),
        "crm/accounts-4.csv": ('account_id,name\nA0,"cut', "truncated", 0),
        "crm/accounts-5.csv": ("account_id,name,NAME\nA0,a,b\n", "repeated_column", 1),
        "crm/accounts-6.csv": (b"account_id,name\nA0,M\xfcller\n", "encoding", 0),
        "crm/accounts-7.json": ('[{"account_id": "A0", ', "unreadable", 0),
        "crm/accounts-8.parquet": (b"PAR1 and nothing else", "unreadable", 0),
    }
    for day, (file, (content, _, _)) in enumerate(broken.items(), start=2):
        zone.put(file, content, f"2025-01-{day:02}T00:00:00")
    report = zone.land()
    assert [(d.file, d.rows_read) for d in report.refused] == [
        (file, rows) for file, (_, _, rows) in broken.items()
    ]
    for file, (_, rule, rows) in broken.items():
        assert zone.counts(file) == ("refused", rows, 0, rows, 0)
        assert zone.rules(file)[0] == (None, None, rule)
    assert zone.rows("select name from landing.accounts") == [("Acme",)]
    assert [c.passed for c in landed_checks(zone.con)] == [True] * 7


def test_refused_bytes_are_refused_again_and_no_duplicate(zone):
    zone.put("crm/accounts-1.csv", accounts(bad=10), "2025-01-01T00:00:00")
    zone.put("crm/accounts-2.csv", accounts(bad=10), "2025-01-02T00:00:00")
    zone.land()
    assert zone.counts("crm/accounts-2.csv")[0] == "refused"


def test_amounts_that_may_mean_two_numbers_refuse_the_file(zone):
    header = "opportunity_id;account_id;kind;channel;created_on;amount;currency\n"
    row = "O{};A1;new;direct;2025-01-01;{};EUR\n"
    zone.put("crm/opportunities-1.csv", header + row.format(1, "1.500") + row.format(2, "12,50"))
    # Without a value that shows the decimal comma, 1.500 is what the contract says it is.
    zone.put("crm/opportunities-2.csv", header + row.format(3, "1.500") + row.format(4, "1,000"))
    zone.land()
    assert zone.counts("crm/opportunities-1.csv") == ("refused", 2, 0, 2, 0)
    assert zone.counts("crm/opportunities-2.csv")[0] == "accepted"


@pytest.mark.parametrize("proof", ["1.234.567", "1.234,50 €", "-1 234,5", "(2.345.678)"])
def test_amounts_that_prove_thousands_dots_refuse_the_others_like_them(zone, proof):
    header = "opportunity_id;account_id;kind;channel;created_on;amount;currency\n"
    row = "O{};A1;new;direct;2025-01-01;{};EUR\n"
    rows = [row.format(n, amount) for n, amount in enumerate(["121.500", "122.500", proof])]
    zone.put("crm/opportunities.csv", header + "".join(rows))
    zone.land()
    assert zone.counts("crm/opportunities.csv") == ("refused", 3, 0, 3, 0)
    ((message,),) = zone.rows("select message from landing.quarantine where rule = 'locale'")
    assert "121.500 may mean two numbers; write 1234.56" in message


def test_rates_land_long_and_a_bad_day_is_one_row(zone):
    zone.put(
        "reference/eurofxref-hist.csv",
        "Date,USD,JPY,CYP,\n2025-01-03,1.03,N/A,N/A,\n2025-01-02,1.0353,162.5,N/A,\n"
        "2025-01-01,0,1,N/A,\n2025-13-01,1,1,1,\n",
    )
    zone.land()
    assert zone.counts("reference/eurofxref-hist.csv") == ("accepted", 4, 2, 2, 0)
    landed = 'select "date"::varchar, currency, units_per_eur::varchar, _row from landing.fx_rates'
    assert zone.rows(f"{landed} order by all") == [
        ("2025-01-02", "JPY", "162.5000000000", 3),
        ("2025-01-02", "USD", "1.0353000000", 3),
        ("2025-01-03", "USD", "1.0300000000", 2),
    ]
    assert zone.rules() == [(4, "USD", "rate"), (5, "date", "date")]


def test_raw_bytes_are_kept_by_digest(zone):
    path = zone.put("crm/accounts.csv", accounts("Acme"))
    data = path.read_bytes()
    zone.land()
    ((sha,),) = zone.rows("select sha256 from landing.deliveries")
    assert (zone.store / sha).read_bytes() == data
    assert [p.name for p in zone.store.iterdir()] == [sha]


def test_a_source_that_fails_leaves_no_half(zone):
    zone.put("crm/accounts.csv", "account_id,name,unknown\nA1,Acme,x\n")
    zone.con.execute("drop table landing.delivery_notes")
    zone.con.execute("create table landing.delivery_notes (delivery_id varchar)")
    with pytest.raises(duckdb.Error):
        zone.land()
    assert zone.rows("select count(*) from landing.deliveries") == [(0,)]
    assert zone.rows("select count(*) from landing.accounts") == [(0,)]


def test_landing_without_a_policy_says_what_to_do(tmp_path):
    (tmp_path / "landing").mkdir()
    con = warehouse()
    con.execute("delete from policy.parameter_values where parameter = 'ingest.refused_share'")
    with pytest.raises(LookupError, match=r"ingest\.refused_share.*load the policy"):
        land(con, tmp_path / "landing", tmp_path / "raw")


def test_a_changed_policy_judges_kept_bytes_anew(zone):
    rows = "P1,alpha,2025-01-01\nP2,technology,2025-01-01\n"
    zone.put("partner_activity/enrollments.csv", f"partner_id,program,enrolled_on\n{rows}")
    zone.land()
    assert zone.rows("select program from landing.enrollments") == [("technology",)]
    (zone.root / "partner_activity/enrollments.csv").unlink()
    zone.con.execute("insert into policy.programs values ('alpha', 'Alpha', 1, false)")
    report = zone.land()
    assert (report.new_deliveries, report.rejudged) == (0, 1)
    assert zone.rows("select program from landing.enrollments") == [("alpha",)]
    assert zone.counts("partner_activity/enrollments.csv") == ("accepted", 2, 1, 1, 0)


def test_progress_names_the_sources(zone):
    progress = []
    zone.land(sources=["crm", "reference"], progress=progress.append)
    assert progress == ["crm", "reference"]
