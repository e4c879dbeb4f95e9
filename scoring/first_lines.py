"""The answer before the proof: what happened, why, what to do and by when, for one partner.

Belongs here: a few sentences that the partner itself could read, from a proof and its actions. Does
not: judging, the proof (scoring.explain), the policy's wording (sets), or how lines are drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from scoring.actions.kinds import DONE, OVERDUE, TASKS, WAITING
from scoring.measures import (
    ASKED,
    YES_OR_NO,
    amount,
    capital,
    finding,
    gap_of,
    to_do,
    without_yes_no,
)
from scoring.proof import Criterion
from scoring.rows import Row
from scoring.rungs import INVITATION
from scoring.vocabulary import FAILING, Movement, Standing, Status, Strength
from scoring.words import listed, long_day, plural, spoken

NAMED = 3
UNANSWERED = "the invitation has not been answered"
# The lowest and the highest rung that a partner could have.
RANGE = ("tier", "tier_high")


def tier_line(
    tier: Row, labels: Mapping[str, str], ladder: Iterable[Criterion], rungs: Sequence[str]
) -> list[str]:
    """A row of decisions.tier_assignments: the tier and why, what could still raise it, and what
    would reach the next one a year later.

    `labels`: tier to its name; `ladder`: the criteria of every rung; `rungs`: tiers, lowest first.
    """
    ladder = list(ladder)
    name = labels.get(tier["tier"], tier["tier"])
    sentence = f"{name} for {tier['tier_year']}{_movement(tier, labels)}"
    if tier["undetermined"]:
        sentence += f", or up to {labels.get(tier['tier_high'], tier['tier_high'])}"
        if unsettled := _unsettled(tier, ladder, rungs):
            sentence += f": {_why_and_what(unsettled)}"
    if tier["closed_on"]:
        sentence += f"; the status ended on {long_day(tier['closed_on'])}"
    above = next_tier(tier, rungs)
    if above is None:
        return [f"{sentence}. There is no higher tier."]
    # What is undecided bears on this tier, and not on the next year's.
    missing = [
        c
        for c in missing_for(above, ladder)
        if not tier["undetermined"] or c.status == Status.NOT_MET
    ]
    if not missing:
        return [f"{sentence}."]
    goal = labels.get(above, above)
    aim = f"to reach {goal} for {tier['tier_year'] + 1}"
    why, acts = [missed(c) for c in missing], [act(c) for c in missing]
    # A partner that has risen, or still can, reads this first, and then separately what the next
    # rung lacks.
    apart = tier["movement"] == Movement.UP or tier["undetermined"]
    start = f"{sentence}. Short of {goal}" if apart else sentence
    if any(c.metric == INVITATION for c in missing):
        # An invitation comes from the vendor and has a day of its own.
        return [f"{start}: {_named(why)}.", f"{capital(aim)}: {_named(acts)}."]
    until = f"by {long_day(date(tier['tier_year'], 12, 31))}"
    if len(missing) == 1:
        return [f"{start}: {why[0]}; {acts[0]} {until} {aim}."]
    return [f"{start}: {_named(why)}.", f"{capital(aim)}, {until}: {_named(acts)}."]


def _unsettled(tier: Row, ladder: Sequence[Criterion], rungs: Sequence[str]) -> list[Criterion]:
    """The undecided criteria of the rungs that the tier could still reach, each once."""
    low, high = (rungs.index(tier[name]) if tier[name] in rungs else -1 for name in RANGE)
    missing = [c for rung in rungs[low + 1 : high + 1] for c in missing_for(rung, ladder)]
    return list({c.id: c for c in missing if c.status != Status.NOT_MET}.values())


def next_tier(tier: Row, rungs: Sequence[str]) -> str | None:
    """The rung above the tier; None on the highest."""
    above = rungs[rungs.index(tier["tier"]) + 1 :] if tier["tier"] in rungs else ()
    return above[0] if above else None


def missing_for(tier: str | None, ladder: Iterable[Criterion]) -> list[Criterion]:
    """The criteria that keep a partner from a tier, with each roll-up replaced by the requirements
    that fail behind it."""
    missing = []
    for criterion in ladder:
        if criterion.tier == tier and criterion.status in FAILING:
            behind = [
                p for p in criterion.parts if p.strength == Strength.MUST and p.status in FAILING
            ]
            missing += behind or [criterion]
    return sorted(missing, key=_undecided)


def _undecided(criterion: Criterion) -> bool:
    """Sort key: missed criteria before those without evidence or for a person to judge."""
    return criterion.status != Status.NOT_MET


def _movement(tier: Row, labels: Mapping[str, str]) -> str:
    before = labels.get(tier["previous_tier"] or "", tier["previous_tier"])
    if tier["movement"] in (Movement.UP, Movement.DOWN):
        return f", {tier['movement']} from {before}"
    return ", its first assignment" if tier["movement"] == Movement.FIRST else ", as before"


def program_lines(
    standings: Iterable[tuple[str, str, Sequence[Criterion]]], tier_lines: Sequence[Criterion] = ()
) -> list[str]:
    """One line per program: (its name, its status, its requirements); what fails comes first.

    `tier_lines` are requirements that an earlier line already names.
    """
    failing, good = [], []
    already = {(c.program, c.id) for c in tier_lines}
    for program, status, requirements in standings:
        if status == Standing.COMPLIANT:
            good.append(program)
            continue
        open_ones = [c for c in requirements if c.strength == Strength.MUST and c.status in FAILING]
        deciding, besides = _deciding(status, open_ones)
        state = "Non-compliant" if status == Standing.NON_COMPLIANT else "Not yet decided"
        sentence = f"{state} in the {program} program"
        if deciding and {(c.program, c.id) for c in deciding} <= already:
            same = "this reason" if len(deciding) == 1 else "these reasons"
            failing.append(f"{sentence} for {same}.")
        elif deciding:
            failing.append(f"{sentence}: {_why_and_what(deciding)}.")
        else:
            failing.append(f"{sentence}.")
        if new := [c for c in besides if (c.program, c.id) not in already]:
            failing.append(f"Undecided there besides: {_why_and_what(new)}.")
    if good:
        programs = "program" if len(good) == 1 else "programs"
        failing.append(f"Compliant in the {listed(good)} {programs}.")
    return failing


def _deciding(
    status: str, open_ones: Sequence[Criterion]
) -> tuple[Sequence[Criterion], Sequence[Criterion]]:
    """The requirements that decide the standing, and the undecided ones: missing evidence or a
    pending judgement makes nobody non-compliant."""
    missed_ones = [c for c in open_ones if c.status == Status.NOT_MET]
    if status != Standing.NON_COMPLIANT or not missed_ones:
        return open_ones, ()
    return missed_ones, [c for c in open_ones if c.status != Status.NOT_MET]


def _why_and_what(open_ones: Sequence[Criterion]) -> str:
    """What was found, and what to do about it; the first part says who has to judge."""
    why = _named([missed(c) for c in open_ones])
    # Who has to judge stands in the first part.
    acts = [
        act(c)
        for c in open_ones
        if c.status != Status.NEEDS_REVIEW or c.wording is None or c.metric == INVITATION
    ]
    if not acts:
        return why
    return f"{why}; {acts[0]}" if len(open_ones) == 1 else f"{why}. What to do: {_named(acts)}"


def action_lines(actions: Iterable[Row]) -> list[str]:
    """The actions of a partner that are not done, each with what it asks for, by when and of whom;
    the earliest first, the rest counted."""
    rows = sorted(
        (row for row in actions if row["state"] != DONE),
        key=lambda row: (row["due_on"], row["action_id"]),
    )
    tasks = []
    for row in rows[:NAMED]:
        about = row["reason"].partition(": ")[0]
        task = "wait for the answer" if row["state"] == WAITING else TASKS[row["kind"]]
        when = ", overdue since" if row["state"] == OVERDUE else " by"
        tasks.append(f"{about}: {task}{when} {long_day(row['due_on'])} ({spoken(row['owner'])})")
    if not tasks:
        return []
    more = f"; and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    return [f"To do on our side: {'; '.join(tasks)}{more}."]


def missed(criterion: Criterion) -> str:
    """What was found of a criterion that is not met or not decided, in the policy's words."""
    if criterion.metric == INVITATION and criterion.status == Status.NEEDS_REVIEW:
        return UNANSWERED
    words = criterion.wording
    return _missed_label(criterion) if words is None else finding(words, vars(criterion))


