"""Quarantined rows go out to be mended and come back through the landing, once."""

import csv
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from ingest.quarantine.mend import listing, quarantined
from ingest.quarantine.mend_files import export
from ingest.safe_text import FORMULA_START, NUMBER, guard, unguard
from orchestration.cli.app import run
from tests.ingest.zone import warehouse

PARTNERS = "partner_id,name,domain,joined_on,status\n"
LINES = (
    "partner_id,report_month,line_id,line_type,subscription_id,customer_name,term_start,term_end,"
    "amount,currency\n"
)


def line(partner, month, number, amount):
    return f"{partner},{month},L{number},new,S{number},Acme,2025-01-01,2025-12-31,{amount},USD\n"


def work(zone, **options):
    return quarantined(zone.con, zone.root, zone.store, **options)


def out(zone, folder, **options):
    written, left = export(work(zone, **options), folder, zone.store)
    return {file.path: file for file in written}, left


def mend(zone, folder, file, *changes, received="2025-07-01T00:00:00"):
    """Correct a written file as a person would and drop it into the landing zone."""
    text = (folder / file).read_text("utf-8-sig")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    target = file.partition("/")[2]
    zone.put(target, text, received)
    zone.land()
    return target


def test_a_row_goes_out_as_delivered_and_its_mended_file_lands_once(zone, tmp_path):
    zone.put(
        "partner_activity/partners.csv",
        PARTNERS + "P-1,Acme,x.com,2025-01-01,active\n" + "P-2,=cmd(),x.com,01/02/2025,activ\n",
    )
    zone.land()
    (row, other) = listing(work(zone))
    assert (row["partner"], row["source"], row["row"]) == ("P-2", "partner_activity", 3)
    assert {row["rule"], other["rule"]} == {"date", "enum"}
    assert row["value"] in ("01/02/2025", "activ")
    files, left = out(zone, tmp_path / "mend")
    assert left == []
    ((name, file),) = files.items()
    assert name.startswith("P-2/partner_activity/partners-mend-")
    assert (file.rows, file.faulty, file.partner) == (1, 1, "P-2")
    (exported,) = csv.DictReader(io.StringIO((tmp_path / "mend" / name).read_text("utf-8-sig")))
    assert (exported["partner_id"], exported["name"], exported["joined_on"]) == (
        "P-2",
        "'=cmd()",
        "01/02/2025",
    )
    assert (exported["_file"], exported["_row"]) == ("partner_activity/partners.csv", "3")
    assert set(exported["_rule"].split(", ")) == {"date", "enum"}
    mended = mend(
        zone, tmp_path / "mend", name, ("01/02/2025", "2025-02-01"), ("activ,", "active,")
    )
    assert zone.counts(mended) == ("accepted", 1, 1, 0, 0)
    # The apostrophe came from the export, and the export's remarks on a row are not columns of the
    # partner.
    assert zone.rows("select name, _extra from landing.partners where partner_id = 'P-2'") == [
        ("=cmd()", None)
    ]
    again = mended.replace(".csv", "-again.csv")
    zone.put(again, (zone.root / mended).read_bytes(), "2025-07-02T00:00:00")
    zone.land()
    assert zone.counts(again) == ("duplicate", 1, 0, 0, 1)
    assert work(zone) == []


def test_a_later_row_of_the_key_settles_it_and_nothing_old_goes_out(zone):
    zone.put("crm/accounts-1.csv", "account_id,name\nA1,\nA2,\n", "2025-01-01T00:00:00")
    zone.put("crm/accounts-2.csv", "account_id,name\nA1,Acme\n", "2025-02-01T00:00:00")
    zone.put("crm/accounts-0.csv", "account_id,name\nA2,Early\n", "2024-02-01T00:00:00")
    zone.land()
    assert [(r["file"], r["row"]) for r in listing(work(zone))] == [("crm/accounts-1.csv", 3)]


def test_a_resellers_line_goes_out_with_its_whole_report(zone, tmp_path):
    """RESL-REPORTS: the mended file replaces the report, so it has to hold all of it."""
    first = "reseller_reports/subscription_lines-1.csv"
    zone.put(
        first,
        LINES
        + line("P-1", "2025-03", 1, "100")
        + line("P-1", "2025-03", 2, "1.2.3")
        + line("P-1", "2025-02", 3, "50")
        + line("P-2", "2025-03", 4, "70"),
    )
    zone.land()
    files, _ = out(zone, tmp_path / "mend")
    ((name, file),) = files.items()
    assert (file.rows, file.faulty) == (2, 1)
    mended = mend(zone, tmp_path / "mend", name, ("1.2.3", "12.3"))
    assert zone.counts(mended) == ("accepted", 2, 2, 0, 0)
    assert work(zone) == []


