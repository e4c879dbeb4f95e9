"""What must hold between the members of a policy set; each fault with file, line and remedy.

Belongs here: cross-checks of a read set. Does not: reading, and shapes that pydantic judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from itertools import pairwise

from ingest.judging.contract import entity
from scoring.policy.check_figures import check_figure
from scoring.policy.check_sentences import check_sentences
from scoring.policy.metrics import ANY_KIND, Metric
from scoring.policy.model import PolicySet, Requirement, Rule
from scoring.policy.needs import needs
from scoring.policy.places import Places
from scoring.policy.rhythm import check_rhythm
from scoring.policy.values import Parameter, Sourced
from scoring.policy.words_of import known_words
from scoring.policy.yaml_lines import PolicyError
from scoring.vocabulary import Certainty


def check(policy: PolicySet, raw: Places) -> None:
    """Raise the first fault found in `policy`."""
    for parameter in policy.parameters:
        check_parameter(parameter, raw)
    known = {p.id: p for p in policy.parameters}
    for tier in policy.ladder.tiers if policy.ladder else ():
        check_source("tiers", tier.id, tier, raw)
    for kind, name, rule, inside in _rules(policy):
        _check_rule(kind, name, rule, inside, policy, known, raw)
    _check_references(policy, known, raw)
    _check_reads(policy, known, raw)
    check_sentences(policy, raw)
    _check_items(policy, raw)
    check_rhythm(policy, raw)


def check_parameter(parameter: Parameter, raw: Places) -> None:
    """Check that dates ascend, that there is at least one, and that each value is of the
    parameter's kind."""
    name, days = parameter.id, [v.effective_from for v in parameter.values]
    check_source("parameters", name, parameter, raw)
    if not days:
        raise raw.fault("parameters", name, f"{name}: no value", "add one, by date", "values")
    for earlier, later in pairwise(days):
        if later < earlier:
            raise raw.fault(
                "parameters",
                name,
                f"{name}: dates out of order: {later} stands after {earlier}",
                "put the earliest date first",
                "values",
                later,
            )
    for dated in parameter.values:
        if not fits(parameter.kind, dated.value):
            raise raw.fault(
                "parameters",
                name,
                f"{name}: {dated.value!r} is not a {parameter.kind}",
                EXAMPLES[parameter.kind],
                "values",
                dated.effective_from,
            )


def check_source(kind: str, name: str, member: Sourced, raw: Places) -> None:
    """Check that a reported member says who read it and when, and that others do not."""
    source = bool(member.reported_by and member.reported_by.strip()), bool(member.read_on)
    if member.status == Certainty.REPORTED and not all(source):
        problem = f"{name}: reported, without {'read_on' if source[0] else 'reported_by'}"
        raise raw.fault(kind, name, problem, "say who read it and when", "status")
    if member.status in (Certainty.FROM_SOURCE, Certainty.PLACEHOLDER) and any(source):
        problem = f"{name}: {member.status}, and yet reported_by or read_on"
        raise raw.fault(kind, name, problem, "write status: reported, or take them out", "status")
    for read_on in member.read_on or ():
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])(-\d\d)?", read_on):
            problem = f"{name}: read_on {read_on!r} is neither a month nor a day"
            remedy = "write a month as 2026-08 or a day as '2026-08-31'"
            raise raw.fault(kind, name, problem, remedy, "read_on")


# What a rule may take from a parameter, and the kind that it must be of.
RULE_PARAMETERS = {"threshold": "number", "first_judged_after": "number", "judged_in": "list"}
EXAMPLES = {
    "number": "write 100 or 0.9",
    "text": "write a text",
    "boolean": "write true or false",
    "list": "write [first, second]",
    "monthday": 'write a month and day such as "01-31"',
}


def fits(kind: str, value: object) -> bool:
    """Whether a value is of a parameter's kind; a month and day must exist in every year."""
    if kind == "number":
        return isinstance(value, Decimal)
    if kind == "monthday":
        return isinstance(value, str) and _month_day(value)
    return isinstance(value, {"text": str, "boolean": bool, "list": tuple}[kind])


