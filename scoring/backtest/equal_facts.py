"""Partners with equal facts and unequal outcomes, each with the cause.

Belongs here: what is equal, what differs, and what explains the difference.
Does not: judging (scoring.whatif.judge).

Equal facts are the same figure for every requirement that the program must meet, and for every
criterion of the ladder; recommendations decide nothing. What may still differ is an agreement's own
term, a waiver, an invitation, or history: how long the partner has been enrolled, how often it has
failed before. The first partner, by id, without any of these represents its group; each one with
another outcome is compared with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from scoring.inputs import ESCALATION_PARAMETER
from scoring.ladder import COMPLIANCE
from scoring.rows import Row, fetch
from scoring.rungs import INVITATION
from scoring.tiers import END_STATUS
from scoring.vocabulary import Strength
from scoring.whatif.facts import Facts
from scoring.whatif.judge import Outcome
from scoring.words import figure, plural

AGREEMENT, WAIVER, INVITED, HISTORY, CONDUCT = (
    "agreement",
    "waiver",
    "invitation",
    "history",
    "conduct",
)
MUST = Strength.MUST
# A requirement that is not judged yet: the metric has a value, but the calendar sets no day.
WAITING = """
    select partner_id, program, requirement as id from intermediate.int_ledger__judged
    where period = $period and judged_status = 'not_applicable' and metric_status is null
"""
# The number of steps of escalation in force for a partner at each review's end: a status that ends
# before the last of them ends for a severe case. `own_steps`: its agreement states them.
REVIEWS = """
    select reviews.review, reviews.partner_id, reviews.program, reviews.outcome, reviews.findings,
        reviews.consecutive_non_compliant, reviews.recommended_action,
        coalesce(len(string_split(own.value, ',')), (select count(*) from policy.lists as steps
            where steps.parameter = $escalation and steps.effective_from <= periods.ends_on
                and (steps.effective_to is null or steps.effective_to > periods.ends_on))) as steps,
        own.parameter is not null as own_steps
    from decisions.governance_reviews as reviews
    inner join intermediate.int_periods as periods on periods.period = reviews.review
    left join intermediate.int_policy__partner_values as own
        on own.period = reviews.review and own.partner_id = reviews.partner_id
        and own.parameter = $escalation and not own.conflict
    where starts_with(reviews.review, $period || '-')
    order by reviews.review, reviews.program, reviews.partner_id
