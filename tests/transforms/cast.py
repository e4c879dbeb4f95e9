"""Partners that meet everything, as landing rows, for tests that remove one thing.

Belongs here: rows of whole partners under the shipped policy. Does not: what is expected of them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

Rows = dict[str, list[dict]]
YEAR = 2025
MONTHS = [date(y, m, 1) for y in (YEAR - 1, YEAR) for m in range(1, 13)]


def merged(*parts: Rows) -> Rows:
    """The rows of several partners together, entity by entity."""
    rows: Rows = defaultdict(list)
    for part in parts:
        for entity, members in part.items():
            rows[entity].extend(members)
    return dict(rows)


def without(rows: Rows, entity: str, **match: object) -> Rows:
    """The rows without those of `entity` that match; KeyError if none does."""
    kept = [r for r in rows[entity] if any(r.get(k) != v for k, v in match.items())]
    if len(kept) == len(rows[entity]):
        raise KeyError(f"no row of {entity} matches {match}")
    return {**rows, entity: kept}


def partner(partner_id: str, *programs: str, since: str = "2024-01-01") -> Rows:
    """An active partner, enrolled and applied in each program since a day."""
    return {
        "partners": [
            {"partner_id": partner_id, "name": partner_id, "joined_on": since, "status": "active"}
        ],
        "enrollments": [
            {
                "partner_id": partner_id,
                "program": program,
                "enrolled_on": since,
                "application_completed_on": since,
            }
            for program in programs
        ],
    }


def agreement(partner_id: str, kind: str, **more: object) -> dict:
    """One running agreement of a version that is current in 2025."""
    return {
        "agreement_id": f"{partner_id}-{kind}",
        "partner_id": partner_id,
        "agreement_type": kind,
        "version": "2025.1",
        "executed_on": "2024-01-01",
        "redlined": False,
        **more,
    }


def contact(partner_id: str, role: str) -> dict:
    """One active contact, named by its role."""
    return {
        "contact_id": f"{partner_id}-{role}",
        "partner_id": partner_id,
        "name": role,
        "role": role,
        "active_from": "2024-01-01",
    }


def training(partner_id: str, role: str, track: str) -> dict:
    """A passed course of the contact of a role."""
    return {
        "training_id": f"{partner_id}-{track}",
        "partner_id": partner_id,
        "contact_id": f"{partner_id}-{role}",
        "course": track,
        "track": track,
        "completed_on": "2024-02-01",
        "passed": True,
    }


def reseller(partner_id: str, amount: str = "100000", since: str = "2024-01-01") -> Rows:
    """A reseller who meets every requirement of 2025 with exactly `amount` of ARR."""
    lines = [
        {
            "partner_id": partner_id,
            "report_month": date(YEAR, 1, 1),
            "line_id": "1",
            "line_type": "new",
            "subscription_id": f"{partner_id}-S",
            "customer_name": "Acme",
            "term_start": "2025-01-01",
            "term_end": "2025-12-31",
            "amount": amount,
            "currency": "USD",
            "order_form_id": f"{partner_id}-form",
        }
    ]
    return merged(
        partner(partner_id, "reseller", since=since),
        {
            "agreements": [agreement(partner_id, k) for k in ("framework", "reseller_terms")],
            "contacts": [
                contact(partner_id, r) for r in ("partnership_manager", "sales", "technical_sales")
            ],
            "trainings": [
                training(partner_id, "sales", "sales"),
                training(partner_id, "technical_sales", "technical_sales"),
            ],
            "business_plans": [
                {
                    "plan_id": f"{partner_id}-plan",
                    "partner_id": partner_id,
                    "plan_year": YEAR,
                    "submitted_on": "2025-01-31",
                    "has_financial_targets": True,
                    "has_marketing_activities": True,
                    "has_goals": True,
                }
            ],
            "order_forms": [
                {
                    "order_form_id": f"{partner_id}-form",
                    "partner_id": partner_id,
                    "customer_name": "Acme",
                    "submitted_on": "2025-01-01",
                    "executed_on": "2025-01-01",
                    "status": "executed",
                }
            ],
            "subscription_lines": lines,
            "reports": [
                {
                    "partner_id": partner_id,
                    "report_month": month,
                    "received_on": month.replace(day=28),
                    "declares_no_sales": month != date(YEAR, 1, 1),
                }
                for month in MONTHS
            ],
            "forecast_lines": [
                {
                    "partner_id": partner_id,
                    "report_month": date(YEAR, 3 * q - 2, 1),
                    "line_id": "1",
                    "quarter": f"{YEAR}-Q{q}",
                    "expected_arr": "1000",
                    "currency": "USD",
                }
                for q in (1, 2, 3, 4)
            ],
            "customer_references": [
                {
                    "reference_id": f"{partner_id}-ref",
                    "partner_id": partner_id,
                    "customer_name": "Acme",
                    "provided_on": "2025-06-01",
                    "status": "accepted",
                }
            ],
        },
    )


def term(agreement_id: str, value: str, parameter: str = "reseller.minimum_arr_usd") -> dict:
    """A term in force since 2024."""
    return {
        "agreement_id": agreement_id,
        "parameter": parameter,
        "value": value,
        "effective_from": "2024-01-01",
    }