def _month_day(value: str) -> bool:
    if not re.fullmatch(r"\d\d-\d\d", value):
        return False
    try:
        date.fromisoformat(f"2001-{value}")
    except ValueError:
        return False
    return True


def _rules(policy: PolicySet) -> Iterator[tuple[str, str, Rule, tuple]]:
    for requirement in policy.requirements:
        yield "requirements", requirement.id, requirement, ()
    for tier in policy.ladder.tiers if policy.ladder else ():
        for i, criterion in enumerate(c for c in tier.criteria if not c.inherited):
            yield "tiers", tier.id, criterion, ("criteria", i)


def _check_rule(
    kind: str,
    name: str,
    rule: Rule,
    inside: tuple,
    policy: PolicySet,
    known: dict[str, Parameter],
    raw: Places,
) -> None:
    def fail(problem: str, remedy: str, key: str) -> PolicyError:
        return raw.fault(kind, name, f"{name}: {problem}", remedy, *inside, key)

    if rule.metric not in {m.id for m in policy.metrics}:
        raise fail(f"unknown metric {rule.metric!r}", "name one of the set's metrics", "metric")
    if rule.clause not in {c.id for c in policy.clauses}:
        raise fail(f"unknown clause {rule.clause!r}", "name a clause of the set", "clause")
    if isinstance(rule, Requirement) and rule.program not in {p.id for p in policy.programs}:
        raise fail(f"unknown program {rule.program!r}", "name a program of the set", "program")
    if (rule.threshold is None) != rule.threshold_expected:
        raise fail(
            "needs either a threshold or threshold_expected",
            "name the parameter, or write threshold_expected: true",
            "threshold",
        )
    for key, wanted in RULE_PARAMETERS.items():
        parameter = getattr(rule, key, None)
        if parameter is None:
            continue
        if parameter not in known:
            raise fail(f"unknown parameter {parameter!r}", "add it, or correct the name", key)
        if known[parameter].kind != wanted:
            raise fail(
                f"{parameter} is a {known[parameter].kind}, and {key} needs a {wanted}",
                f"name a parameter of kind {wanted}",
                key,
            )


def _check_references(policy: PolicySet, known: dict[str, Parameter], raw: Places) -> None:
    clauses = {c.id for c in policy.clauses}
    programs = {p.id for p in policy.programs}
    documents = {d.id for d in policy.documents}
    for kind, members in (("clauses", policy.clauses), ("parameters", policy.parameters)):
        for member in members:
            if member.document not in documents:
                problem = f"{member.id}: unknown document {member.document!r}"
                raise raw.fault(kind, member.id, problem, "list it under documents:", "document")
    for parameter in policy.parameters:
        if parameter.clause and parameter.clause not in clauses:
            problem = f"{parameter.id}: unknown clause {parameter.clause!r}"
            raise raw.fault(
                "parameters", parameter.id, problem, "name a clause of the set", "clause"
            )
    for benefit in policy.benefits:
        unknown = {r.program for r in benefit.rows if r.program} - programs
        if benefit.clause not in clauses or unknown:
            problem = f"{benefit.id}: unknown clause or program {sorted(unknown) or benefit.clause}"
            raise raw.fault("benefits", benefit.id, problem, "name one of the set's own", "clause")
    sides = clauses | documents
    for conflict in policy.conflicts:
        for key in ("clause", "other_clause", "ruled_by"):
            if getattr(conflict, key) not in sides:
                name = f"{conflict.id} {conflict.effective_from}"
                problem = f"{conflict.id}: unknown clause or document {getattr(conflict, key)!r}"
                raise raw.fault("conflicts", name, problem, "name one of the set's own", key)
    tiered = [p.id for p in policy.programs if p.has_tiers]
    climbed = [policy.ladder.program] if policy.ladder else []
    if climbed != tiered:
        problem = f"ladder: it is for {climbed}, and the programs with has_tiers are {tiered}"
        raise raw.fault("ladder", "", problem, "name the one program with has_tiers", "program")
    _check_enforcement(policy, known, raw)


