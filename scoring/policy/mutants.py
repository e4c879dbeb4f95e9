"""A policy set nudged by one step in one place: thresholds, comparators, dates, lists, switches.

Belongs here: which nudges there are and what the set looks like after one. Does not: finding out
whether any case notices (`mutate.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from scoring.policy.land import as_text
from scoring.policy.model import PolicySet, Rule
from scoring.policy.overrides import rebuilt
from scoring.policy.values import Comparator, DatedValue, Parameter, Value

# Long lists are vocabularies: their items are data to be extended, not rules to be nudged.
SHORT_LIST = 6
OPPOSITE = {
    Comparator.AT_LEAST: Comparator.AT_MOST,
    Comparator.AT_MOST: Comparator.AT_LEAST,
    Comparator.EQUAL: Comparator.AT_LEAST,
}
VERSIONS = "agreement_versions"
REVIEWS = "review_periods"


@dataclass(frozen=True)
class Mutant:
    """One nudge. `subject` is what cases guard: a parameter, a rule, or a table of dates."""

    subject: str
    old: str
    new: str
    change: Callable[[PolicySet], PolicySet]
    parameter: str | None = None
    rule: str | None = None

    @property
    def label(self) -> str:
        """`subject: old -> new`, for people and for the list of accepted ones."""
        return f"{self.subject}: {self.old} -> {self.new}"


def mutants(policy: PolicySet) -> Iterator[Mutant]:
    """Every nudge of a set, in a fixed order."""
    for parameter in policy.parameters:
        for index in range(len(parameter.values)):
            yield from _of_value(parameter, index)
            if index:
                yield from _of_date(parameter, index)
    yield from _of_comparators(policy)
    yield from _of_versions(policy)
    yield from _of_reviews(policy)


def step(value: Decimal) -> Decimal:
    """One in the last digit that the policy writes: 1 for 100000, 0.1 for 0.9."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(min(exponent if isinstance(exponent, int) else 0, 0))


def nudged(parameter: Parameter, value: Value) -> list[Value]:
    """The values one step beside `value`; none for a free text."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, Decimal):
        return [value + step(value), value - step(value)]
    if isinstance(value, tuple) and len(value) <= SHORT_LIST:
        return [tuple(x for x in value if x != item) for item in value]
    if parameter.kind == "monthday":
        return [day for shift in (1, -1) if (day := _shifted(str(value), shift))]
    return []


def _shifted(month_day: str, days: int) -> str | None:
    """A month and day shifted within a year that is not a leap year; None beyond its ends."""
    day = date.fromisoformat(f"2001-{month_day}") + timedelta(days=days)
    return f"{day:%m-%d}" if day.year == 2001 else None


def _of_value(parameter: Parameter, index: int) -> Iterator[Mutant]:
    old = parameter.values[index]
    for value in nudged(parameter, old.value):
        new = DatedValue(effective_from=old.effective_from, value=value)
        yield _parameter_mutant(parameter, index, new, as_text(old.value), as_text(value))


def _of_date(parameter: Parameter, index: int) -> Iterator[Mutant]:
    old = parameter.values[index]
    for days in (1, -1):
        moved = old.effective_from + timedelta(days=days)
        new = DatedValue(effective_from=moved, value=old.value)
        yield _parameter_mutant(parameter, index, new, str(old.effective_from), str(moved))


def _parameter_mutant(
    parameter: Parameter, index: int, new: DatedValue, was: str, becomes: str
) -> Mutant:
    def change(policy: PolicySet) -> PolicySet:
        values = (*parameter.values[:index], new, *parameter.values[index + 1 :])
        fresh = parameter.model_copy(update={"values": values})
        members = tuple(fresh if p.id == parameter.id else p for p in policy.parameters)
        return rebuilt(policy, parameters=members)

    return Mutant(parameter.id, was, becomes, change, parameter=parameter.id)


def rules(policy: PolicySet) -> dict[str, Rule]:
    """Requirements by id, and each tier's own criteria by `tier/criterion`."""
    by_id: dict[str, Rule] = {r.id: r for r in policy.requirements}
    for tier in policy.ladder.tiers if policy.ladder else ():
        by_id |= {f"{tier.id}/{c.id}": c for c in tier.criteria if not c.inherited}
    return by_id


def _of_comparators(policy: PolicySet) -> Iterator[Mutant]:
    for name, rule in rules(policy).items():
        new = OPPOSITE[rule.comparator]
        yield Mutant(
            name,
            rule.comparator.value,
            new.value,
            partial(with_comparator, name=name, comparator=new),
            rule=name,
        )


def with_comparator(policy: PolicySet, name: str, comparator: Comparator) -> PolicySet:
    """`policy` with another comparator in the rule called `name`."""
    update = {"comparator": comparator}
    requirements = tuple(
        r.model_copy(update=update) if r.id == name else r for r in policy.requirements
    )
    if policy.ladder is None:
        return rebuilt(policy, requirements=requirements)
    tiers = tuple(
        tier.model_copy(
            update={
                "criteria": tuple(
                    c.model_copy(update=update) if f"{tier.id}/{c.id}" == name else c
                    for c in tier.criteria
                )
            }
        )
        for tier in policy.ladder.tiers
    )
    ladder = policy.ladder.model_copy(update={"tiers": tiers})
    return rebuilt(policy, requirements=requirements, ladder=ladder)


def _of_versions(policy: PolicySet) -> Iterator[Mutant]:
    for day in sorted({v.effective_from for v in policy.agreement_versions}):
        for shift in (1, -1):
            moved = day + timedelta(days=shift)

            def change(p: PolicySet, day: date = day, moved: date = moved) -> PolicySet:
                versions = tuple(
                    v.model_copy(update={"effective_from": moved}) if v.effective_from == day else v
                    for v in p.agreement_versions
                )
                return rebuilt(p, agreement_versions=versions)

            yield Mutant(VERSIONS, str(day), str(moved), change)


def _of_reviews(policy: PolicySet) -> Iterator[Mutant]:
    for period in policy.review_periods:
        for end in ("starts", "ends"):
            for shift in (1, -1):
                moved = _shifted(getattr(period, end), shift)
                if moved is None:
                    continue

                def change(
                    p: PolicySet, suffix: str = period.suffix, end: str = end, moved: str = moved
                ) -> PolicySet:
                    periods = tuple(
                        r.model_copy(update={end: moved}) if r.suffix == suffix else r
                        for r in p.review_periods
                    )
                    return rebuilt(p, review_periods=periods)

                old = f"{period.suffix} {end} {getattr(period, end)}"
                yield Mutant(REVIEWS, old, moved, change)
