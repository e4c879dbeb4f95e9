"""The overview's headline figures, each with its earlier value, what is at stake, and its list.

Belongs here: a figure of the year compared with the year before, and what both depend on.
Does not: causes and decisions (first_screen.py), pictures and long tables (overview.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from dashboards.components import Headline
from dashboards.data import Row, Tables, summed
from dashboards.figures import cell, count, figure, total
from dashboards.links import filtered
from dashboards.pages.changes import TABLE as CHANGES
from dashboards.words import money, share
from scoring.vocabulary import Action, Movement, Standing, Status, Subject
from scoring.words import word

COMPLIANCE = "marts.fct_program_compliance"
ASSIGNMENTS = "decisions.tier_assignments"
REVIEWS = "decisions.governance_reviews"
ARR = "marts.fct_arr_by_partner_year"
RESULTS = "marts.fct_requirement_results"
# The ARR of the partners concerned, each counted once although it may be in several programs.
MONEY = (
    "coalesce(list_sum(list_transform("
    "list_distinct(list({'p': partner_id, 'a': arr_usd})), lambda x: x.a)), 0)"
)
UNKNOWN = Decimal("0.0000")


def headlines(tables: Tables) -> list[Headline]:
    """The figures of the year, each with its earlier value, what is at stake, and the list behind
    it."""
    return [
        _non_compliant(tables),
        _tiers(tables),
        _below_minimum(tables),
        _arr(tables),
        *_end_status(tables),
    ]


def link(tables: Tables, page: str, words: str | Markup, **filters: str) -> Markup:
    """A link to a page with its tables filtered."""
    return Markup('<a href="{}">{}</a>').format(filtered(tables.at(page), **filters), words)


def period_before(tables: Tables) -> str:
    """The period a year earlier."""
    return str(int(tables.period[:4]) - 1) + tables.period[4:]


def has_before(tables: Tables) -> bool:
    """Whether there is a year earlier to compare with."""
    return bool(tables.where("fct_program_compliance", "period", period_before(tables)))


def changed(tables: Tables, **key: Any) -> list[Row]:
    """The changes against the year before (decisions.changes) whose columns have these values."""
    rows = tables.headline_changes
    return [row for row in rows if all(row[name] == value for name, value in key.items())]


def worth(rows: Iterable[Row]) -> Decimal:
    """The ARR of the partners of some rows, each partner counted once."""
    by_partner = {row["partner_id"]: row["arr_usd"] for row in rows}
    return sum((value for value in by_partner.values() if value), UNKNOWN)


def worth_shown(rows: Iterable[Row]) -> str:
    """The ARR of the partners of some rows, and how many of them have one that is unknown."""
    rows = list(rows)
    unknown = _of_unknown_worth(rows)
    return money(worth(rows)) + (f" and {unknown} unknown" if unknown else "")


def and_unknown(rows: Iterable[Row]) -> str:
    """What follows an amount of ARR in a sentence: how many of the partners have one that is
    unknown; nothing where none has."""
    unknown = _of_unknown_worth(rows)
    return f", and {unknown} whose ARR is unknown" if unknown else ""


def _of_unknown_worth(rows: Iterable[Row]) -> int:
    """How many partners of some rows have an ARR that is unknown."""
    return len({row["partner_id"] for row in rows if row["partner_id"] and row["arr_usd"] is None})


def worth_figure(rows: Sequence[Row], **key: Any) -> Markup:
    """The ARR of the partners of some changes, in USD, as a figure of the changes with this key."""
    return figure(worth(rows), CHANGES, key, MONEY, shown=worth_shown(rows))


def _non_compliant(tables: Tables) -> Headline:
    period, before = tables.period, period_before(tables)
    rows = tables.where("fct_program_compliance", "period", period)
    now = [row for row in rows if row["status"] == Standing.NON_COMPLIANT]
    then = [
        row
        for row in tables.where("fct_program_compliance", "period", before)
        if row["status"] == Standing.NON_COMPLIANT
    ]
    fresh = changed(tables, kind=Subject.COMPLIANCE, after=Standing.NON_COMPLIANT)
    key = {
        "since": "year-before",
        "period": period,
        "kind": Subject.COMPLIANCE,
        "after": Standing.NON_COMPLIANT,
    }
    note = Markup("{} of {}").format(
        share(Decimal(len(now)) / len(rows)) if rows else "none",
        count(len(rows), COMPLIANCE, {"period": period}),
    )
    if has_before(tables):
        note += Markup(", after {} in {}; {} of ARR at the newly non-compliant{}").format(
            count(len(then), COMPLIANCE, {"period": before, "status": Standing.NON_COMPLIANT}),
            before,
            figure(worth(fresh), CHANGES, key, MONEY, money(worth(fresh)))
            if fresh
            else money(UNKNOWN),
            and_unknown(fresh),
        )
    return Headline(
        link(tables, "compliance.html", "Non-compliant memberships", status="not met"),
        count(len(now), COMPLIANCE, {"period": period, "status": Standing.NON_COMPLIANT}),
        note,
    )


def _tiers(tables: Tables) -> Headline:
    year = tables.tier_year
    rows = tables.where("tier_assignments", "tier_year", year)

    def moved(name: str) -> Markup:
        number = sum(row["movement"] == name for row in rows)
        return count(number, ASSIGNMENTS, {"tier_year": year, "movement": name})

    left = changed(tables, kind=Subject.TIER, after=None)
    key = {"since": "year-before", "period": tables.period, "kind": Subject.TIER, "after": None}
    return Headline(
        link(
            tables,
            "changes.html",
            f"Tiers for {year}",
            **({"what": "tiers"} if has_before(tables) else {}),
        ),
        Markup("{} up, {} down").format(moved(Movement.UP), moved(Movement.DOWN)),
        Markup("{} as before, {} for the first time, {} left the program").format(
            moved(Movement.SAME), moved(Movement.FIRST), count(len(left), CHANGES, key)
        ),
    )


def _below_minimum(tables: Tables) -> Headline:
    rows = {
        period: [
            row
            for row in tables.of_metric("arr_usd")
            if row["period"] == period and row["status"] == Status.NOT_MET
        ]
        for period in (tables.period, period_before(tables))
    }
    now, then = rows.values()
    year = int(tables.period[:4])
    arr = {
        r["partner_id"]: r["arr_usd"] for r in tables.where("fct_arr_by_partner_year", "year", year)
    }
    held = sum((arr.get(row["partner_id"]) or UNKNOWN for row in now), UNKNOWN)
    key = {"metric": "arr_usd", "status": Status.NOT_MET}
    then_words = Markup("")
    if has_before(tables):
        then_words = Markup("after {} in {}; ").format(
            count(len(then), RESULTS, {"period": period_before(tables), **key}),
            period_before(tables),
        )
    return Headline(
        link(tables, "arr.html", "Resellers below their minimum", meets_it="not met"),
        count(len(now), RESULTS, {"period": tables.period, **key}),
        then_words + Markup("they hold {} of ARR").format(money(held)),
    )


def _arr(tables: Tables) -> Headline:
    year = tables.arr_year
    now, then = (
        summed(tables.where("fct_arr_by_partner_year", "year", each), "arr_usd")
        for each in (year, year - 1)
    )
    note = Markup("on December 31, {}").format(year)
    if then:
        note += Markup(", after {} a year earlier").format(
            total(then, ARR, {"year": year - 1}, "arr_usd")
        )
    unknown = [
        row
        for row in tables.where("fct_arr_by_partner_year", "year", year)
        if row["arr_usd"] is None
    ]
    if unknown:
        note += Markup("; without {} {} whose ARR could not be computed").format(
            count(len(unknown), ARR, {"year": year, "arr_usd": None}),
            "reseller" if len(unknown) == 1 else "resellers",
        )
    return Headline(
        link(tables, "arr.html", "Reseller ARR"), total(now, ARR, {"year": year}, "arr_usd"), note
    )


def _end_status(tables: Tables) -> list[Headline]:
    """How many statuses the latest review recommends to end, and the rule behind most of them."""
    if not tables.review:
        return []
    rows = [
        row
        for row in tables.where("governance_reviews", "review", tables.review)
        if row["recommended_action"] == Action.END_STATUS
    ]
    note = Markup("")
    if rows:
        rules: dict[str, int] = defaultdict(int)
        for row in rows:
            for requirement in row["findings"] or []:
                rules[rule_label(tables, row["program"], requirement)] += 1
        stakes = {row["partner_id"]: row for row in tables.rows("actions")}
        held = worth(stakes[r["partner_id"]] for r in rows if r["partner_id"] in stakes)
        most = sorted(rules.items(), key=lambda item: (-item[1], item[0]))[:1]
        behind = [f"{number} of them miss{'es' * (number == 1)} {label}" for label, number in most]
        worth_words = [f"{money(held)} of ARR hangs on them"] if tables.year is None else []
        note = cell("; ".join(behind + worth_words))
    key = {"review": tables.review, "recommended_action": Action.END_STATUS}
    return [
        Headline(
            link(
                tables, "governance.html", "Recommended: end the status", recommended="end-status"
            ),
            count(len(rows), REVIEWS, key),
            note,
        )
    ]


def rule_label(tables: Tables, program: str, requirement: str) -> str:
    """A requirement in words."""
    rule = tables.requirements.get((program, requirement), {})
    return rule.get("label") or word(requirement)
