"""A user's own column maps: judged under, judged anew, and faulty ones that cost only their own."""

import json
import re
from pathlib import Path

import pytest
import yaml

from ingest.deliveries.settings import noted_maps
from ingest.formats.map_store import Maps, MapText, read_maps
from orchestration.cli.app import run
from orchestration.map_folders import map_folders

ACCOUNTS = """
id: mine
title: Companies
entity: accounts
header: [Nr, Firma]
columns:
  account_id: Nr
  name: %s
"""
FILE = "crm/accounts/firms.csv"
TEXT = "Nr,Firma,Alias\n1,Acme,A.\n2,Beta,B.\n"


def maps(*texts):
    return Maps(tuple(MapText(f"maps/{i}.yaml", text) for i, text in enumerate(texts)))


def names(zone):
    return [name for (name,) in zone.rows("select name from landing.accounts order by account_id")]


def test_a_map_meant_for_it_reads_even_a_table_with_all_our_columns(zone):
    """An API that happens to name its fields as we do; a map that names nothing else is ours."""
    drops = "\nrows:\n  - drop: {archived: ['true']}\n"
    meant = ACCOUNTS.replace("[Nr, Firma]", "[account_id, name, archived]") % "name" + drops
    meant = meant.replace("account_id: Nr", "account_id: account_id")
    zone.put(FILE, "account_id,name,archived\n1,Acme,false\n2,Beta,true\n")
    zone.land(maps=maps(meant))
    assert names(zone) == ["Acme"]
    zone.land(maps=maps(meant.replace(", archived]", "]")))
    assert names(zone) == ["Acme", "Beta"]


def test_a_map_that_comes_later_is_applied_to_what_was_refused(zone):
    zone.put(FILE, TEXT)
    zone.land()
    assert zone.counts(FILE)[0] == "refused"
    report = zone.land(maps=maps(ACCOUNTS % "Firma"))
    assert report.rejudged == 1
    assert names(zone) == ["Acme", "Beta"]
    # Corrected, it is applied to what had landed; taken away, the file is foreign again.
    assert zone.land(maps=maps(ACCOUNTS % "Alias")).rejudged == 1
    assert names(zone) == ["A.", "B."]
    assert zone.land(maps=maps(ACCOUNTS % "Alias")).rejudged == 0
    zone.land(maps=maps())
    assert (names(zone), zone.counts(FILE)[0]) == ([], "refused")


def test_a_map_of_one_source_judges_no_other_anew(zone):
    zone.put(FILE, TEXT)
    zone.put(
        "partner_activity/partners.csv",
        "partner_id,name,joined_on,status\nP1,Acme,2025-01-01,active\n",
    )
    zone.land(maps=maps())
    assert zone.land(maps=maps(ACCOUNTS % "Firma")).rejudged == 1


def test_the_file_taken_away_is_judged_anew_from_its_kept_bytes(zone):
    path = zone.put(FILE, TEXT)
    zone.land(maps=maps(ACCOUNTS % "Firma"))
    path.unlink()
    zone.land(maps=maps(ACCOUNTS % "Alias"))
    assert names(zone) == ["A.", "B."]


INCOMPLETE = (
    "id: half\nentity: accounts\nheader: [Nr, Firma]\ntitle: t\ncolumns: {account_id: Nr}\n"
)


@pytest.mark.parametrize(
    ("text", "costs"),
    [
        (INCOMPLETE, True),
        (ACCOUNTS % "Firma" + "colour: red\n", True),
        ("id: [", False),
        ("", False),
        ("[1, 2]", False),
        ("id: x\nentity: nonsense\nheader: [Nr, Firma]\ntitle: t\ncolumns: {}\n", False),
        ("a: &a [x, x]\nb: &b [*a, *a]\n" + "id: " + "9" * 1_000_000, False),
        ("\x00\x01", False),
    ],
)
def test_a_faulty_map_is_named_once_and_costs_only_the_files_it_was_written_for(zone, text, costs):
    zone.put("crm/accounts-own.csv", "account_id,name\n9,Own\n")
    zone.put("crm/accounts-sf.csv", '"Account ID","Account Name"\n"7","Report"\n')
    zone.put(FILE, TEXT)
    zone.land(maps=maps(text))
    assert names(zone) == ["Report", "Own"]
    assert zone.counts(FILE)[0] == "refused"
    rules = {rule for *_, rule in zone.rules(FILE)}
    assert ("column_map" in rules) is costs
    ((fault,),) = zone.rows("select fault from landing.column_maps where fault is not null")
    assert "maps/0.yaml" in fault and "\n" not in fault


