"""The demonstration program: same bytes for a seed, the whole contract, and its named cases.

Belongs here: what the written files must hold, recomputed from the files alone.
Does not: how the product reads or judges them.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from datetime import date
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from ingest.demo import names, write_demo
from ingest.demo.apps import write_apps
from ingest.demo.files import Landing
from ingest.demo.population import populate
from ingest.demo.reseller_lines import Book, Seller
from ingest.demo.usage_plan import plan_usage
from ingest.demo.world import World
from ingest.judging import contract
from tests.ingest.demo_files import SMALL, current, deliveries, received, rows_of


def digest(root: Path) -> str:
    """One hash of all names and bytes below a folder."""
    whole = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        whole.update(path.relative_to(root).as_posix().encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def test_same_seed_same_bytes_and_another_seed_other_bytes(demo, tmp_path):
    again = write_demo(tmp_path / "again", **SMALL)
    assert digest(again.landing) == digest(demo.landing)
    other = write_demo(tmp_path / "other", **SMALL, seed=8)
    assert digest(other.landing) != digest(demo.landing)


def test_refuses_a_landing_zone_that_holds_files(demo):
    with pytest.raises(FileExistsError, match="holds files already"):
        write_demo(demo.landing)


def test_every_file_is_named_in_received_and_nothing_else(demo):
    files = {p.relative_to(demo.landing).as_posix() for p in demo.landing.rglob("*") if p.is_file()}
    named = received(demo.landing)
    assert set(named) == files - {"_received.csv"}
    assert len(named) == demo.files
    assert max(named.values()) < "2026-01-31", "an unanswered invitation must still be open"


def test_every_entity_and_column_of_the_contract_is_there(demo):
    # Nobody disputes a demonstration: nothing of it is published yet.
    elsewhere = {"usage_events", "api_call_activity", "fx_rates", "disputes"}
    for entity in contract.entities():
        if entity.name in elsewhere:
            continue
        files = deliveries(demo.landing, entity.name)
        assert files, f"no delivery of {entity.name}"
        rows = rows_of(files[-1])
        assert rows, f"{files[-1].name} has no row"
        assert list(rows[0]) == [c.name for c in entity.columns]
        for column in entity.required:
            filled = [
                row for path in files for row in rows_of(path) if row[column] not in ("", None)
            ]
            assert filled, f"{entity.name}.{column} is never filled"
    usage = pl.read_parquet(demo.landing / "app_usage/usage_events/2025/03.parquet")
    assert usage.columns == [c.name for c in contract.entity("usage_events").columns]
    report = next(demo.landing.glob("app_usage/api_call_activity/APP-*/2025-03-28.csv"))
    header = report.read_text().splitlines()[0]
    assert header == "Date,Response Code,HTTP Method,Normalized Route,Count"
    rates = (demo.landing / "reference/fx_rates/eurofxref-hist.csv").read_text().splitlines()
    assert rates[0].startswith("Date,USD,JPY,") and rates[0].endswith(",")
    assert rates[1][:10] > rates[-1][:10] == "2022-01-03"


def test_months_of_usage_are_complete(demo):
    files = sorted(demo.landing.glob("app_usage/usage_events/*/*.parquet"))
    assert [f"{p.parent.name}-{p.stem}" for p in files] == [
        f"{y}-{m:02d}" for y in (2023, 2024, 2025) for m in range(1, 13)
    ]
    assert sum(pl.scan_parquet(f).select(pl.len()).collect().item() for f in files) == (
        demo.usage_events
    )


def test_usage_grows_to_the_number_asked_for(tmp_path):
    assert write_demo(tmp_path / "landing", partners=1, usage_events=90_000).usage_events == 90_000


def test_a_policy_conflict_is_written_only_when_asked_for(tmp_path, demo):
    with pytest.raises(KeyError):
        demo.case("override-conflict")
    with_conflict = write_demo(tmp_path / "landing", **SMALL, conflicts=True)
    open_terms = {
        r["agreement_id"]: r["value"]
        for r in current(with_conflict.landing, "agreement_terms")
        if r["agreement_id"][3:7] == with_conflict.case("override-conflict").key[2:]
    }
    assert (
        len(
            [
                r
                for r in current(with_conflict.landing, "agreement_terms")
                if r["agreement_id"] in open_terms and not r["effective_to"]
            ]
        )
        == 2
    )


def test_money_is_decimal_text_with_at_most_four_places(demo):
    for entity in contract.entities():
        money = [c.name for c in entity.columns if c.kind == "money"]
        for path in deliveries(demo.landing, entity.name) if money else ():
            for row in rows_of(path):
                for column in money:
                    places = (row[column] or "").partition(".")[2]
                    assert "E" not in (row[column] or "") and len(places) <= 4, (path.name, row)


def test_dirty_rows_stay_far_below_half_of_a_file(demo):
    lines = rows_of(demo.landing / "reseller_reports/subscription_lines-2025-05.csv")
    dirty = [r for r in lines if r["subscription_id"] == "S-DIRTY"]
    assert 0 < len(dirty) == 6 and len(dirty) * 4 < len(lines)
    assert "boss" in {r["role"] for r in current(demo.landing, "contacts")}
    assert "2025-02-30" in {r["created_on"] for r in current(demo.landing, "opportunities")}


def test_one_delivery_comes_twice_and_one_row_too(demo):
    crm = demo.landing / "crm"
    assert (crm / "accounts-resent.csv").read_bytes() == (crm / "accounts-2024.csv").read_bytes()
    rows = rows_of(crm / "opportunities-2025-06.csv")
    assert [r["opportunity_id"] for r in rows].count("O-TWICE") == 2


def test_workbooks_hold_the_five_sheets(demo):
    path = sorted(demo.landing.glob("reseller_reports/workbook/P-*/2025-03.xlsx"))[0]
    book = fastexcel.read_excel(path)
    assert book.sheet_names == ["Cover", "Subscriptions", "Renewals", "Marketing", "Forecast"]
    cover = book.load_sheet("Cover", dtypes="string").to_polars()
    assert cover.rows() == [(path.parent.name, "2025-03", cover["declares_no_sales"][0])]
    columns = [c.name for c in contract.entity("subscription_lines").columns]
    assert book.load_sheet("Renewals", dtypes="string").to_polars().columns == columns


def test_api_pages_lead_to_each_other_and_end(demo):
    folder = demo.landing / "account_mapping/crossbeam"
    pages = sorted(folder.glob("overlaps_accounts-*.json"), key=lambda p: (len(p.name), p.name))
    more = [json.loads(p.read_text("utf-8"))["pagination"]["has_more"] for p in pages]
    assert more == [True] * (len(pages) - 1) + [False]
    partners = json.loads((folder / "partners-1.json").read_text("utf-8"))["data"]
    domains = {r["domain"] for r in current(demo.landing, "partners")}
    assert sum(p["domain"] in domains for p in partners) >= len(partners) - 1


def test_activity_reports_agree_where_their_windows_overlap(demo):
    folder = next(
        p.parent for p in demo.landing.glob("app_usage/api_call_activity/*/2025-12-31.csv")
    )
    counts: dict[tuple, str] = {}
    twice = 0
    for path in sorted(folder.glob("*.csv")):
        for *key, count in list(csv.reader(path.read_text().splitlines()))[1:]:
            twice += tuple(key) in counts
            assert counts.setdefault(tuple(key), count) == count
    assert twice > 0


def test_an_app_that_every_company_has_leaves_no_stranger(tmp_path):
    """As in a program of tens of thousands of partners, where the busiest app is everywhere."""
    world = World(2025, 7, Landing(tmp_path), 0)
    populate(world, 300)
    write_apps(world)
    world.companies = [c for c in world.companies if c.company_id and not c.churned][:12]
    plan = plan_usage(world)
    everyone = {c.company_id for c in world.companies}
    held = defaultdict(set)
    for app, company in plan.spans:
        held[app].add(company)
    assert any(everyone <= companies for companies in held.values())


@pytest.mark.parametrize("seed", range(6))
def test_a_reseller_may_enroll_too_late_to_sell(tmp_path, seed):
    """As in a program of tens of thousands: its first subscription would start after the end."""
    world = World(2025, seed, Landing(tmp_path), 0)
    populate(world, 300)
    reseller = next(p for p in world.of("reseller") if not p.case)
    book = Book(reseller, date(2026, 1, 1))
    customers = names.builder_names(world.rng("customers"))
    Seller(world, world.rng("late"), book, "USD", customers).ordinary(300_000)
    assert book.lines == []
