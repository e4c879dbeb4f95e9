"""What waits for a person, counted, with the page that lists it."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from dashboards.data import Tables
from dashboards.figures import count
from dashboards.parts import Headline, Section

# What waits, the page and part that list it, the published table, and the rows that wait.
KINDS: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    (
        "Recommended: end the status, not decided",
        "governance.html#decisions",
        "governance_reviews",
        "decisions",
        {"review": ..., "recommended_action": "end_status", "decided_action": None},
    ),
    (
        "Recommended: change benefits, not decided",
        "governance.html#decisions",
        "governance_reviews",
        "decisions",
        {"review": ..., "recommended_action": "change_benefits", "decided_action": None},
    ),
    (
        "Recommended: remediate, not decided",
        "governance.html#decisions",
        "governance_reviews",
        "decisions",
        {"review": ..., "recommended_action": "remediate", "decided_action": None},
    ),
    (
        "Tiers that evidence or a person still decides",
        "tiers.html#open",
        "tier_assignments",
        "decisions",
        {"tier_year": ..., "undetermined": True},
    ),
    (
        "Deal registrations that nobody has answered",
        "deals.html#answer",
        "fct_deal_registrations",
        "marts",
        {"state": "submitted"},
    ),
    (
        "Apps that hardly anyone uses",
        "apps.html#removal",
        "fct_listings",
        "marts",
        {"removal_candidate": True},
    ),
    (
        "Deliveries refused whole",
        "quality.html#refused",
        "deliveries",
        "landing",
        {"status": "refused"},
    ),
    ("Rows and values in quarantine", "quality.html#quarantine", "quarantine", "landing", {}),
)


def waiting(tables: Tables) -> Section:
    """One row a kind of thing to decide or to mend, with how many there are."""
    cards = []
    for what, href, name, schema, filters in KINDS:
        key = {
            column: tables.latest(name, column) if value is ... else value
            for column, value in filters.items()
        }
        number = sum(
            1
            for row in tables.rows(name)
            if all(row[column] == value for column, value in key.items())
        )
        link = Markup(f'<a href="{href}">{escape(what)}</a>')
        cards.append(Headline(link, count(number, f"{schema}.{name}", key)))
    words = [Markup("The system computes and recommends; what follows is decided by people.")]
    return Section("What waits for a person", "waiting", words, cards=cards)