"""


@dataclass(frozen=True)
class Member:
    """One partner (in one program): its facts, its outcome, and what is specific to it."""

    partner_id: str
    program: str | None
    what: str
    facts: tuple[Any, ...]
    outcome: str
    own: dict[tuple[str, str], str]


def twins(con: duckdb.DuckDBPyConnection, facts: Facts, outcome: Outcome) -> list[Row]:
    """One row per pair: partner_id (the ordinary one), other_id, program, what, outcomes, causes
    and what differs in words."""
    waiting = {
        (row["partner_id"], row["program"], row["id"])
        for row in fetch(con, WAITING, period=str(facts.year))
    }
    rules = outcome.results.rows(named=True)
    members = [*_standings(facts, outcome, rules, waiting), *_tiers(facts, outcome, rules, waiting)]
    members += _actions(
        fetch(con, REVIEWS, period=str(facts.year), escalation=ESCALATION_PARAMETER)
    )
    return [pair for group in _groups(members) for pair in _pairs(group)]


def _own(rows: Iterable[Row], waiting: set[tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    """(cause, id) to words, for everything in its judgement that is specific to the partner."""
    own: dict[tuple[str, str], str] = {}
    for row in rows:
        if not row["by_policy"] and row["threshold_parameter"] and row["threshold"] is not None:
            own[AGREEMENT, row["id"]] = f"{row['id']} is held to {figure(row['threshold'])}"
        if row["waived"]:
            own[WAIVER, row["id"]] = f"{row['id']} is waived"
        if row["metric"] == INVITATION and row["value"]:
            own[INVITED, row["id"]] = f"{row['id']} is accepted"
        if (row["partner_id"], row["program"], row["id"]) in waiting:
            own[HISTORY, row["id"]] = f"{row['id']} is judged only later"
    return own


def _figures(rows: Iterable[Row], waiting: set[tuple[str, str, str]]) -> tuple[Any, ...]:
    """What was measured, without what is specific to the partner."""
    return tuple(
        (
            row["tier"] or "",
            row["id"],
            row["value"],
            row["value_high"],
            None
            if (row["partner_id"], row["program"], row["id"]) in waiting
            else row["fixed_status"],
        )
        for row in rows
        if row["metric"] not in (INVITATION, COMPLIANCE)
        and (row["tier"] or row["strength"] == MUST)
    )


def _sorted(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["tier"] or "", row["id"]))


def _standings(
    facts: Facts, outcome: Outcome, rules: list[Row], waiting: set[tuple[str, str, str]]
) -> Iterator[Member]:
    by_pair: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rules:
        if row["tier"] is None:
            by_pair[row["partner_id"], row["program"]].append(row)
    for partner, program, status in outcome.standings.select(
        "partner_id", "program", "status"
    ).iter_rows():
        rows = _sorted(by_pair[partner, program])
        if rows:
            figures = _figures(rows, waiting)
            yield Member(partner, program, "standing", figures, status, _own(rows, waiting))


def _tiers(
    facts: Facts, outcome: Outcome, rules: list[Row], waiting: set[tuple[str, str, str]]
) -> Iterator[Member]:
    by_partner: dict[str, list[Row]] = defaultdict(list)
    for row in rules:
        if row["program"] == facts.program:
            by_partner[row["partner_id"]].append(row)
    overrides = facts.ladder.overrides.rows(named=True)
    own_word = {row["partner_id"] for row in overrides if row["year"] == facts.year}
    for partner, tier, high in outcome.tiers.select("partner_id", "tier", "tier_high").iter_rows():
        rows = _sorted(by_partner[partner])
        own = _own(rows, waiting)
        if partner in own_word:
            own[AGREEMENT, INVITATION] = "its agreement says what an invitation outweighs"
        reached = tier if tier == high else f"{tier} to {high}"
        yield Member(partner, facts.program, "tier", _figures(rows, waiting), reached, own)


def _actions(rows: list[Row]) -> Iterator[Member]:
    """Recommended actions of the reviews: the same findings, met once or again and again."""
    for row in rows:
        times = row["consecutive_non_compliant"]
        running = plural(times, "review")
        own = {(HISTORY, row["review"]): f"non-compliant for {running} running"} if times else {}
        if row["recommended_action"] == END_STATUS and times < row["steps"]:
            own[CONDUCT, row["review"]] = "a severe case was upheld"
        if row["own_steps"]:
            own[AGREEMENT, row["review"]] = "its agreement states what follows a review"
        findings = (row["review"], row["outcome"], *row["findings"])
        yield Member(
            row["partner_id"], row["program"], "action", findings, row["recommended_action"], own
        )


def _groups(members: Iterable[Member]) -> Iterator[list[Member]]:
    groups: dict[tuple[Any, ...], list[Member]] = defaultdict(list)
    for member in members:
        groups[member.what, member.program, member.facts].append(member)
    for group in groups.values():
        if len({member.outcome for member in group}) > 1:
            yield sorted(group, key=lambda member: (len(member.own), member.partner_id))


def _pairs(group: list[Member]) -> Iterator[Row]:
    first = group[0]
    for other in group[1:]:
        if other.outcome == first.outcome:
            continue
        differs = {
            key: words
            for member in (other, first)
            for key, words in _facts_in_words(member)
            if first.own.get(key[1:]) != other.own.get(key[1:])
        }
        yield {
            "partner_id": first.partner_id,
            "other_id": other.partner_id,
            "program": first.program,
            "what": first.what,
            "outcome": first.outcome,
            "other_outcome": other.outcome,
            "causes": sorted({cause for _, cause, _ in differs}),
            "differs": "; ".join(dict.fromkeys(differs.values())) or "nothing that is known",
        }


def _facts_in_words(member: Member) -> Iterator[tuple[tuple[str, str, str], str]]:
    for (cause, id), words in member.own.items():
        yield (member.partner_id, cause, id), f"{member.partner_id}: {words}"
