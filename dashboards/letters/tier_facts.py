"""What a letter says about the partner's tier: the next one up, and what the present one rests on.

Belongs here: which criteria, and when they can be met. Does not: words (letter.html, wording.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dashboards.letters.bound import Bound
from scoring.ladder import COMPLIANCE
from scoring.vocabulary import FAILING

if TYPE_CHECKING:
    from dashboards.letters.facts import Facts

BOUNDS = {">=": "at least", "<=": "at most"}


def above_of(
    facts: Facts, partner_id: str, tier: Bound | None, programs: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """The next tier up and what is missing for it; a roll-up as the requirements behind it.

    `now`: what the partner can still do for this year's tier where that is open; `later`: what
    it can do for the next year's, `by_year_end` unless that needs an invitation.
    """
    rungs = list(facts.tier_names)
    at = rungs.index(tier.raw["tier"]) + 1 if tier and tier.raw["tier"] in rungs else len(rungs)
    if at == len(rungs):
        return None
    wanted = {
        rule["criterion"]: rule
        for rule in facts.criteria
        if rule["tier"] == rungs[at] and not rule["inherited"]
    }
    ladder = next((p for p, row in facts.tables.programs.items() if row["has_tiers"]), None)
    behind = [
        each
        for program in programs
        if program["standing"].raw["program"] == ladder
        for each in program["open"]
    ]
    short = []
    for row in facts.rows("fct_tier_eligibility", partner_id, year=facts.year, tier=rungs[at]):
        rule = wanted.get(row.raw["criterion"])
        if rule is None or row.raw["status"] not in FAILING:
            continue
        if rule["metric"] == COMPLIANCE and behind:
            short += behind
        else:
            short.append(facts.worded(row, rule, facts.policy_row("metrics", ("metric",), rule)))
    if not short:
        return None
    undetermined = bool(tier and tier.raw["undetermined"])
    now = [each for each in short if undetermined and each["is_open"]]
    later = [each for each in short if each not in now]
    return {
        "name": facts.policy_row("tiers", ("tier",), facts.tables.tiers[rungs[at]]),
        "short": short,
        "now": [each["act"] for each in now if each["act"]],
        "later": [each["act"] for each in later if each["act"]],
        "by_year_end": not any(each["is_invitation"] for each in later),
    }


def margins_of(facts: Facts, partner_id: str) -> Iterator[dict[str, Any]]:
    """The criteria that hold the tier, each with what it measures."""
    rules = {(rule["tier"], rule["criterion"]): rule for rule in facts.criteria}
    for row in facts.rows("tier_margins", partner_id, tier_year=facts.year + 1):
        rule = rules[row.raw["tier"], row.raw["criterion"]]
        words = facts.sentences.get(rule["metric"])
        yield {
            "row": row,
            "about": words.about if words else facts.policy_row("metrics", ("metric",), rule).label,
            "unit": rule["unit"],
            "bound": BOUNDS.get(rule["comparator"], "exactly"),
        }
