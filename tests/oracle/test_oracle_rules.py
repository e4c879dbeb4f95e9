"""Small hand-made programs whose answers were worked out on paper: ledger, tiers, deals.

Belongs here: a landing zone of a few rows and one answer each. Does not belong here: random data.
"""

from datetime import UTC, datetime

import pytest

from tests.oracle.by_hand import P, land, partner

from .oracle import compute


def result(tables, requirement, period="2025"):
    rows = [
        r
        for r in tables["fct_requirement_results"]
        if (r["requirement"], r["period"]) == (requirement, period)
    ]
    assert len(rows) == 1
    return rows[0]


def months(first, last, skip=()):
    """YYYY-MM texts from first to last."""
    y, m = map(int, first.split("-"))
    while f"{y}-{m:02d}" <= last:
        if f"{y}-{m:02d}" not in skip:
            yield f"{y}-{m:02d}"
        y, m = (y, m + 1) if m < 12 else (y + 1, 1)


@pytest.mark.parametrize(
    ("enrolled_on", "skip", "status", "value", "threshold"),
    [
        ("2024-01-01", (), "met", 12, 12),  # December 2024 to November 2025
        ("2024-01-01", ("2025-12",), "met", 12, 12),  # due in January 2026
        ("2024-01-01", ("2024-12",), "not_met", 11, 12),
        ("2024-12-02", ("2024-12",), "met", 11, 11),  # December 2024 not wholly enrolled
        ("2025-11-02", (), "not_applicable", None, None),
    ],
)
def test_reports_of_a_year(tmp_path, enrolled_on, skip, status, value, threshold):
    reports = [
        {"partner_id": P, "report_month": m, "received_on": f"{m}-28", "declares_no_sales": "true"}
        for m in months("2024-12", "2025-12", skip)
    ]
    land(tmp_path, {**partner("reseller", enrolled_on), "reports": reports})
    got = result(compute(tmp_path, 2025), "RESL-REPORTS")
    assert (got["status"], got["value"], got["threshold"]) == (status, value, threshold)


@pytest.mark.parametrize(
    ("amount", "enrolled_on", "terms", "status"),
    [
        ("100000", "2024-01-01", [], "met"),
        ("99999.9999", "2024-01-01", [], "not_met"),
        ("99999.9999", "2024-12-31", [], "not_met"),  # twelve months on the last day
        ("99999.9999", "2025-01-01", [], "not_applicable"),
        ("60000", "2024-01-01", [("A1", "60000")], "met"),
        ("60000", "2024-01-01", [("A1", "60000"), ("A2", "60000")], "needs_review"),
    ],
)
def test_minimum_arr(tmp_path, amount, enrolled_on, terms, status):
    line = {
        "partner_id": P,
        "report_month": "2025-01",
        "line_id": "1",
        "line_type": "new",
        "subscription_id": "S",
        "customer_name": "Acme",
        "term_start": "2025-01-01",
        "term_end": "2025-12-31",
        "amount": amount,
        "currency": "USD",
    }
    land(
        tmp_path,
        {
            **partner("reseller", enrolled_on),
            "subscription_lines": [line],
            "agreements": [
                {
                    "agreement_id": a,
                    "partner_id": P,
                    "agreement_type": "framework",
                    "version": "2025.1",
                    "executed_on": "2024-01-01",
                    "redlined": "false",
                }
                for a in ("A1", "A2")
            ],
            "agreement_terms": [
                {
                    "agreement_id": a,
                    "parameter": "reseller.minimum_arr_usd",
                    "value": v,
                    "effective_from": "2025-12-31",
                }
                for a, v in terms
            ],
        },
    )
    assert result(compute(tmp_path, 2025), "RESL-ARR")["status"] == status


def test_no_lines_and_no_report_is_no_evidence(tmp_path):
    land(tmp_path, {**partner("reseller"), "order_forms": []})
    tables = compute(tmp_path, 2025)
    assert result(tables, "RESL-ARR")["status"] == "no_evidence"
    assert result(tables, "RESL-ORDER-FORM")["status"] == "no_evidence"
    row = next(r for r in tables["fct_arr_by_partner_year"] if r["year"] == 2025)
    assert (row["arr_usd"], row["meets_minimum"]) == (None, None)


@pytest.mark.parametrize(
    ("case", "waived", "status"),
    [
        ({"severity": "minor", "outcome": "upheld", "closed_on": "2025-12-31"}, False, "met"),
        ({"severity": "major", "outcome": "upheld", "closed_on": "2025-12-31"}, False, "not_met"),
        ({"severity": "major", "outcome": "upheld", "closed_on": "2025-12-31"}, True, "waived"),
        (
            {"severity": "major", "outcome": "upheld", "closed_on": "2026-01-01"},
            False,
            "needs_review",
        ),  # still open at the end
        ({"severity": "minor", "outcome": "open"}, False, "needs_review"),
        ({"severity": "severe", "outcome": "upheld"}, False, "not_met"),  # closed on opened_on
    ],
)
def test_conduct(tmp_path, case, waived, status):
    waiver = {
        "waiver_id": "W",
        "partner_id": P,
        "program": "referral",
        "granted_by": "x",
        "requirement": "REFR-STANDING",
        "valid_from": "2025-01-01",
        "valid_to": "2025-12-31",
        "reason": "x",
    }
    land(
        tmp_path,
        {
            **partner("referral"),
            "conduct_cases": [{"case_id": "K", "partner_id": P, "opened_on": "2025-03-01", **case}],
            "waivers": [waiver] if waived else [],
        },
    )
    assert result(compute(tmp_path, 2025), "REFR-STANDING")["status"] == status


