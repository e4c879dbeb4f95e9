"""Which file is what: the entity rule, moments of receipt, what is refused unread."""

import os

import pytest

from ingest.deliveries.discover import discover, scope_of
from ingest.judging.entity_paths import entity_of
from tests.ingest.zone import at


@pytest.mark.parametrize(
    ("source", "path", "entity"),
    [
        ("crm", "opportunities-2025-03.csv", "opportunities"),
        ("crm", "opportunities/anything.csv", "opportunities"),
        ("crm", "accounts.csv", "accounts"),
        ("crm", "accounts2025.csv", "accounts"),
        ("crm", "accounts_eu.csv", "accounts"),
        # Followed by a letter it is another word.
        ("crm", "accountsold.csv", ""),
        ("crm", "Accounts.csv", ""),
        # The longest name wins: agreement_terms is no delivery of agreements.
        ("partner_activity", "agreement_terms-1.csv", "agreement_terms"),
        ("partner_activity", "agreements-1.csv", "agreements"),
        ("deal_registration", "registration_events.csv", "registration_events"),
        # The folder rules over the name.
        ("partner_activity", "contacts/partners.csv", "contacts"),
        ("partner_activity", "2025/partners-03.csv", "partners"),
        ("app_usage", "usage_events/2025/03.parquet", "usage_events"),
        ("app_usage", "api_call_activity/APP-1/june.csv", "api_call_activity"),
        ("account_mapping", "crossbeam/overlaps_accounts-2.json", "crossbeam_api"),
        ("reseller_reports", "workbook-P1-2025-03.xlsx", "workbook"),
        ("reseller_reports", "P1-2025-03.xlsx", "workbook"),
        ("reference", "eurofxref-hist.csv", "fx_rates"),
        ("nowhere", "accounts.csv", ""),
    ],
)
def test_entity_by_folder_else_by_longest_name(source, path, entity):
    assert entity_of(source, tuple(path.split("/"))) == entity


def test_scope_is_what_the_folder_adds():
    assert scope_of("api_call_activity", ("api_call_activity", "APP-1", "x.csv")) == "APP-1"
    assert scope_of("crossbeam_api", ("crossbeam", "overlaps_leads-12.json")) == "overlaps_leads"
    assert scope_of("accounts", ("accounts", "eu", "x.csv")) == ""


def test_received_from_list_else_from_file_time_in_utc(zone):
    zone.put("crm/accounts-1.csv", "x", "2025-03-01T09:00:00+02:00")
    path = zone.put("crm/accounts-2.csv", "y")
    del zone.received["crm/accounts-2.csv"]
    zone._list()
    os.utime(path, (1_700_000_000, 1_700_000_000))
    moments = {f.file: f.received_at for f in discover(zone.root)}
    assert moments == {
        "crm/accounts-1.csv": at("2025-03-01T07:00:00"),
        "crm/accounts-2.csv": at("2023-11-14T22:13:20"),
    }


def test_order_is_receipt_then_name(zone):
    zone.put("crm/accounts-b.csv", "1", "2025-01-01T00:00:00")
    zone.put("crm/accounts-a.csv", "2", "2025-01-01T00:00:00")
    zone.put("app_usage/apps.csv", "3", "2024-01-01T00:00:00")
    names = [f.file for f in discover(zone.root)]
    assert names == ["app_usage/apps.csv", "crm/accounts-a.csv", "crm/accounts-b.csv"]


def test_hidden_files_and_the_list_are_no_deliveries(zone):
    zone.put("crm/.accounts.csv.swp", "x")
    zone.put(".git/config", "x")
    zone.put("reseller_reports/~$workbook-1.xlsx", "x")
    assert discover(zone.root) == []


def test_what_fits_nowhere_is_refused_by_name(zone):
    zone.put("stray.csv", "x")
    zone.put("sales/accounts.csv", "x")
    zone.put("crm/leads.csv", "x")
    refusals = {f.file: f.refusal[0] for f in discover(zone.root)}
    assert refusals == {
        "stray.csv": "entity",
        "sales/accounts.csv": "entity",
        "crm/leads.csv": "entity",
    }
    # They are named whichever sources are asked for, save other sources' own strays.
    refused = {f.file for f in discover(zone.root, ["app_usage"])}
    assert refused == {"stray.csv", "sales/accounts.csv"}


def test_links_pipes_and_odd_names_are_refused_unread(zone, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("account_id,name\nA1,outside\n")
    folder = zone.root / "crm"
    folder.mkdir()
    (folder / "accounts-link.csv").symlink_to(secret)
    (folder / "linked").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "accounts-pipe.csv")
    (folder / "accounts-\x07.csv").write_text("account_id,name\nA1,x\n")
    files = discover(zone.root)
    assert {f.refusal[0] for f in files} == {"path"}
    assert len(files) == 4
    assert zone.land().new_deliveries == 4
    assert zone.rows("select count(*) from landing.accounts") == [(0,)]


def test_a_list_with_faults_is_reported_and_good_lines_hold(zone):
    zone.put("crm/accounts.csv", "account_id,name\nA1,Acme\n", "2025-03-01T00:00:00")
    with (zone.root / "_received.csv").open("a") as handle:
        handle.write("crm/other.csv,not a moment\n")
    files = {f.file: f for f in discover(zone.root)}
    assert files["crm/accounts.csv"].received_at == at("2025-03-01")
    assert files["_received.csv"].refusal[0] == "received"
    assert "row 3" in files["_received.csv"].refusal[1]
    assert [d.file for d in zone.land().refused] == ["_received.csv"]


def test_no_landing_zone_says_so(tmp_path):
    with pytest.raises(NotADirectoryError, match="not a landing zone"):
        discover(tmp_path / "nothing")