def act(criterion: Criterion) -> str:
    """What would change the answer to a criterion, in the policy's words."""
    if criterion.metric == INVITATION and criterion.status == Status.NEEDS_REVIEW:
        return "accept the invitation"
    words = criterion.wording
    return _act_label(criterion) if words is None else to_do(words, vars(criterion))


def _missed_label(criterion: Criterion) -> str:
    """`Monthly reports: 9, at least 12 needed`, where the policy words nothing."""
    label = without_yes_no(_label(criterion))
    if criterion.status == Status.NO_EVIDENCE:
        return f"{label}: evidence is missing"
    if criterion.status == Status.NEEDS_REVIEW:
        return f"{label}: a person has to judge it"
    if criterion.unit == YES_OR_NO or criterion.value is None or criterion.threshold is None:
        return f"{label}: no"
    bound = ASKED.get(criterion.comparator or "", "exactly")
    value = amount(criterion.value, criterion.unit, criterion.threshold)
    return f"{label}: {value}, {bound} {amount(criterion.threshold, criterion.unit)} needed"


def _act_label(criterion: Criterion) -> str:
    label = without_yes_no(_label(criterion))
    if criterion.status != Status.NOT_MET:
        return f"{label} ({criterion.change})"
    gap = gap_of(criterion.value, criterion.threshold)
    if criterion.unit == YES_OR_NO or gap is None:
        return label
    way = "fewer" if criterion.comparator == "<=" else "more"
    return f"{label}: {amount(gap, criterion.unit)} {way}"


def _label(criterion: Criterion) -> str:
    """What a criterion measures: its sentence up to the figure."""
    return criterion.sentence.partition(": ")[0].rstrip(".")


def _named(words: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    shown = list(dict.fromkeys(words))
    rest = len(shown) - NAMED
    more = f"; and {plural(rest, 'thing')} more" if rest > 0 else ""
    return "; ".join(shown[:NAMED]) + more