def test_reviews_climb_the_ladder_and_a_new_enrolment_starts_anew(tmp_path):
    rows = partner("referral", ended_on="2025-07-01")
    rows["enrollments"].append(
        {**rows["enrollments"][0], "enrolled_on": "2025-07-01", "ended_on": ""}
    )
    land(tmp_path, {**rows, "agreements": [], "conduct_cases": []})
    got = {
        r["review"]: (r["consecutive_non_compliant"], r["recommended_action"])
        for r in compute(tmp_path, 2025)["governance_reviews"]
    }
    assert got == {
        "2024-H1": (1, "remediate"),
        "2024-H2": (2, "change_benefits"),
        "2025-H1": (3, "end_status"),
        "2025-H2": (1, "remediate"),
    }


TECH = {
    "agreements": [
        {
            "agreement_id": f"A{i}",
            "partner_id": P,
            "agreement_type": k,
            "version": "2025.1",
            "executed_on": "2024-01-01",
            "redlined": "no",
        }
        for i, k in enumerate(("framework", "technology_addendum", "developer_terms"))
    ],
    "contacts": [
        {
            "contact_id": "C",
            "partner_id": P,
            "name": "M",
            "role": "partnership_manager",
            "active_from": "2024-01-01",
        }
    ],
    "conduct_cases": [],
    "apps": [],
    "listing_events": [],
    "enablement_materials": [],
    "contact_requests": [],
    "installations": [],
}


@pytest.mark.parametrize(
    ("status", "decided_on", "known", "compliant", "tier", "high"),
    [
        ("accepted", "2026-01-31", "2026-02-10T00:00:00Z", True, "premier", "premier"),
        ("accepted", "2026-02-01", "2026-02-10T00:00:00Z", True, "foundation", "foundation"),
        ("accepted", "2026-01-31", "2026-02-10T00:00:00Z", False, "foundation", "foundation"),
        # 07:59:59 UTC on February 1 is still January 31 in the zone
        ("invited", "2026-01-02", "2026-02-01T07:59:59Z", True, "foundation", "premier"),
        ("invited", "2026-01-02", "2026-02-01T08:00:00Z", True, "foundation", "foundation"),
        ("invited", "2026-01-02", "2026-01-15T00:00:00Z", False, "foundation", "foundation"),
        ("declined", "2026-01-02", "2026-01-15T00:00:00Z", True, "foundation", "foundation"),
    ],
)
def test_invitations(tmp_path, status, decided_on, known, compliant, tier, high):
    invitation = {
        "partner_id": P,
        "tier_year": 2026,
        "status": status,
        "decided_on": decided_on,
        "decided_by": "VP",
        "sponsor": "x",
        "rationale": "x",
    }
    rows = {**partner("technology"), **TECH, "premier_invitations": [invitation]}
    if not compliant:
        rows["contacts"] = []
    land(tmp_path, rows, received=known)
    got = compute(tmp_path, 2025)["tier_assignments"][-1]
    assert (got["tier_year"], got["tier"], got["tier_high"]) == (2026, tier, high)
    assert got["undetermined"] is (tier != high)
    assert (got["previous_tier"], got["movement"] == "first") == ("foundation", False)


def test_known_at_leaves_later_deliveries_out(tmp_path):
    land(tmp_path, {**partner("technology"), **TECH})
    before = datetime(2026, 1, 9, tzinfo=UTC)
    assert compute(tmp_path, 2025, known_at=before)["tier_assignments"] == []
    assert compute(tmp_path, 2025)["tier_assignments"]


@pytest.mark.parametrize(
    ("average_of", "status", "value"),
    [(1200, "met", "100.0000"), (1199, "not_met", "99.9167")],
)
def test_average_over_twelve_months(tmp_path, average_of, status, value):
    """A hundred companies in each month, or one short in December."""
    calls = [
        {
            "app_id": "a",
            "company_id": f"c{n % 100}",
            "occurred_at": f"2025-{n // 100 + 1:02d}-15T12:00:00Z",
            "http_method": "get",
            "response_code": 200,
            "call_count": 1,
        }
        for n in range(average_of)
    ]
    land(
        tmp_path,
        {
            **partner("technology"),
            **TECH,
            "apps": [
                {
                    "app_id": "a",
                    "partner_id": P,
                    "name": "A",
                    "kind": "other",
                    "marketplace": "commercial",
                    "first_launched_on": "2024-06-01",
                }
            ],
            "installations": [
                {
                    "installation_id": f"i{n}",
                    "app_id": "a",
                    "company_id": f"c{n}",
                    "is_demo": "false",
                    "installed_at": "2024-06-01T00:00:00Z",
                }
                for n in range(100)
            ],
            "usage_events": calls,
        },
    )
    tables = compute(tmp_path, 2025)
    rows = [
        r
        for r in tables["fct_tier_eligibility"]
        if r["year"] == 2025 and r["criterion"] == "average_monthly_active_customers"
    ]
    assert [(r["status"], str(r["value"])) for r in rows if r["tier"] == "select"] == [
        (status, value)
    ]
    flow = next(r for r in tables["fct_app_data_flow"] if r["year"] == 2025)
    assert (flow["observed"], flow["months_read"], flow["months_write"]) == ("pull", 12, 0)
