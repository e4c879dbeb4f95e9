"""The overview's first screen: what changed and what it is worth, what must be decided, by when.

Belongs here: counts against the year before with cause and money, decisions by due day, the banner
on assumptions. Does not: pictures and long tables (overview.py, changes.py, today.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from dashboards.data import Row, Tables, summed
from dashboards.figures import cell, count, figure, total
from dashboards.pages.changes import TABLE as CHANGES
from dashboards.pages.common import program_label
from dashboards.parts import Headline, Section, Table, columns
from dashboards.words import money, plural, share, word
from scoring.actions.kinds import DONE, LABELS

COMPLIANCE = "marts.fct_program_compliance"
ASSIGNMENTS = "decisions.tier_assignments"
REVIEWS = "decisions.governance_reviews"
ACTIONS = "decisions.actions"
ARR = "marts.fct_arr_by_partner_year"
RESULTS = "marts.fct_requirement_results"
# The ARR of the partners concerned, each counted once though it may be in several programs.
MONEY = (
    "coalesce(list_sum(list_transform("
    "list_distinct(list({'p': partner_id, 'a': arr_usd})), lambda x: x.a)), 0)"
)
UNKNOWN = Decimal("0.0000")


def banner(tables: Tables) -> Markup | None:
    """One sentence on what rests on values that nobody has confirmed; None where nothing does."""
    statuses = {
        name: tables.query("select count(*) as n from policy.parameters where status = ?", [name])
        for name in ("placeholder", "reported")
    }
    numbers = {name: rows[0]["n"] for name, rows in statuses.items()}
    if not any(numbers.values()):
        return None
    said = [
        Markup("{} {}").format(count(number, "policy.parameters", {"status": name}), words)
        for name, words, number in (
            ("placeholder", "are placeholders", numbers["placeholder"]),
            ("reported", "are reported by readers of the vendor's page", numbers["reported"]),
        )
        if number
    ]
    rests = tables.resting
    return Markup(
        "Of the program's thresholds and dates {}. On them rest the compliance of {} and the "
        '{}; <a href="policy.html#placeholders">which ones</a>.'
    ).format(
        Markup(" and ").join(said),
        plural(rests["memberships"], "membership"),
        plural(rests["tiers"], "tier") + f" for {tables.tier_year}",
    )


def headlines(tables: Tables) -> list[Headline]:
    """The figures of the year, each with what it was, what hangs on it, and the list behind it."""
    return [
        _non_compliant(tables),
        _tiers(tables),
        _below_minimum(tables),
        _arr(tables),
        *_end_status(tables),
    ]


def _link(tables: Tables, page: str, words: str, **filters: str) -> Markup:
    """A link to a page with its tables filtered."""
    chosen = "&".join(
        f"{name}={value.lower().replace(' ', '-')}" for name, value in filters.items()
    )
    href = f"{tables.at(page)}{'#' if chosen else ''}{chosen}"
    return Markup('<a href="{}">{}</a>').format(href, words)


def _before(tables: Tables) -> str:
    """The period a year earlier."""
    return str(int(tables.period[:4]) - 1) + tables.period[4:]


def _has_before(tables: Tables) -> bool:
    """Whether there is a year earlier to compare with."""
    return bool(tables.where("fct_program_compliance", "period", _before(tables)))


def _changes(tables: Tables, **key: Any) -> list[Row]:
    rows = tables.headline_changes
    return [row for row in rows if all(row[name] == value for name, value in key.items())]


def worth(rows: Iterable[Row]) -> Decimal:
    """The ARR of the partners of some rows, each partner counted once."""
    by_partner = {row["partner_id"]: row["arr_usd"] for row in rows}
    return sum((value for value in by_partner.values() if value), UNKNOWN)


def _worth_figure(rows: Sequence[Row], **key: Any) -> Markup:
    return figure(worth(rows), CHANGES, key, MONEY, shown=money(worth(rows)))


def _non_compliant(tables: Tables) -> Headline:
    period, before = tables.period, _before(tables)
    rows = tables.where("fct_program_compliance", "period", period)
    now = [row for row in rows if row["status"] == "non_compliant"]
    then = [
        row
        for row in tables.where("fct_program_compliance", "period", before)
        if row["status"] == "non_compliant"
    ]
    fresh = _changes(tables, kind="compliance", after="non_compliant")
    key = {
        "since": "year-before",
        "period": period,
        "kind": "compliance",
        "after": "non_compliant",
    }
    note = Markup("{} of {}").format(
        share(Decimal(len(now)) / len(rows)) if rows else "none",
        count(len(rows), COMPLIANCE, {"period": period}),
    )
    if _has_before(tables):
        note += Markup(", after {} in {}; {} of ARR at the newly non-compliant").format(
            count(len(then), COMPLIANCE, {"period": before, "status": "non_compliant"}),
            before,
            _worth_figure(fresh, **key) if fresh else money(UNKNOWN),
        )
    return Headline(
        _link(tables, "compliance.html", "Non-compliant memberships", status="not met"),
        count(len(now), COMPLIANCE, {"period": period, "status": "non_compliant"}),
        note,
    )


def _tiers(tables: Tables) -> Headline:
    year = tables.tier_year
    rows = tables.where("tier_assignments", "tier_year", year)

    def moved(name: str) -> Markup:
        number = sum(row["movement"] == name for row in rows)
        return count(number, ASSIGNMENTS, {"tier_year": year, "movement": name})

    left = _changes(tables, kind="tier", after=None)
    key = {"since": "year-before", "period": tables.period, "kind": "tier", "after": None}
    return Headline(
        _link(
            tables,
            "changes.html",
            f"Tiers for {year}",
            **({"what": "tiers"} if _has_before(tables) else {}),
        ),
        Markup("{} up, {} down").format(moved("up"), moved("down")),
        Markup("{} as before, {} for the first time, {} left the program").format(
            moved("same"), moved("first"), count(len(left), CHANGES, key)
        ),
    )


def _below_minimum(tables: Tables) -> Headline:
    rows = {
        period: [
            row
            for row in tables.of_metric("arr_usd")
            if row["period"] == period and row["status"] == "not_met"
        ]
        for period in (tables.period, _before(tables))
    }
    now, then = rows.values()
    year = int(tables.period[:4])
    arr = {
        r["partner_id"]: r["arr_usd"] for r in tables.where("fct_arr_by_partner_year", "year", year)
    }
    held = sum((arr.get(row["partner_id"]) or UNKNOWN for row in now), UNKNOWN)
    key = {"metric": "arr_usd", "status": "not_met"}
    then_words = Markup("")
    if _has_before(tables):
        then_words = Markup("after {} in {}; ").format(
            count(len(then), RESULTS, {"period": _before(tables), **key}), _before(tables)
        )
    return Headline(
        _link(tables, "arr.html", "Resellers below their minimum", **{"meets-it": "not met"}),
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
    return Headline(
        _link(tables, "arr.html", "Reseller ARR"), total(now, ARR, {"year": year}, "arr_usd"), note
    )


def _end_status(tables: Tables) -> list[Headline]:
    """How many statuses the latest review recommends to end, and the rule behind most of them."""
    if not tables.review:
        return []
    rows = [
        row
        for row in tables.where("governance_reviews", "review", tables.review)
        if row["recommended_action"] == "end_status"
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
        behind = [f"{number} for {label}" for label, number in most]
        worth_words = [f"{money(held)} of ARR hangs on them"] if tables.year is None else []
        note = cell("; ".join(behind + worth_words))
    key = {"review": tables.review, "recommended_action": "end_status"}
    return [
        Headline(
            _link(
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


def causes(tables: Tables) -> list[Section]:
    """Why memberships turned non-compliant, by rule, with what hangs on them; nothing in the first
    year."""
    if not _has_before(tables):
        return []
    fresh = _changes(tables, kind="compliance", after="non_compliant")
    groups: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
    for row in fresh:
        groups[row["program"], row["clause"]].append(row)
    labels = {(row["program"], row["clause"]): row["label"] for row in tables.requirements.values()}
    body = []
    for (program, clause), rows in sorted(
        groups.items(), key=lambda item: (-len(item[1]), -worth(item[1]), item[0][1] or "")
    ):
        key = {
            "since": "year-before",
            "period": tables.period,
            "kind": "compliance",
            "after": "non_compliant",
            "program": program,
            "clause": clause,
        }
        customers = sum(row["customers"] or 0 for row in rows)
        body.append(
            [
                cell(labels.get((program, clause)) or "several rules"),
                cell(program_label(tables, program)),
                count(len(rows), CHANGES, key),
                _worth_figure(rows, **key),
                figure(customers, CHANGES, key, "sum(customers)"),
            ]
        )
    head = columns("Rule missed first", "Program", "#Memberships", "#ARR", "#Active customers")
    before = _before(tables)
    table = Table(f"Newly non-compliant against {before}, by rule", head, body)
    words = [
        Markup("Every change, with its cause: {}.").format(
            _link(tables, "changes.html", f"what changed in {tables.period}")
        )
    ]
    return [Section(f"What changed against {before}", "changed", words, tables=[table])]


def decisions(tables: Tables) -> Section:
    """What waits for a person, by the day on which it is due."""
    groups: dict[tuple[Any, str, str], list[Row]] = defaultdict(list)
    as_of = tables.run["as_of"]
    for row in tables.rows("actions"):
        if row["state"] != DONE:
            late = row["due_on"] < as_of
            groups[None if late else row["due_on"], row["kind"], row["state"]].append(row)
    body = []
    for (due, kind, state), rows in sorted(
        groups.items(), key=lambda item: (item[0][0] is not None, item[0][0] or as_of, item[0][1])
    ):
        key = {"kind": kind, "state": state} | ({} if due is None else {"due_on": due})
        part = "due" if due is None or due <= as_of else "later" if state == "open" else "waiting"
        body.append(
            [
                cell(due or "overdue"),
                Markup('<a href="today.html#{}-{}">{}</a>').format(part, kind, LABELS[kind]),
                count(len(rows), ACTIONS, key),
                figure(worth(rows), ACTIONS, key, MONEY, shown=money(worth(rows))),
            ]
        )
    head = columns("@Due", "What", "#How many", "#ARR at stake")
    table = Table("What waits for a person, by due day", head, body)
    words = [
        Markup(
            "The system computes and recommends; people decide. "
            '<a href="today.html">Each with its owner and the command that does it</a>.'
        )
    ]
    return Section("What must be decided", "decide", words, tables=[table])
