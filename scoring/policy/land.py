"""A policy set written into the warehouse's `policy` schema, whole and in a fixed order.

Belongs here: objects to rows. Does not: judging the set, or what SQL makes of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

import duckdb

from ingest.judging.contract import entity
from scoring.policy.countable import countable
from scoring.policy.figure_doubts import doubts
from scoring.policy.land_figures import figures, metric_parameters
from scoring.policy.metrics import ANY_KIND, EITHER_WAY, Metric
from scoring.policy.model import PolicySet, ReviewPeriod
from scoring.policy.rhythm import months, steps
from scoring.policy.sentences import Counted
from scoring.policy.tables import DDL
from scoring.policy.values import Parameter, Sourced, Value
from scoring.policy.words_of import known_words

Row = tuple[Any, ...]
ROWS_AT_ONCE = 200


def land_policy(con: duckdb.DuckDBPyConnection, policy: PolicySet) -> None:
    """Replace every table of the `policy` schema by `policy`, in one transaction."""
    rows = policy_rows(policy)
    con.begin()
    try:
        con.execute("create schema if not exists policy")
        for table, columns in DDL.items():
            con.execute(f"create or replace table policy.{table} ({columns})")
            insert(con, f"policy.{table}", rows[table])
        con.commit()
    except BaseException:
        con.rollback()
        raise


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Add rows to a table, many with one statement: a statement for each takes four times as
    long."""
    for first in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[first : first + ROWS_AT_ONCE]
        mark = "({})".format(", ".join("?" * len(part[0])))
        marks = ", ".join([mark] * len(part))
        con.execute(f"insert into {table} values {marks}", list(chain.from_iterable(part)))


def policy_rows(policy: PolicySet) -> dict[str, list[Row]]:
    """The rows of each table of `scoring.policy.tables.DDL`, in its columns' order."""
    return {
        "clauses": [
            (c.id, c.document, c.section, c.strength, c.kind, c.text) for c in policy.clauses
        ],
        "parameters": [
            (
                *(p.id, p.label, p.unit, p.clause, p.document, p.section, *_sourced(p), p.kind),
                ",".join(known_words(p, policy)) or None,
            )
            for p in policy.parameters
        ],
        "parameter_values": [row for p in policy.parameters for row in _values(p)],
        "lists": [row for p in policy.parameters if p.kind == "list" for row in _items(p)],
        "programs": [
            (p.id, p.label, i, p.has_tiers) for i, p in enumerate(policy.programs, start=1)
        ],
        "requirements": _requirements(policy),
        "metrics": [(m.id, m.label, m.unit, m.window) for m in policy.metrics],
        "metric_sentences": [
            (s.id, s.about, *_forms(s.missed), *_forms(s.act)) for s in policy.sentences
        ],
        "metric_reads": [
            (m.id, entity(name).source, name, coverage)
            for m in policy.metrics
            for name, coverage in sorted(m.reads.items())
        ],
        "metric_unread": [row for m in policy.metrics for row in _unread(m)],
        "figures": figures(policy),
        "metric_parameters": metric_parameters(policy),
        "tiers": _tiers(policy),
        "tier_criteria": _criteria(policy),
        "review_periods": _periods(policy.review_periods),
        "tier_steps": [(s.suffix, s.falls, s.is_review, s.upgrades_from) for s in steps(policy)],
        "months": _periods(months(policy)),
        "agreement_versions": [
            (v.agreement_type, v.version, v.effective_from) for v in policy.agreement_versions
        ],
        "benefits": _benefits(policy),
        "conflicts": [
            (c.id, c.clause, c.other_clause, c.ruled_by, c.effective_from, c.reason)
            for c in policy.conflicts
        ],
    }


def _forms(counted: Counted) -> Row:
    return counted.none, counted.one, counted.many


def _unread(metric: Metric) -> Iterable[Row]:
    """A row for each kind of row and side; kind null is any."""
    if metric.figure and not metric.unread:
        rows = countable()[metric.figure.rows]
        for doubt in doubts(metric.figure, rows):
            yield metric.id, rows.entity.source, rows.entity.name, *doubt
        return
    for name in sorted(metric.reads):
        effect = metric.unread.get(name, EITHER_WAY)
        for side, kinds in (("raises", effect.raises), ("lowers", effect.lowers)):
            for kind in kinds:
                shown = None if kind == ANY_KIND else kind
                yield metric.id, entity(name).source, name, shown, side, effect.counts_on


def _spans(parameter: Parameter) -> Iterable[tuple[date, date | None, Value]]:
    starts = [v.effective_from for v in parameter.values]
    for dated, end in zip(parameter.values, [*starts[1:], None], strict=True):
        yield dated.effective_from, end, dated.value


def _values(parameter: Parameter) -> Iterable[Row]:
    for start, end, value in _spans(parameter):
        number = Decimal(value) if isinstance(value, bool | Decimal) else None
        yield parameter.id, start, end, as_text(value), number


def _items(parameter: Parameter) -> Iterable[Row]:
    for start, end, value in _spans(parameter):
        if isinstance(value, tuple):
            for position, item in enumerate(value, start=1):
                yield parameter.id, start, end, position, item


def as_text(value: Value) -> str:
    """A value as a person writes it: true or false, plain digits, list items after commas."""
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _requirements(policy: PolicySet) -> list[Row]:
    order = {program.id: i for i, program in enumerate(policy.programs)}
    ordered = sorted(policy.requirements, key=lambda r: order[r.program])
    return [
        (
            r.id,
            r.program,
            r.clause,
            r.strength,
            r.metric,
            r.comparator.value,
            r.threshold,
            r.threshold_expected,
            r.first_judged_after,
            r.judged_in,
            r.label,
            i,
        )
        for i, r in enumerate(ordered, start=1)
    ]


def _tiers(policy: PolicySet) -> list[Row]:
    if policy.ladder is None:
        return []
    program = policy.ladder.program
    return [
        (t.id, t.label, i, program, *_sourced(t))
        for i, t in enumerate(policy.ladder.tiers, start=1)
    ]


def _sourced(member: Sourced) -> Row:
    """status, reported_by, read_on, confirmed_by, confirmed_on."""
    read_on = ", ".join(member.read_on) if member.read_on else None
    return member.status, member.reported_by, read_on, member.confirmed_by, member.confirmed_on


def _criteria(policy: PolicySet) -> list[Row]:
    return [
        (
            tier.id,
            rank,
            c.id,
            c.metric,
            c.comparator.value,
            c.threshold,
            c.clause,
            c.inherited,
            position,
        )
        for rank, tier in enumerate(policy.ladder.tiers if policy.ladder else (), start=1)
        for position, c in enumerate(tier.criteria, start=1)
    ]


def _benefits(policy: PolicySet) -> list[Row]:
    return [
        (b.id, b.label, b.clause, r.program, r.tier, r.status, r.condition, r.reason, position)
        for b in policy.benefits
        for position, r in enumerate(b.rows, start=1)
    ]


def _periods(periods: Iterable[ReviewPeriod]) -> list[Row]:
    return [
        (p.suffix, p.label, *_month_day(p.starts), *_month_day(p.ends), i)
        for i, p in enumerate(periods, start=1)
    ]


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)