def test_an_own_map_comes_before_the_products_and_two_that_fit_alike_are_asked_about(zone):
    report = '"Account ID","Account Name","Known as"\n"7","Report","Nick"\n'
    own = "id: %s\ntitle: t\nentity: accounts\nheader: [Account ID, Known as]\ncolumns: %s\n"
    columns = "{account_id: Account ID, name: Known as}"
    zone.put("crm/accounts-sf.csv", report)
    zone.land(maps=maps(own % ("a", columns)))
    assert names(zone) == ["Nick"]
    zone.land(maps=maps(own % ("a", columns), own % ("b", columns)))
    assert names(zone) == []
    ((refusal,),) = zone.rows('select message from landing.quarantine where "row" is null')
    assert "maps/0.yaml and maps/1.yaml fit this file equally" in refusal
    (faulty,) = maps(own % ("a", columns), own % ("a", columns)).faulty
    assert "has the id a already" in faulty.message


def test_settings_of_a_warehouse_know_its_maps(zone):
    own_maps = maps(ACCOUNTS % "Firma")
    zone.land(maps=own_maps)
    assert noted_maps(zone.con) == own_maps
    zone.land()  # without a word they stay
    assert noted_maps(zone.con) == own_maps


LINES = "reseller_reports/subscription_lines/ACME/sales-2025-01.csv"
LOCALE = """
id: mine
title: A spreadsheet
entity: subscription_lines
header: [contract, client, from_day, to_day, total]
%s
columns:
  partner_id: {path: folder}
  report_month: {path: month}
  line_id: contract
  line_type: {constant: new}
  subscription_id: contract
  customer_name: client
  term_start: {from: from_day%s}
  term_end: {from: to_day%s}
  amount: total
  currency: {constant: USD}
"""


def sold(*amounts, day="2025-01-01"):
    rows = [f'S{i},C,{day},{day.replace("01-01", "12-31")},"{a}"' for i, a in enumerate(amounts)]
    return "contract,client,from_day,to_day,total\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("declared", "amounts", "refused"),
    [
        ('group: ","', ["2,024,991", "10124,97"], True),
        ('group: ","', ["2,024,991", "1.234,50"], True),
        ('group: ","', ["2,024,991", "818.70"], False),
        ('decimal: ","\ngroup: "."', ["2.024.991", "818.70"], True),
        ('decimal: ","\ngroup: "."', ["2.024.991", "1,234.50"], True),
        ('decimal: ","\ngroup: "."', ["2.024.991", "818,70"], False),
        ("", ["2024", "818,70"], True),
        ("", ["2024", "1,234.50"], False),
        ('group: ","', ["2,024,991", "n/a"], False),
    ],
)
def test_numbers_that_contradict_what_was_declared_refuse_the_file(
    zone, declared, amounts, refused
):
    zone.put(LINES, sold(*amounts))
    zone.land(maps=maps(LOCALE % (declared, "", "")))
    assert (zone.counts(LINES)[0] == "refused") is refused
    if refused:
        ((message,),) = zone.rows("select message from landing.quarantine where rule = 'declared'")
        assert "row 3" in message and amounts[1] in message


@pytest.mark.parametrize(
    ("form", "days", "refused"),
    [
        ("%m/%d/%Y", ["05/01/2025", "20/01/2025"], "day first"),
        ("%d/%m/%Y", ["05/01/2025", "01/20/2025"], "month first"),
        ("%d.%m.%y", ["05.01.25", "12.25.24"], "month first"),
        ("%m/%d/%Y %H:%M", ["05/01/2025 00:00", "20/01/2025 00:00"], "day first"),
        ("%m/%d/%Y", ["05/01/2025", "2025-01-20"], None),
        ("%m/%d/%Y", ["05/01/2025", "40/40/2025"], None),
    ],
)
def test_dates_that_contradict_the_declared_order_refuse_the_file(zone, form, days, refused):
    rows = [f"S{i},C,{day},{days[0]},5" for i, day in enumerate(days)]
    zone.put(LINES, "contract,client,from_day,to_day,total\n" + "\n".join(rows) + "\n")
    date_format = f', format: "{form}"'
    zone.land(maps=maps(LOCALE % ("", date_format, date_format)))
    assert zone.counts(LINES)[0] == ("refused" if refused else "accepted")
    if refused:
        ((message,),) = zone.rows("select message from landing.quarantine where rule = 'declared'")
        assert refused in message and days[1] in message


