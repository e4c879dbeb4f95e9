"""The demonstration's cases: the figure or the rows that each of them must have."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ingest.demo import DemoSummary
from tests.ingest.demo_files import current, rows_of


def of(demo: DemoSummary, entity: str, case: str) -> list[dict[str, str]]:
    partner = demo.case(case).key
    return [r for r in current(demo.landing, entity) if r["partner_id"] == partner]


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
    averages = {}
    for partner in set(owner.values()):
        launches = [launch[a] for a, p in owner.items() if p == partner and launch[a]]
        if not launches or min(launches) > "2025-12-31":
            averages[partner] = Decimal(0)
            continue
        first = date.fromisoformat(min(launches))
        months = 12 if first.year < 2025 else 13 - first.month
        averages[partner] = round(Decimal(len(active[partner])) / months, 4)
    return averages


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
    requests = [r for r in current(demo.landing, "contact_requests") if r["app_id"] in apps]
    quick = [r for r in requests if (r["answered_at"] or "")[:10] == r["received_at"][:10]]
    assert len(requests) == 100 and Decimal(len(quick)) / 100 == Decimal(share)


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


def test_lines_in_doubt_are_in_the_files(demo):
    one, two = (of(demo, "subscription_lines", f"shared-subscription-{n}") for n in (1, 2))
    shared = {r["subscription_id"] for r in one} & {r["subscription_id"] for r in two}
    assert len(shared) == 1
    assert {r["customer_name"] for r in one + two if r["subscription_id"] in shared} == {
        "Two Doors Builders"
    }
    (kuna,) = (
        r for r in of(demo, "subscription_lines", "currency-withdrawn") if r["currency"][0] == "H"
    )
    assert (kuna["currency"], kuna["amount"]) == ("HRK", "2260350.0000")
    for case, left in (("line-unread", True), ("line-mended", False)):
        amounts = [r["amount"] for r in of(demo, "subscription_lines", case)]
        assert ("20.0.00" in amounts) is left
    chain = [of(demo, "partner_successions", f"chain-{name}") for name in ("first", "second")]
    assert [rows[0]["successor_id"] for rows in chain] == [
        demo.case("chain-second").key,
        demo.case("chain-last").key,
    ]
