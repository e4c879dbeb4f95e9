"""A policy set as frozen objects: parameters, rules, tiers, benefits and the clauses they rest on.

Belongs here: shapes, and the value in force on a day. Does not: what they are made of (values.py),
files, rows of a warehouse, or any program's own number.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from scoring.policy.frozen import Frozen
from scoring.policy.metrics import Metric
from scoring.policy.sentences import Sentences
from scoring.policy.values import Comparator, Parameter, Sourced, Strength, Value, Words, as_tuple
from scoring.policy.yaml_lines import PolicyError


class Enforcement(Frozen):
    """What holds a clause: names of requirements, tier criteria, checks and so on.

    `checks` are columns of published tables (`fct_listings.reasons`) in which the clause shows;
    `criteria` are `tier/criterion`; `records` are the landed files in which people decide.
    """

    requirements: Words = ()
    criteria: Words = ()
    parameters: Words = ()
    checks: Words = ()
    benefits: Words = ()
    records: Words = ()

    def named(self) -> list[str]:
        """Each holder as `kind name`, in order."""
        return [
            f"{field.removesuffix('s') if field != 'criteria' else 'criterion'} {name}"
            for field in type(self).model_fields
            for name in getattr(self, field)
        ]


class Clause(Frozen):
    """One normative statement of a source document, in the product's own words."""

    id: str
    document: str
    section: str
    strength: Strength
    kind: Literal["rule", "human", "informational"]
    text: str
    enforced_by: Enforcement = Enforcement()


def _comparator(value: object) -> object:
    known = [c.value for c in Comparator]
    if value not in known:
        raise ValueError(f"unknown comparator {value!r}: write one of {', '.join(known)}")
    return Comparator(value)


class Source(Frozen):
    """A document that clauses and parameters cite; `statements` were counted in it by hand."""

    id: str
    title: str
    statements: Decimal | None = None


class Program(Frozen):
    """A program of the vendor; `has_tiers` for the one whose partners climb the ladder."""

    id: str
    label: str
    has_tiers: bool = False


class Rule(Frozen):
    """A metric and its threshold: `threshold` is a parameter's id, or the number expected."""

    metric: str
    comparator: Annotated[Comparator, BeforeValidator(_comparator)]
    threshold: str | None = None
    threshold_expected: bool = False
    clause: str


class Requirement(Rule):
    """A rule that every partner of a program is held to in each period.

    `first_judged_after` is the parameter with the months of grace; `judged_in` the one that lists
    the kinds of period (`year`) and reviews (`H2`) that judge it; without one, all do.
    """

    id: str
    program: str
    strength: Literal["must", "should"]
    label: str
    first_judged_after: str | None = None
    judged_in: str | None = None


class Criterion(Rule):
    """A rule of a tier; `inherited` when a lower tier states it."""

    id: str
    inherited: bool = False


class Tier(Sourced):
    """A rung, with its own criteria first as written and, once loaded, the inherited ones too."""

    id: str
    label: str
    criteria: Annotated[tuple[Criterion, ...], BeforeValidator(as_tuple)]


class Rhythm(Frozen):
    """When a ladder moves within the year; a ladder without one moves once, at the year's end.

    `reviews`: suffixes of the review periods at whose end a partner takes the highest tier that it
    meets; `falls`: those of them that may also take a tier away, by default all. `upgrades`:
    whether a partner also rises between them, at the end of the month in which it meets a higher
    tier; `upgrades_from`: the lowest tier from which it does.
    """

    reviews: Words
    falls: Words | None = None
    upgrades: Literal["at_review", "each_month"] = "at_review"
    upgrades_from: str | None = None


class Ladder(Frozen):
    """The tiers of one program, lowest first."""

    program: str
    rhythm: Rhythm | None = None
    tiers: Annotated[tuple[Tier, ...], BeforeValidator(as_tuple)]


class ReviewPeriod(Frozen):
    """A span of the calendar year that is reviewed; `starts` and `ends` are MM-DD, inclusive."""

    suffix: str
    label: str
    starts: str
    ends: str


class AgreementVersion(Frozen):
    """A version of one agreement type, in force from a day on."""

    agreement_type: str
    version: str
    effective_from: date


class BenefitRow(Frozen):
    """One line of the benefits matrix; of a benefit's rows, the first that applies decides."""

    status: Literal["entitled", "on_request", "by_invitation", "conditional", "not_entitled"]
    reason: str
    program: str | None = None
    tier: str | None = None
    condition: str | None = None


class Benefit(Frozen):
    """Something that partners may receive, and to whom."""

    id: str
    label: str
    clause: str
    rows: Annotated[tuple[BenefitRow, ...], BeforeValidator(as_tuple)]


class Conflict(Frozen):
    """Two sources that disagree, and which of them rules from a day on."""

    id: str
    clause: str
    other_clause: str
    ruled_by: str
    effective_from: date
    reason: str


class PolicySet(Frozen):
    """A whole policy: everything sorted as written, `version` the sha256 of its content.

    `lapsed`: sentences on confirmations of values that the set no longer has.
    """

    name: str
    version: str
    documents: tuple[Source, ...]
    clauses: tuple[Clause, ...]
    parameters: tuple[Parameter, ...]
    programs: tuple[Program, ...]
    requirements: tuple[Requirement, ...]
    metrics: tuple[Metric, ...]
    ladder: Ladder | None
    review_periods: tuple[ReviewPeriod, ...]
    agreement_versions: tuple[AgreementVersion, ...]
    benefits: tuple[Benefit, ...]
    conflicts: tuple[Conflict, ...]
    sentences: tuple[Sentences, ...] = ()
    files: dict[str, str] = Field(default_factory=dict)
    lapsed: tuple[str, ...] = ()

    def parameter(self, parameter: str) -> Parameter:
        """The parameter called `parameter`; PolicyError when the set has none."""
        for candidate in self.parameters:
            if candidate.id == parameter:
                return candidate
        near = get_close_matches(parameter, [known.id for known in self.parameters], n=3)
        known = "its YAML files and the site's page Policy list the ids"
        remedy = f"did you mean {' or '.join(near)}?" if near else known
        raise PolicyError(f"policy {self.name}: no parameter {parameter!r}; {remedy}")

    def value_at(self, parameter: str, day: date) -> Value:
        """The value in force on `day`; PolicyError names parameter, day and file when none is."""
        value = self.parameter(parameter).at(day)
        if value is None:
            where = self.files.get(parameter, self.name)
            raise PolicyError(
                f"{where}: parameter {parameter} has no value in force on {day}; "
                "add a value dated on or before that day"
            )
        return value
