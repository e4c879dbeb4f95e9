"""The proof on a scorecard: decision, criteria, requirements, and the rows behind each.

Belongs here: arranging scoring's proof, in its own words. Does not: wording or judging anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from markupsafe import Markup, escape

from dashboards.components import Section, Table, columns
from dashboards.data import Tables
from dashboards.delivered import PageRows
from dashboards.figures import cell, figure
from dashboards.pages.common import (
    assumed,
    clause,
    criterion_label,
    named,
    program_label,
    readable,
    status,
    tier_label,
)
from dashboards.words import gap_in_unit, measured, plain_sentence
from scoring.ladder import COMPLIANCE
from scoring.measures import YES_OR_NO
from scoring.proof import Criterion, Evidence
from scoring.proofs import Standing
from scoring.vocabulary import FAILING, Status, Strength
from scoring.words import plural, word

ELIGIBILITY = "marts.fct_tier_eligibility"
RESULTS = "marts.fct_requirement_results"
# Published rows stay as they were, in separate tables with the same keys.
FINAL = {ELIGIBILITY: "run.published_criteria", RESULTS: "run.published_requirements"}
# How many rows a scorecard lists for one figure, with their total number; `plumbline explain` lists
# all.
EVIDENCE_SHOWN = 12
PIVOTS_SHOWN = 3
# What keeps a program from being compliant.
SIGNS = {">=": "≥", "<=": "≤"}
ROOT = "../"


def requirement_label(tables: Tables, criterion: Criterion) -> str:
    """The requirement's name in the policy, else its id."""
    rule = tables.requirements.get((criterion.program or "", criterion.id), {})
    return rule.get("label") or criterion.id


def tier(tables: Tables, partner_id: str, standing: Standing, rows: PageRows) -> list[Section]:
    """Why this tier: each criterion where a tier first asks for it, with what would change it."""
    if not standing.ladder:
        return []
    year = tables.tier_year - 1
    body = []
    for criterion in standing.ladder:
        key = {
            "year": year,
            "partner_id": partner_id,
            "tier": criterion.tier,
            "criterion": criterion.id,
        }
        table = _table(criterion, ELIGIBILITY)
        body.append(
            [
                cell(tier_label(tables, criterion.tier)),
                named(criterion_label(tables, criterion.id), plain_sentence(criterion.id)),
                figure(criterion.status, table, key, "status", status(criterion.status)),
                _value(tables, criterion, table, key),
                _threshold(tables, criterion, table, key),
                clause(tables, criterion.clause, ROOT),
                _why(_change(tables, criterion, standing), criterion, None, rows),
            ]
        )
    words = [
        Markup(
            "A tier needs its own criteria and those of every tier below; each is listed where a "
            "tier first asks for it."
        )
    ]
    if _same_period(tables):
        words.append(Markup("Compliance rests on the requirements further down."))
    head = columns(
        "Tier",
        "Criterion",
        "Status",
        "#Value",
        "#Needed",
        "Clause",
        "~What would have changed it, and the rows behind it",
    )
    listed = Table(f"Criteria of each tier on the results of {year}", head, body)
    return [Section(f"Why this tier for {tables.tier_year}", "tier", words, tables=[listed])]


def _table(criterion: Criterion, table: str) -> str:
    return FINAL[table] if criterion.is_published else table


def _same_period(tables: Tables) -> bool:
    """Whether the requirements shown are those of the year on which the tier is based."""
    return tables.period == str(tables.tier_year - 1)


def _change(tables: Tables, criterion: Criterion, standing: Standing) -> Markup | str:
    """What would have changed a criterion; for the roll-up, the requirements that are missed."""
    settled = criterion.status in (Status.MET, Status.NOT_APPLICABLE)
    if criterion.metric != COMPLIANCE or settled or not _same_period(tables):
        return readable(tables, criterion.change)
    program = criterion.program
    missed = [
        Markup("{} ({})").format(requirement_label(tables, each), word(each.status))
        for each in standing.requirements
        if each.program == program and each.strength == Strength.MUST and each.status in FAILING
    ]
    link = Markup('<a href="#program-{}">the requirements below</a>').format(program)
    names = Markup("; ").join(missed) or Markup("none is open in {}").format(tables.period)
    return Markup("{}: {}").format(link, names)


def is_open(criterion: Criterion) -> bool:
    """Whether a requirement is missed or not decided."""
    return criterion.status in FAILING


def programs(
    tables: Tables, partner_id: str, standing: Standing, delivered: PageRows
) -> Iterator[Section]:
    """A section for each program of the last period's ledger, with every requirement."""
    order = {program: position for position, program in enumerate(tables.programs)}
    missing = {
        c.program for c in standing.requirements if c.strength == Strength.MUST and is_open(c)
    }
    # What fails comes before what is met: programs first, then their requirements.
    rows = sorted(
        standing.requirements,
        key=lambda c: (
            c.program not in missing,
            order.get(c.program or "", len(order)),
            not is_open(c),
            c.strength != Strength.MUST,
        ),
    )
    for program, criteria in groupby(rows, key=lambda c: c.program):
        body = [_requirement(tables, partner_id, criterion, delivered) for criterion in criteria]
        label = program_label(tables, program)
        head = columns(
            "Requirement",
            "Status",
            "#Value",
            "#Needed",
            "#Gap",
            "Clause",
            "~Why, what would have changed it, and the rows behind it",
        )
        table = Table(f"{label}: requirements, {tables.period}", head, body)
        yield Section(f"{label} program", f"program-{program}", tables=[table])