def _check_enforcement(policy: PolicySet, known: dict[str, Parameter], raw: Places) -> None:
    tiers = policy.ladder.tiers if policy.ladder else ()
    names = {
        "requirements": {r.id for r in policy.requirements},
        "criteria": {f"{t.id}/{c.id}" for t in tiers for c in t.criteria},
        "parameters": set(known),
        "benefits": {b.id for b in policy.benefits},
    }
    for clause in policy.clauses:
        for key, ids in names.items():
            for name in getattr(clause.enforced_by, key):
                if name not in ids:
                    problem = f"{clause.id}: enforced by unknown {key} {name!r}"
                    remedy = f"name one of the set's {key}"
                    raise raw.fault("clauses", clause.id, problem, remedy, "enforced_by", key)
        if clause.kind != "informational" and not clause.enforced_by.named():
            problem = f"{clause.id}: a {clause.kind} clause that nothing holds"
            raise raw.fault("clauses", clause.id, problem, "say so under enforced_by")


def _check_items(policy: PolicySet, raw: Places) -> None:
    """Check that each item of a list, and each text with choices, is a known word: a misspelt one
    would silently match no row."""
    for parameter in policy.parameters:
        try:
            known = known_words(parameter, policy)
        except KeyError:
            problem = f"{parameter.id}: unknown items_of {parameter.items_of!r}"
            remedy = "write programs, periods, or entity.column of the landing contract"
            raise raw.fault("parameters", parameter.id, problem, remedy, "items_of") from None
        for dated in parameter.values if known else ():
            for item in dated.value if isinstance(dated.value, tuple) else (dated.value,):
                if item not in known:
                    of = f" of {parameter.items_of}" if parameter.items_of else ""
                    problem = f"{parameter.id}: unknown item {item!r}{of}"
                    remedy = f"use {', '.join(known)}"
                    inside = ("values", dated.effective_from)
                    raise raw.fault("parameters", parameter.id, problem, remedy, *inside)


def _check_reads(policy: PolicySet, known: dict[str, Parameter], raw: Places) -> None:
    computed = needs().computed
    for metric in policy.metrics:
        _check_computed(metric, computed, raw)
        check_figure(metric, known, raw)
        for name in metric.reads:
            try:
                entity(name)
            except KeyError:
                problem = f"{metric.id}: reads unknown entity {name!r}"
                remedy = "name an entity of the landing contract"
                raise raw.fault("metrics", metric.id, problem, remedy, "reads", name) from None
        _check_unread(metric, raw)


def _check_computed(metric: Metric, computed: tuple[str, ...], raw: Places) -> None:
    """Check that a metric is either computed by the models or declared by the set, and never
    both."""
    if metric.figure is not None and metric.id in computed:
        problem = f"{metric.id}: a figure for a metric that is computed already"
        raise raw.fault("metrics", metric.id, problem, "give it another id, or delete figure", "id")
    if metric.figure is None and metric.id not in computed:
        near = get_close_matches(metric.id, computed, n=2)
        problem = f"{metric.id}: nothing computes it"
        remedy = f"add a figure:, or write {' or '.join(near) or 'one of ' + ', '.join(computed)}"
        raise raw.fault("metrics", metric.id, problem, remedy, "id")


def _check_unread(metric: Metric, raw: Places) -> None:
    for name, effect in metric.unread.items():
        if name not in metric.reads:
            problem = f"{metric.id}: says what unread rows of {name!r} do, which it does not read"
            remedy = f"name it under reads, or one of {', '.join(metric.reads) or 'none'}"
            raise raw.fault("metrics", metric.id, problem, remedy, "unread", name)
        known = next((c.choices for c in entity(name).columns if c.kind == "enum"), ())
        for kind in (*effect.raises, *effect.lowers):
            if kind != ANY_KIND and kind not in known:
                problem = f"{metric.id}: rows of {name} have no kind {kind!r}"
                remedy = f"write one of {', '.join((*known, ANY_KIND))}"
                raise raw.fault("metrics", metric.id, problem, remedy, "unread", name)