def test_lines_that_name_no_month_or_no_reseller_go_out_with_all_they_may_belong_to(zone, tmp_path):
    zone.put(
        "reseller_reports/subscription_lines-1.csv",
        LINES
        + line("P-1", "2025-03", 1, "1")
        + line("P-1", "March", 2, "1")
        + line("P-1", "2025-02", 3, "1")
        + line("P-2", "2025-02", 4, "1"),
    )
    zone.put(
        "reseller_reports/subscription_lines-2.csv",
        LINES + line("P-3", "2025-03", 1, "1") + line("", "2025-03", 2, "1"),
    )
    zone.land()
    files, _ = out(zone, tmp_path / "mend")
    assert {f.partner: (f.rows, f.faulty) for f in files.values()} == {"P-1": (3, 1), None: (2, 1)}


def test_foreign_shapes_come_back_in_our_columns(zone, tmp_path):
    zone.put(
        "crm/accounts.json",
        json.dumps([{"account_id": "A1", "name": "Acme"}, {"name": ["x"], "account_id": "A2"}]),
    )
    route = "app_usage/api_call_activity/app-1/june.csv"
    zone.put(
        route,
        "Date,Response Code,HTTP Method,Normalized Route,Count\n"
        "2025-06-01,200,GET,/a,7\n2025-06-01,200,GET,/b,many\n",
    )
    rates = "reference/eurofxref-hist.csv"
    zone.put(rates, "Date,USD,JPY,\n2025-01-02,1.03,160,\n2025-01-03,one,161,\n")
    zone.land()
    files, left = out(zone, tmp_path / "mend")
    assert left == []
    by_entity = {file.entity: name for name, file in files.items()}
    assert by_entity["api_call_activity"].startswith("_none/app_usage/api_call_activity/app-1/")
    mend(zone, tmp_path / "mend", by_entity["accounts"], ('"<correct this: [""x""]>"', "Beta"))
    mend(zone, tmp_path / "mend", by_entity["api_call_activity"], ("many", "8"))
    mend(zone, tmp_path / "mend", by_entity["fx_rates"], ("one", "1.04"))
    assert zone.rows("select account_id, name from landing.accounts order by 1") == [
        ("A1", "Acme"),
        ("A2", "Beta"),
    ]
    assert zone.rows('select app_id, "count" from landing.api_call_activity order by 2') == [
        ("app-1", 7),
        ("app-1", 8),
    ]
    assert zone.rows("select count(*) from landing.fx_rates") == [(4,)]
    assert work(zone) == []


def test_a_record_of_the_vendors_pages_comes_back_as_a_page(zone, tmp_path):
    page = {
        "data": [
            {"event_id": "e1", "signal_id": "s", "timestamp": "2025-10-028T16:00:00Z", "size": 1.50}
        ],
        "pagination": {},
    }
    zone.put("account_mapping/crossbeam/signals_accounts-1.json", json.dumps(page))
    zone.land()
    files, _ = out(zone, tmp_path / "mend")
    (name,) = files
    assert name.startswith("_none/account_mapping/crossbeam/signals_accounts-")
    mended = mend(zone, tmp_path / "mend", name, ('"2025-10-028T', '"2025-10-28T'))
    assert zone.counts(mended) == ("accepted", 1, 1, 0, 0)
    assert zone.rows("select endpoint, body from landing.crossbeam_records") == [
        (
            "signals/accounts",
            '{"event_id":"e1","signal_id":"s"}',
        ),
    ]
    assert work(zone) == []


def test_a_file_without_a_column_goes_out_with_a_place_for_it(zone, tmp_path):
    zone.put("crm/accounts.csv", "account_id,domain\nA1,x.com\n")
    zone.put("crm/opportunities.csv", b"\x81\xfe\xfd")
    zone.land()
    files, left = out(zone, tmp_path / "mend")
    (name,) = files
    assert [entry.file for entry in left] == ["crm/opportunities.csv"]
    header, row = csv.reader(io.StringIO((tmp_path / "mend" / name).read_text("utf-8-sig")))
    assert header == ["account_id", "domain", "name", "_rule", "_message", "_file", "_row"]
    assert row[:4] == ["A1", "x.com", "", "refused"]


