"""Partners that send the same columns, each written in another way: one map for each of them."""

import json
import re

import pytest

from ingest.formats.map_store import Maps, MapText
from orchestration.cli.app import run

LINES = "reseller_reports/subscription_lines"
HEADER = "Contract,Client,Type,Start,End,Amount,Cur\n"
US = HEADER + "C1,Acme,New,1/31/2025,1/30/2026,1200.00,USD\n"
DAY_FIRST = HEADER + "C1,Bolt,New,31/1/2025,30/1/2026,900.00,EUR\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with a reseller's file each from ACME and BETA, of the same name and columns."""
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    for name in ("LANDING", "WAREHOUSE", "SITE", "CONFIG"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    for partner, text in (("ACME", US), ("BETA", DAY_FIRST)):
        folder = tmp_path / "landing" / LINES / partner
        folder.mkdir(parents=True)
        (folder / "sales-2025-01.csv").write_text(text)
    return tmp_path


def statuses(home, capsys):
    run(["check", str(home / "landing"), "--json"])
    files = json.loads(capsys.readouterr().out)["files"]
    return {file["file"].split("/")[2]: (file["status"], file["rows_accepted"]) for file in files}


def test_a_second_partners_draft_leaves_the_firsts_files_to_the_first_map(home, capsys):
    for partner in ("ACME", "BETA"):
        path = home / "landing" / LINES / partner / "sales-2025-01.csv"
        assert run(["map", str(path), "--save"]) == 0
    capsys.readouterr()
    assert statuses(home, capsys) == {"ACME": ("accepted", 1), "BETA": ("accepted", 1)}
    second = (home / "maps/sales202501_beta.yaml").read_text()
    assert 'id: "sales202501_beta"' in second and 'folders: ["BETA"]' in second
    # The next month's file of a partner whose map is there needs no other.
    later = home / "landing" / LINES / "BETA" / "sales-2025-02.csv"
    later.write_text(DAY_FIRST)
    assert run(["map", str(later), "--save"]) == 2
    message = " ".join(re.sub("[│╭╮╰╯─]", " ", capsys.readouterr().err).split())
    assert "the map maps/sales202501_beta.yaml is for this file already: correct it" in message
    assert run(["map", str(later)]) == 0
    assert "# the map maps/sales202501_beta.yaml is for this file" in capsys.readouterr().out


def test_a_second_layout_in_no_folder_is_not_saved_over_the_first(home, capsys):
    folder = home / "landing/crm"
    folder.mkdir()
    for name in ("accounts-eu.csv", "accounts-us.csv"):
        (folder / name).write_text("Account No,Customer\n1,Acme\n")
    assert run(["map", str(folder / "accounts-eu.csv"), "--save"]) == 0
    assert run(["map", str(folder / "accounts-us.csv"), "--save"]) == 2
    assert "a folder of their own" in " ".join(capsys.readouterr().err.split())
    assert [one.name for one in (home / "maps").iterdir()] == ["accountseu.yaml"]


def test_the_remedy_for_maps_that_fit_equally_works(zone):
    layout = """
id: %s
title: t
entity: subscription_lines
header: [Contract, Client]
columns:
  partner_id: {path: folder}
  report_month: {path: month}
  line_id: Contract
  line_type: {from: Type, values: {New: new}}
  subscription_id: Contract
  customer_name: Client
  term_start: {from: Start, format: "%s"}
  term_end: {from: End, format: "%s"}
  amount: Amount
  currency: Cur
"""
    us, day_first = (
        layout % (name, form, form) for name, form in (("us", "%m/%d/%Y"), ("eu", "%d/%m/%Y"))
    )
    files = {f"{LINES}/ACME/s-2025-01.csv": US, f"{LINES}/BETA/s-2025-01.csv": DAY_FIRST}
    for file, text in files.items():
        zone.put(file, text)
    zone.land(maps=Maps((MapText("us.yaml", us), MapText("eu.yaml", day_first))))
    messages = dict(
        zone.rows(
            "select file, message from landing.quarantine"
            " join landing.deliveries using (delivery_id)"
            " where rule = 'column_map' and \"row\" is null"
        )
    )
    ways = {file: re.search("`(folders: .*?)`", text)[1] for file, text in messages.items()}
    us, day_first = (
        f"{text}{ways[file]}\n" for text, file in zip((us, day_first), files, strict=True)
    )
    zone.land(maps=Maps((MapText("us.yaml", us), MapText("eu.yaml", day_first))))
    assert [zone.counts(file)[0] for file in files] == ["accepted", "accepted"]
    # A faulty map of a folder costs the files of that folder alone.
    broken = day_first.replace("line_id: Contract", "colour: red")
    zone.land(
        maps=Maps(
            (MapText("us.yaml", us.replace("folders: [ACME]", "")), MapText("eu.yaml", broken))
        )
    )
    assert [zone.counts(file)[0] for file in files] == ["accepted", "refused"]