def _requirement(
    tables: Tables, partner_id: str, criterion: Criterion, delivered: PageRows
) -> list[Markup]:
    key = {
        "period": tables.period,
        "partner_id": partner_id,
        "program": criterion.program,
        "requirement": criterion.id,
    }
    label = requirement_label(tables, criterion)
    advice = "" if criterion.strength == Strength.MUST else " (advice)"
    table = _table(criterion, RESULTS)
    before = criterion.underlying_status
    held = ""
    if criterion.status == Status.WAIVED and before:
        held = Markup(" <small>else {}</small>").format(
            figure(before, table, key, "underlying_status", status(before))
        )
    gap = criterion.gap
    count = figure(criterion.evidence_count, table, key, "evidence_count")
    sentence = Markup("{}").format(plain_sentence(criterion.sentence))
    if criterion.change:
        sentence += Markup(" <i>What would have changed it: {}.</i>").format(criterion.change)
    return [
        named(f"{label}{advice}", criterion.id),
        figure(criterion.status, table, key, "status", status(criterion.status)) + held,
        _value(tables, criterion, table, key),
        _threshold(tables, criterion, table, key),
        figure(gap, table, key, "gap", gap_in_unit(gap, criterion.unit)),
        clause(tables, criterion.clause, ROOT),
        _why(sentence, criterion, count if criterion.evidence_count else None, delivered),
    ]


def _value(tables: Tables, criterion: Criterion, table: str, key: dict) -> Markup:
    value = criterion.value
    shown = "—" if value is None else _in_unit(value, criterion, criterion.threshold)
    rule = criterion.threshold_rule
    beside = [p.parameter for p in criterion.assumed if not rule or p.parameter != rule.parameter]
    first = figure(value, table, key, "value", shown) + assumed(tables, *beside, root=ROOT)
    other = criterion.other_value
    if other is None:
        return first
    second = figure(
        other, table, key, "other_value", _in_unit(other, criterion, criterion.threshold)
    )
    return Markup("{}<br><small>or {}</small>").format(first, second)


def _in_unit(value: Decimal, criterion: Criterion, against: Decimal | None = None) -> str:
    """A value as a person reads it, in the metric's unit."""
    return measured(value, criterion.unit, against)


def _threshold(tables: Tables, criterion: Criterion, table: str, key: dict) -> Markup:
    threshold = criterion.threshold
    if threshold is None:
        return figure(None, table, key, "threshold", "—")
    shown = figure(threshold, table, key, "threshold", _in_unit(threshold, criterion))
    if criterion.unit != YES_OR_NO:
        sign = SIGNS.get(criterion.comparator or "", criterion.comparator or "")
        shown = Markup("{} {}").format(sign, shown)
    source, rule = criterion.threshold_source, criterion.threshold_rule
    if source and source not in ("policy", "expected"):
        return Markup("{}<br><small>agreement {}</small>").format(shown, source)
    mark = assumed(tables, rule.parameter, root=ROOT) if rule else ""
    return Markup("{}<br>{}").format(shown, mark) if mark else shown


def _why(
    sentence: Markup | str, criterion: Criterion, count: Markup | None, delivered: PageRows
) -> Markup:
    text = escape(sentence)
    if criterion.since:
        text += Markup(" <small>As published; the data of today say: {}.</small>").format(
            criterion.since
        )
    if criterion.pivot:
        named = "; ".join(
            plain_sentence(item.detail or item.place) for item in criterion.pivot[:PIVOTS_SHOWN]
        )
        more = len(criterion.pivot) - PIVOTS_SHOWN
        text += Markup(" <small>Decided by: {}{}.</small>").format(
            named, f" and {plural(more, 'more row')}" if more > 0 else ""
        )
    text += _unread(criterion)
    rows = criterion.evidence
    if not rows:
        return text
    items = "".join(_item(item, delivered.number(item)) for item in rows[:EVIDENCE_SHOWN])
    behind = Markup("Rows behind it: {}").format(count) if count else "First rows behind it"
    return Markup(f"{text} <details><summary>{behind}</summary><ul>{items}</ul></details>")


def _item(item: Evidence, number: int | None) -> str:
    """One row's place; `data-r` is where the page holds its values (assets/rows.js)."""
    held = "" if number is None else f" data-r={number}"
    return f"<li{held}>{escape(_place(item))}</li>"


def _unread(criterion: Criterion) -> Markup:
    """The rows that could not be read and bear on the answer."""
    if not criterion.unread:
        return Markup("")
    shown = criterion.unread[:EVIDENCE_SHOWN]
    items = Markup("").join(Markup("<li>{}</li>").format(row.sentence) for row in shown)
    more = len(criterion.unread) - len(shown)
    if more > 0:
        items += Markup("<li>and {} more</li>").format(more)
    decides = any(row.decides for row in criterion.unread)
    heading = "Could not be read, and may change this" if decides else "Could not be read"
    return Markup("<details{}><summary>{}</summary><ul>{}</ul></details>").format(
        Markup(" open") if decides else "", heading, items
    )


def _place(item: Evidence) -> str:
    return f"{item.place}: {plain_sentence(item.detail)}" if item.detail else item.place