def test_names_of_partners_are_never_paths(zone, tmp_path):
    zone.put(
        "partner_activity/partners.csv",
        PARTNERS
        + "../../x,A,,never,active\n"
        + "..,A,,never,active\n"
        + "p" * 300
        + ",A,,never,active\n",
    )
    zone.land()
    files, _ = out(zone, tmp_path / "mend")
    assert len(files) == 3
    inside = sorted(p for p in tmp_path.rglob("*-mend-*"))
    assert len(inside) == 3
    assert all(p.resolve().is_relative_to((tmp_path / "mend").resolve()) for p in inside)


def test_only_the_partner_and_source_that_were_asked_for(zone, tmp_path):
    zone.put("partner_activity/partners.csv", PARTNERS + "P-1,A,,never,active\nP-2,A,,never,x\n")
    zone.put("crm/accounts.csv", "account_id,name\nA1,\n")
    zone.land()
    assert {r["partner"] for r in listing(work(zone, partner="P-1"))} == {"P-1"}
    assert {r["source"] for r in listing(work(zone, source="crm"))} == {"crm"}
    assert len(out(zone, tmp_path / "mend", partner="P-1")[0]) == 1


def test_the_same_quarantine_gives_the_same_bytes(zone, tmp_path):
    zone.put("partner_activity/partners.csv", PARTNERS + "P-1,A,,never,active\n")
    zone.land()
    (one,) = out(zone, tmp_path / "one")[0]
    (two,) = out(zone, tmp_path / "two")[0]
    assert one == two
    assert (tmp_path / "one" / one).read_bytes() == (tmp_path / "two" / two).read_bytes()


@given(st.text(alphabet="'=+-@|% \t\r\n1a.＝", max_size=8))
def test_the_guard_lets_no_formula_out_and_loses_no_character(text):
    shown = guard(text)
    assert unguard(shown) == text
    assert not FORMULA_START.match(shown) or NUMBER.fullmatch(shown)


def test_the_guard_is_undone_in_mended_files_alone(zone):
    zone.put("crm/accounts.csv", "account_id,name\nA1,'=x\n")
    zone.land()
    assert zone.rows("select name from landing.accounts") == [("'=x",)]


def test_usage_that_is_read_in_place_gives_its_rows_back(zone, tmp_path):
    table = pa.table(
        {
            "app_id": ["a", "a"],
            "company_id": ["c", None],
            "occurred_at": ["2025-06-01T00:00:00", "2025-06-02T00:00:00"],
            "http_method": ["GET", "GET"],
            "response_code": [200, 200],
            "call_count": [1, 2],
        }
    )
    (zone.root / "app_usage").mkdir()
    pq.write_table(table, zone.root / "app_usage/usage_events-2025-06.parquet")
    zone.land()
    (name,) = out(zone, tmp_path / "mend")[0]
    mend(zone, tmp_path / "mend", name, ("a,,2025-06-02", "a,c2,2025-06-02"))
    rows = zone.rows("select company_id, call_count from landing.usage_events order by 1")
    assert rows == [("c", 1), ("c2", 2)]
    assert work(zone) == []


def test_the_commands_list_and_write(zone, tmp_path, capsys):
    zone.con.close()
    file = tmp_path / "w.duckdb"
    zone.con = warehouse(path=str(file))
    zone.put("partner_activity/partners.csv", PARTNERS + "P-1,[red]A,,never,active\n")
    zone.land()
    zone.con.close()
    places = ["--landing", str(zone.root), "--warehouse", str(file)]
    assert run(["quarantine", "list", "--json", *places]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["partner"], row["value"], row["rule"]) == ("P-1", "never", "date")
    assert run(["quarantine", "list", *places]) == 0
    assert "partners.csv row 2: joined_on 'never'" in capsys.readouterr().out
    assert run(["quarantine", "export", "--to", str(tmp_path / "m"), *places]) == 0
    assert "1 row to correct" in capsys.readouterr().out
    assert run(["quarantine", "list", "--source", "nothing", *places]) == 2
