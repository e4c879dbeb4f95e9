"""Whether what a person decides is about something that the policy has.

Belongs here: the program, period, requirement and days of a decision that is about to be recorded.
Does not: decisions in files, whose faults are findings of a run, or writing one (ingest).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches

from scoring.policy.model import PolicySet
from scoring.rungs import INVITATION


def fault_of(policy: PolicySet, entity_name: str, values: Mapping[str, str | None]) -> str | None:
    """Why the decision would change nothing under `policy`, with what it could name; None where it
    is about something (GUIDE-NONCOMPLIANCE).

    `values`: the columns of the row as typed. The faults are those that a run would list as the
    finding `waives_nothing`, `unknown_period` or `unknown_program`, and a last day before the
    first.
    """
    about = f"{entity_name}: policy {policy.name}"
    program = (values.get("program") or "").strip().lower()
    programs = [one.id for one in policy.programs]
    if program and program not in [one.lower() for one in programs]:
        return f"{about} has no program {values['program']!r}; choose one of {', '.join(programs)}"
    wanted = (values.get("requirement") or "").strip()
    names = waivable(policy, program)
    if entity_name == "waivers" and wanted not in names:
        near = get_close_matches(wanted, names, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names) or 'none'}"
        return (
            f"{about}: program {program} has no requirement or criterion {wanted!r} that can be "
            f"waived; {hint}"
        )
    for column, years in (("review", False), ("period", True)):
        period = (values.get(column) or "").strip()
        if period and not is_period(policy, period, years):
            return f"{about} has no {_kind(years)} {period!r}; {_named_like(policy, years)}"
    first, last = (_day(values.get(name)) for name in ("valid_from", "valid_to"))
    if first and last and last < first:
        return f"{entity_name}: valid_to {last} lies before valid_from {first}"
    return None


def is_period(policy: PolicySet, name: str, years: bool) -> bool:
    """Whether `name` is a review period of the policy, in whatever case (GOV-BIANNUAL), or with
    `years` a calendar year."""
    year, dash, suffix = name.partition("-")
    reviews = [review.suffix.lower() for review in policy.review_periods]
    known = suffix.lower() in reviews if dash else years
    return known and re.fullmatch(r"[0-9]{4}", year) is not None


def _kind(years: bool) -> str:
    return "year or review period" if years else "review period"


def _named_like(policy: PolicySet, years: bool) -> str:
    names = ["2025"] if years else []
    names += [f"2025-{review.suffix}" for review in policy.review_periods]
    return f"periods are named like {', '.join(names)}"


def waivable(policy: PolicySet, program: str) -> list[str]:
    """The requirements of a program (in lower case), and for the ladder's program also the
    criteria, that a waiver can name. A tier that asks for an invitation is impossible without one
    (TIER-PREMIER-INVITE)."""
    names = [one.id for one in policy.requirements if one.program.lower() == program]
    if policy.ladder and policy.ladder.program.lower() == program:
        criteria = [one for tier in policy.ladder.tiers for one in tier.criteria]
        names += [one.id for one in criteria if one.metric != INVITATION]
    return list(dict.fromkeys(names))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None  # the contract names a day that is none
