"""The demonstration program: same bytes for a seed, the whole contract, and its named cases.

Belongs here: what the written files must hold, recomputed from the files alone.
Does not: how the product reads or judges them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from ingest.demo import DemoSummary, names, write_demo
from ingest.demo.apps import write_apps
from ingest.demo.files import Landing
from ingest.demo.population import populate
from ingest.demo.reseller_lines import Book, Seller
from ingest.demo.usage_plan import plan_usage
from ingest.demo.world import World
from ingest.judging import contract

SMALL = {"partners": 130, "usage_events": 1_000}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    return write_demo(tmp_path_factory.mktemp("demo") / "landing", **SMALL)


def digest(root: Path) -> str:
    """One hash of all names and bytes below a folder."""
    whole = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        whole.update(path.relative_to(root).as_posix().encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def received(root: Path) -> dict[str, str]:
    rows = csv.DictReader((root / "_received.csv").read_text("utf-8").splitlines())
    return {row["file"]: row["received_at"] for row in rows}


def deliveries(root: Path, entity: str) -> list[Path]:
    """Files of an entity in the order in which they were received."""
    source = contract.entity(entity).source
    at = received(root)
    files = [p for p in root.glob(f"{source}/{entity}-*") if p.suffix in (".csv", ".ndjson")]
    return sorted(files, key=lambda p: (at[p.relative_to(root).as_posix()], p.name))


def rows_of(path: Path) -> list[dict[str, str]]:
    if path.suffix == ".ndjson":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    data = path.read_bytes()
    text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8-sig")
    header = text.splitlines()[0]
    delimiter = max(",;\t|", key=header.count)
    read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [name.lower().replace(" ", "_") for name in next(read)]
    return [dict(zip(names, row, strict=True)) for row in read if row[0] != "O-BAD-3"]


def current(root: Path, entity: str) -> list[dict[str, str]]:
    """The latest row of each key."""
    key = contract.entity(entity).key
    latest = {}
    for path in deliveries(root, entity):
        for row in rows_of(path):
            latest[tuple(row[k] for k in key)] = row
    return list(latest.values())


def of(demo: DemoSummary, entity: str, case: str) -> list[dict[str, str]]:
    partner = demo.case(case).key
    return [r for r in current(demo.landing, entity) if r["partner_id"] == partner]


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
        found = rows_of(files[-1])
        assert found, f"{files[-1].name} has no row"
        assert list(found[0]) == [c.name for c in entity.columns]
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


def installations(root: Path) -> pl.DataFrame:
    """app, company, is_demo, installed and uninstalled moments, from csv and API pages."""
    rows = [
        (
            r["app_id"],
            r["company_id"],
            r["is_demo"] == "true",
            r["installed_at"],
            r["uninstalled_at"],
        )
        for r in current(root, "installations")
    ]
    for page in root.glob("app_usage/installations/*/*.json"):
        for item in json.loads(page.read_text("utf-8")):
            installed, removed = item["installed_at"], item["uninstalled_at"]
            rows.append((item["app_uid"], page.parent.name, False, installed, removed or ""))
    frame = pl.DataFrame(
        rows, ["app_id", "company_id", "is_demo", "installed_at", "uninstalled_at"], orient="row"
    )
    moment = pl.col("installed_at", "uninstalled_at").str.head(19)
    return frame.with_columns(moment.replace("", None).str.to_datetime())


@pytest.fixture(scope="module")
def average(demo) -> dict[str, Decimal]:
    """Average monthly active customers of 2025 by partner, by the written rules."""
    root = demo.landing
    apps = current(root, "apps")
    listed = {
        r["app_id"]: r["occurred_on"]
        for r in sorted(
            current(root, "listing_events"), key=lambda r: r["occurred_on"], reverse=True
        )
        if r["event"] == "listed"
    }
    launch = {a["app_id"]: a["first_launched_on"] or listed.get(a["app_id"]) for a in apps}
    calls = pl.concat(
        pl.read_parquet(p) for p in sorted(root.glob("app_usage/usage_events/2025/*.parquet"))
    )
    local = (
        pl.col("occurred_at")
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone("America/Los_Angeles")
    )
    held = (
        calls.join(installations(root).filter(~pl.col("is_demo")), on=["app_id", "company_id"])
        .filter(pl.col("response_code").is_between(200, 299), pl.col("call_count") > 0)
        .filter(pl.col("installed_at") <= pl.col("occurred_at"))
        .filter(
            pl.col("uninstalled_at").is_null() | (pl.col("occurred_at") < pl.col("uninstalled_at"))
        )
        .with_columns(day=local.dt.date())
    )
    active = defaultdict(set)
    owner = {a["app_id"]: a["partner_id"] for a in apps}
    for app, company, day in held.select("app_id", "company_id", "day").unique().iter_rows():
        if launch[app] and day.isoformat() >= launch[app]:
            active[owner[app]].add((day.month, company))
    found = {}
    for partner in set(owner.values()):
        launches = [launch[a] for a, p in owner.items() if p == partner and launch[a]]
        if not launches or min(launches) > "2025-12-31":
            found[partner] = Decimal(0)
            continue
        first = date.fromisoformat(min(launches))
        months = 12 if first.year < 2025 else 13 - first.month
        found[partner] = round(Decimal(len(active[partner])) / months, 4)
    return found


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("mac-0.9", "0.9"),  # one below the customer that Foundation advises
        ("mac-1", "1"),
        ("mac-99.9", "99.9"),  # one below the number that Select asks for
        ("mac-100", "100"),
        ("mac-101", "101"),
        ("mac-100-invited", "100"),
        ("short-window", "13"),  # 12 and 14 in two months
        ("never-launched", "0"),
        ("demo-only", "0"),  # calls there are, all from demonstration installs
        ("low-usage", "0"),
    ],
)
def test_average_monthly_active_customers_is_exact(demo, average, case, expected):
    assert average[demo.case(case).key] == Decimal(expected)


def test_demo_only_partner_does_have_calls(demo):
    app = of(demo, "apps", "demo-only")[0]["app_id"]
    calls = pl.scan_parquet(demo.landing / "app_usage/usage_events/2025/*.parquet")
    assert calls.filter(pl.col("app_id") == app).collect().height > 50


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("arr-below", "99999.9999"),
        ("arr-exact", "100000.0000"),
        ("arr-override", "72000"),
        ("arr-override-expired", "72000"),
        ("arr-grace", "20000"),
    ],
)
def test_arr_at_the_years_end_is_exact(demo, case, expected):
    """These resellers hold nothing but 12-month terms in USD, so ARR is a plain sum."""
    lines = [r for r in of(demo, "subscription_lines", case) if r["currency"] == "USD"]
    live = [r for r in lines if r["term_start"] <= "2025-12-31" <= r["term_end"]]
    assert sum(Decimal(r["amount"]) for r in live) == Decimal(expected)
    assert len({r["subscription_id"] for r in live}) == len(live)


def test_overrides_are_in_force_where_their_case_says(demo):
    terms = current(demo.landing, "agreement_terms")
    papers = {r["agreement_id"]: r for r in current(demo.landing, "agreements")}
    in_force = defaultdict(list)
    for term in terms:
        paper = papers[term["agreement_id"]]
        ends = [d for d in (term["effective_to"], paper["ended_on"]) if d]
        if (
            max(term["effective_from"], paper["executed_on"])
            <= "2025-12-31"
            <= min([*ends, "9999"])
        ):
            in_force[paper["partner_id"]].append(term["value"])
    assert in_force == {demo.case("arr-override").key: ["60000"]}


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


def test_reports_late_missing_corrected_and_none(demo):
    late = {r["report_month"]: r["received_on"] for r in of(demo, "reports", "report-late")}
    first = date.fromisoformat(min(late) + "-01")
    assert late["2025-05"] == "2025-06-16"
    assert len(late) == (2025 - first.year) * 12 + 13 - first.month, "no month is left out"
    assert "2025-08" not in {r["report_month"] for r in of(demo, "reports", "report-missing")}
    assert not of(demo, "reports", "reports-none")
    assert not of(demo, "subscription_lines", "reports-none")
    withdrawn = [
        r for r in of(demo, "reports", "report-withdrawn") if r["report_month"] == "2025-04"
    ]
    assert withdrawn[0]["declares_no_sales"] == "true"
    for case, month in (("report-corrected", "2025-03"), ("report-bad-correction", "2025-02")):
        partner = demo.case(case).key
        path = demo.landing / f"reseller_reports/subscription_lines-{month}-corrected-{partner}.csv"
        assert {r["partner_id"] for r in rows_of(path)} == {partner}
        signs = [r["line_type"] == "credit" and r["amount"][0] != "-" for r in rows_of(path)]
        assert any(signs) == (case == "report-bad-correction")


def test_training_cases(demo):
    def passed(case: str) -> set[tuple[str, str]]:
        return {
            (r["contact_id"], r["track"])
            for r in of(demo, "trainings", case)
            if r["passed"] == "true" and r["expires_on"] > "2025-12-31"
        }

    assert {track for _, track in passed("training-lapsed")} == {"technical_sales"}
    assert len({person for person, _ in passed("training-one-person")}) == 1
    assert {track for _, track in passed("training-one-person")} == {"sales", "technical_sales"}
    holders = {person for person, _ in passed("training-same-email")}
    mails = {
        c["email"]
        for c in of(demo, "contacts", "training-same-email")
        if c["contact_id"] in holders
    }
    assert len(holders) == 2 and len(mails) == 1


def test_plans_and_invitations_stand_on_their_days(demo):
    def plan(case: str) -> str:
        return next(
            r["submitted_on"] for r in of(demo, "business_plans", case) if r["plan_year"] == "2025"
        )

    assert plan("plan-jan-31") == "2025-01-31"
    assert plan("plan-feb-1") == "2025-02-01"
    status = {
        case: of(demo, "premier_invitations", f"premier-{case}")[-1]["status"]
        for case in ("accepted", "declined", "unanswered", "withdrawn")
    }
    assert status == {
        "accepted": "accepted",
        "declined": "declined",
        "unanswered": "invited",
        "withdrawn": "withdrawn",
    }
    assert not of(demo, "premier_invitations", "premier-uninvited")


@pytest.mark.parametrize(("case", "share"), [("contact-89", "0.89"), ("contact-90", "0.9")])
def test_contact_requests_answered_in_time(demo, case, share):
    apps = {a["app_id"] for a in of(demo, "apps", case)}
    asked = [r for r in current(demo.landing, "contact_requests") if r["app_id"] in apps]
    quick = [r for r in asked if (r["answered_at"] or "")[:10] == r["received_at"][:10]]
    assert len(asked) == 100 and Decimal(len(quick)) / 100 == Decimal(share)


def test_two_partners_share_a_name(demo):
    one, two = of(demo, "partners", "same-name-1")[0], of(demo, "partners", "same-name-2")[0]
    assert one["name"] == two["name"] and one["domain"] != two["domain"]


def test_every_case_is_in_the_files(demo):
    names = {r["partner_id"]: r["name"] for r in current(demo.landing, "partners")}
    deals = {
        r["registration_id"]: r["customer_name"] for r in current(demo.landing, "registrations")
    }
    for case in demo.cases:
        known = deals if case.slug.startswith("deal-") else names
        assert known[case.key.split()[0]] == case.name, case
        assert set(case.key.split()) <= set(known), case
        assert case.outcome
    assert len({case.slug for case in demo.cases}) == len(demo.cases) > 120


def test_rivals_are_one_customer_and_the_first_came_first(demo):
    rows = {r["registration_id"]: r for r in current(demo.landing, "registrations")}
    first, second = (rows[i] for i in demo.case("deal-rivals").key.split())
    assert first["customer_domain"] == second["customer_domain"]
    assert first["submitted_at"] < second["submitted_at"]
    assert first["partner_id"] != second["partner_id"]
    one, two = (rows[i] for i in demo.case("deal-same-instant").key.split())
    assert one["submitted_at"] == two["submitted_at"] and one["partner_id"] != two["partner_id"]


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
