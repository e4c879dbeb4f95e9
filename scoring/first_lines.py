"""The answer before the proof: what happened, why, what to do and by when, for one partner.

Belongs here: a few sentences that the partner itself could read, from a proof and its actions.
Does not: judging, the proof (scoring.explain), or how lines are drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from scoring.actions.kinds import DONE, OVERDUE
from scoring.changes.words import amount, without_yes_no
from scoring.proof import Criterion
from scoring.rows import Row
from scoring.vocabulary import FAILING, UNDECIDED, Movement, Standing, Status
from scoring.words import listed, plural

NAMED = 3
UNITS_SAID = {"yes or no", ""}


def tier_line(
    tier: Row, labels: Mapping[str, str], ladder: Iterable[Criterion], rungs: Sequence[str]
) -> list[str]:
    """A row of decisions.tier_assignments: the partner's tier and why, and what reaches the next
    rung.

    `labels`: tier to its name; `ladder`: the criteria of every rung; `rungs`: tiers, lowest first.
    """
    name = labels.get(tier["tier"], tier["tier"])
    said = f"{name} for {tier['tier_year']}{_movement(tier, labels)}"
    if tier["undetermined"]:
        high = labels.get(tier["tier_high"], tier["tier_high"])
        said += f", or up to {high} once what is missing is there"
    if tier["closed_on"]:
        said += f"; the status ended on {tier['closed_on']}"
    above = rungs[rungs.index(tier["tier"]) + 1 :] if tier["tier"] in rungs else ()
    if not above:
        return [f"{said}. There is no higher tier."]
    missing = _leaves(c for c in ladder if c.tier == above[0] and c.status in FAILING)
    if not missing:
        return [f"{said}."]
    goal = labels.get(above[0], above[0])
    until = date(tier["tier_year"], 12, 31)
    why = _named([short(c) for c in missing])
    lost = tier["movement"] == Movement.DOWN
    return [
        f"{said}: {why}." if lost else f"{said}. {goal} was missed: {why}.",
        f"To reach {goal} for {tier['tier_year'] + 1}, by {until}: "
        f"{_named([to_do(c) for c in missing])}.",
    ]


def _movement(tier: Row, labels: Mapping[str, str]) -> str:
    before = labels.get(tier["previous_tier"] or "", tier["previous_tier"])
    if tier["movement"] in (Movement.UP, Movement.DOWN):
        return f", {tier['movement']} from {before}"
    return ", its first assignment" if tier["movement"] == Movement.FIRST else ", as before"


def program_lines(standings: Iterable[tuple[str, str, Sequence[Criterion]]]) -> list[str]:
    """One line per program: (its name, its status, its requirements); what fails comes first."""
    failing, good = [], []
    for program, status, requirements in standings:
        missed = [c for c in requirements if c.strength == "must" and c.status in FAILING]
        if status == Standing.COMPLIANT:
            good.append(program)
        else:
            why = f": {_named([short(c) for c in missed])}" if missed else ""
            failing.append(f"{program}: {status.replace('_', '-')}{why}.")
    if good:
        programs = "program" if len(good) == 1 else "programs"
        failing.append(f"Compliant in the {listed(good)} {programs}.")
    return failing


def action_lines(actions: Iterable[Row]) -> list[str]:
    """The actions of a partner that are not done, the earliest first; the rest is counted."""
    rows = sorted(
        (row for row in actions if row["state"] != DONE),
        key=lambda row: (row["due_on"], row["action_id"]),
    )
    said = []
    for row in rows[:NAMED]:
        what = row["reason"].partition(": ")[0]
        when = "overdue since" if row["state"] == OVERDUE else "by"
        said.append(f"{what}, {when} {row['due_on']} ({row['owner']})")
    if not said:
        return []
    more = f"; and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    return [f"To do at the vendor: {'; '.join(said)}{more}."]


def _leaves(criteria: Iterable[Criterion]) -> list[Criterion]:
    """Criteria with a roll-up replaced by the requirements that fail behind it."""
    found = []
    for criterion in criteria:
        behind = [p for p in criterion.parts if p.strength == "must" and p.status in FAILING]
        found += behind or [criterion]
    return found


def short(criterion: Criterion) -> str:
    """`Monthly reports 9, at least 12 needed`, without what only a proof needs."""
    label = without_yes_no(_label(criterion))
    if criterion.status == Status.NO_EVIDENCE:
        return f"{label}: evidence is missing" if ": " in criterion.sentence else label
    if criterion.status == Status.NEEDS_REVIEW:
        return f"{label}: a person has to judge it"
    if criterion.unit == "yes or no" or criterion.value is None or criterion.threshold is None:
        return f"{label}: no"
    bound = {">=": "at least", "<=": "at most"}.get(criterion.comparator or "", "exactly")
    value = amount(criterion.value, criterion.unit, criterion.threshold)
    return f"{label}: {value}, {bound} {amount(criterion.threshold, criterion.unit)} needed"


def to_do(criterion: Criterion) -> str:
    """What would change a criterion's result, in its own unit."""
    label = without_yes_no(_label(criterion))
    if criterion.status in UNDECIDED or criterion.unit == "yes or no":
        return f"{label} ({criterion.change})" if criterion.status != Status.NOT_MET else label
    if criterion.value is None or criterion.threshold is None:
        return label
    missing = abs(criterion.threshold - criterion.value)
    way = "fewer" if criterion.comparator == "<=" else "more"
    unit = "" if criterion.unit in (None, "USD", *UNITS_SAID) else f" {criterion.unit}"
    return f"{label}: {amount(missing, criterion.unit)}{unit} {way}"


def _label(criterion: Criterion) -> str:
    """What a criterion measures: its sentence up to the figure."""
    return criterion.sentence.partition(": ")[0].rstrip(".")


def _named(words: Sequence[str]) -> str:
    shown = list(dict.fromkeys(words))
    rest = len(shown) - NAMED
    return "; ".join(shown[:NAMED]) + (f"; and {plural(rest, 'thing')} more" if rest > 0 else "")