def test_the_arithmetic_of_a_file_is_held_in_its_own_locale(zone):
    products = (
        'products: [{result: total, factors: [price, pieces], places: 2}]\ndecimal: ","\ngroup: "."'
    )
    text = LOCALE.replace("to_day, total]", "to_day, price, pieces, total]") % (products, "", "")
    header = "contract,client,from_day,to_day,price,pieces,total\n"
    row = 'S{},C,2025-01-01,2025-12-31,"{}",{},"{}"\n'
    zone.put(
        LINES,
        header + row.format(1, "1.000,50", 2, "2.001,00") + row.format(2, "1.000,50", 3, "1,00"),
    )
    zone.land(maps=maps(text))
    ((note,),) = zone.rows("select message from landing.delivery_notes where kind = 'arithmetic'")
    assert "in 1 rows (row 3)" in note


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of one's own, with an empty landing zone."""
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    for name in ("LANDING", "WAREHOUSE", "SITE", "CONFIG"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    (tmp_path / "landing/crm/accounts").mkdir(parents=True)
    return tmp_path


def test_a_draft_is_saved_corrected_and_used(home, capsys):
    path = home / "landing/crm/accounts/firms.csv"
    path.write_text("Nr,Firma\n1,Acme\n")
    assert run(["map", str(path), "--save"]) == 0
    output = capsys.readouterr().out
    saved = home / "maps/firms.yaml"
    assert str(saved) in output and "accounts needs" in output
    # Incomplete as it is, it costs this file and no other, its message says what is lacking.
    other = home / "landing/crm/accounts/own.csv"
    other.write_text("account_id,name\n2,Own\n")
    assert run(["check", str(home / "landing"), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [f["status"] for f in report["files"]] == ["refused", "accepted"]
    assert len(report["maps"]) == 1 and "maps/firms.yaml" in report["maps"][0]
    saved.write_text(ACCOUNTS % "Firma")
    assert run(["check", str(home / "landing")]) == 0
    capsys.readouterr()
    # A map that somebody has worked on is never written over.
    assert run(["map", str(path), "--save"]) == 2
    assert saved.read_text() == ACCOUNTS % "Firma"
    assert "the map maps/firms.yaml is for this" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["ours", ["ours"], {"folders": ["ours"]}, {"folders": "ours"}])
def test_maps_lie_where_plumbline_yaml_says_too(home, place, capsys):
    (home / "ours").mkdir()
    (home / "ours/firms.yml").write_text(ACCOUNTS % "Firma")
    (home / "plumbline.yaml").write_text(yaml.safe_dump({"maps": place}))
    assert [m.id for _, m in read_maps(map_folders()).read[0]] == ["mine"]
    path = home / "landing/crm/accounts/firms.csv"
    path.write_text(TEXT)
    assert run(["check", str(path)]) == 0
    assert "read by the map mine" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("place", "words"),
    [("nowhere", "no such folder"), ({"folder": "x"}, "'folder'"), ([1], "is a folder")],
)
def test_a_place_of_maps_that_is_none_is_told(home, place, words, capsys):
    (home / "plumbline.yaml").write_text(yaml.safe_dump({"maps": place}))
    assert run(["check", str(home / "landing")]) != 0
    assert words in capsys.readouterr().err


def test_the_map_of_the_documentation_reads_what_it_says(zone):
    text = (Path(__file__).parents[2] / "docs/column_maps.md").read_text("utf-8")
    (example,) = [b for b in re.findall(r"```yaml\n(.*?)```", text, re.S) if "columns:" in b]
    zone.put(
        "reseller_reports/subscription_lines/ACME/sales-2025-01.csv",
        "Contract;Client;From;To;Kind;Price;Seats\n"
        "S1;Beta;01.01.2025;31.12.2025;Neu;1.000,50;2\n"
        "S2;Gamma;01.02.2025;;Verlängerung;10,00;1\n",
    )
    zone.land(maps=maps(example))
    assert zone.rows(
        "select line_type, term_start::text, term_end::text, amount::text"
        " from landing.subscription_lines order by line_id"
    ) == [
        ("new", "2025-01-01", "2025-12-31", "24012.0000"),
        ("renewal", "2025-02-01", "2100-01-31", "9000.0000"),
    ]
