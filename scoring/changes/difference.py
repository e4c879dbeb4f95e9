"""From two sides to the rows of `decisions.changes`: what differs, and why.

Belongs here: pure functions over two sides. Does not: the warehouse, or which two sides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from scoring.changes.facts import FACTS
from scoring.changes.sides import (
    COMPLIANCE,
    LISTING,
    MINIMUM,
    MINIMUM_METRIC,
    RECOMMENDATION,
    TIER,
    Side,
)
from scoring.changes.words import fact_words, joined
from scoring.measures import Measures, capital, without_yes_no
from scoring.published import CHANGES
from scoring.published_frames import conform, schema_of
from scoring.vocabulary import FAILING as FAILING_STATUSES
from scoring.vocabulary import PASSING, UNDECIDED, Standing, Status

Row = dict[str, Any]
Place = tuple[Any, ...]
# The number of partners whose facts are held at a time.
TOGETHER = 1_000
NO_FACTS = pl.DataFrame(schema=FACTS)
PLACE = ["period", "partner_id", "program"]
KEY = ["kind", *PLACE, "subject"]
# A criterion that only repeats the roll-up is explained by the requirements behind it.
ROLL_UP = "program_compliance"
FAILING: dict[str, set[str]] = {
    Standing.NON_COMPLIANT: {Status.NOT_MET},
    Standing.UNDETERMINED: {*UNDECIDED},
}
ALL_FAILING: set[str] = {*FAILING_STATUSES}
# The number of reasons that a cause names; the rest are counted.
NAMED = 4
UNLISTED = "not_listed"


def differences(
    since: str,
    before: Side,
    after: Side,
    ladder: Mapping[str, int],
    tier_labels: Mapping[str, str],
    measures: Measures,
) -> pl.DataFrame:
    """One row per result that differs, in the shape of `decisions.changes`.

    Both sides have the same periods: those of `before` were renamed to those of `after`. `ladder`:
    tier to its rank; `measures`: how metrics are worded. ARR (USD) and customers are the partner's
    own at the period's end; for one that has left, those of the side before. `before` or `after` is
    null for a partner that was not there.
    """
    changed = _changed(before.standing, after.standing)
    if changed.is_empty():
        return pl.DataFrame(schema=schema_of(CHANGES))
    parts = []
    listed = _listed(before), _listed(after)
    for part in _parts(changed):
        facts = _Facts(part, before, after, measures)
        causes = [
            _listing_cause(row, *listed)
            if row["kind"] == LISTING
            else _cause(row, facts, ladder, tier_labels)
            for row in part.iter_rows(named=True)
        ]
        parts.append(
            part.with_columns(
                since=pl.lit(since),
                cause=pl.Series([cause for cause, _ in causes], dtype=pl.String),
                clause=pl.Series([clause for _, clause in causes], dtype=pl.String),
            )
        )
    rows = _with_stakes(pl.concat(parts), before, after)
    listing = pl.col("kind") == LISTING
    rows = rows.with_columns(
        before=pl.when(listing).then(pl.col("before").fill_null(UNLISTED)).otherwise("before"),
        after=pl.when(listing).then(pl.col("after").fill_null(UNLISTED)).otherwise("after"),
    )
    return conform(rows, CHANGES)


def _changed(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Rows of both sides side by side, where they differ."""
    other = before.rename(
        {name: f"{name}_before" for name in ("value", "figure", "words", "clause")}
    )
    rows = after.join(other, on=KEY, how="full", coalesce=True, nulls_equal=True)
    return rows.filter(pl.col("value").ne_missing(pl.col("value_before"))).rename(
        {"value_before": "before", "value": "after"}
    )


def _parts(changed: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows in parts, a group of partners in each, in the order of their ids."""
    ids = changed["partner_id"].unique().sort()
    for start in range(0, len(ids), TOGETHER):
        yield changed.filter(pl.col("partner_id").is_in(ids[start : start + TOGETHER].implode()))


class _Facts:
    """Facts of the places that changed, by (kind, place, tier, name), on both sides."""

    def __init__(
        self,
        changed: pl.DataFrame,
        before: Side,
        after: Side,
        measures: Measures,
    ) -> None:
        self.measures = measures
        explained = pl.col("kind").is_in([TIER, COMPLIANCE, MINIMUM])
        places = changed.filter(explained).select(PLACE).unique()
        ids = places["partner_id"].unique().sort()
        self.before, self.after = _grouped(NO_FACTS), _grouped(NO_FACTS)
        if ids.is_empty():
            return
        span = ids[0], ids[-1]
        now = after.facts.between(*span).join(after.rows, on=[*PLACE, "metric"], how="left")
        self.before = _grouped(before.facts.between(*span).join(places, on=PLACE, how="semi"))
        self.after = _grouped(now.join(places, on=PLACE, how="semi"))

    def requirements(self, row: Row, statuses: set[str] | None = None) -> list[Row]:
        """Requirements of a place as they are now, of the statuses if any are named."""
        facts = self.after[_place(row, COMPLIANCE)]
        return [f for f in facts if statuses is None or f["status"] in statuses]

    def criteria(self, row: Row, tier: str) -> list[Row]:
        """Criteria of one rung as they are now, by position."""
        return [f for f in self.after[_place(row, TIER)] if f["tier"] == tier]

    def in_words(self, row: Row, fact: Row) -> str:
        """A fact as it is now, and what it was."""
        return fact_words(fact, self.earlier(row, fact), self.measures.get(fact["metric"]))

    def earlier(self, row: Row, fact: Row) -> Row | None:
        """The same fact on the side before."""
        facts = self.before[_place(row, fact["kind"])]
        same = (f for f in facts if (f["tier"], f["name"]) == (fact["tier"], fact["name"]))
        return next(same, None)


def _grouped(facts: pl.DataFrame) -> dict[Place, list[Row]]:
    grouped: dict[Place, list[Row]] = defaultdict(list)
    for fact in facts.sort("position", "tier", "name").iter_rows(named=True):
        grouped[_place(fact, fact["kind"])].append(fact)
    return grouped


def _place(row: Row, kind: str) -> tuple[Any, ...]:
    return (kind, *(row[name] for name in PLACE))


def _cause(
    row: Row, facts: _Facts, ladder: Mapping[str, int], labels: Mapping[str, str]
) -> tuple[str, str | None]:
    """One sentence or more on why, and the clause of the first reason."""
    if row["kind"] == COMPLIANCE:
        return _compliance_cause(row, facts)
    if row["kind"] == TIER:
        return _tier_cause(row, facts, ladder, labels)
    if row["after"] is None:
        return "No longer in the program.", row["clause_before"]
    if row["kind"] == MINIMUM:
        [fact] = [f for f in facts.requirements(row) if f["metric"] == MINIMUM_METRIC][:1]
        # The figure is the partner's own; the requirement is called after what it asks for.
        measured = facts.measures.get(MINIMUM_METRIC)
        named = {**fact, "label": measured.label} if measured else fact
        return f"{capital(facts.in_words(row, named))}.", row["clause"]
    new = " New in the program." if row["before"] is None and row["kind"] == RECOMMENDATION else ""
    return f"{row['words'] or ''}{new}".strip(), row["clause"]


def _listed(side: Side) -> set[tuple[str, str]]:
    """(period, app) of every app that is listed."""
    rows = side.standing.filter(pl.col("kind") == LISTING)
    return set(rows.select("period", "subject").iter_rows())


def _listing_cause(
    row: Row, before: set[tuple[str, str]], after: set[tuple[str, str]]
) -> tuple[str, str | None]:
    """That an app was listed or removed, or that a listed one went to another partner, whom letters
    may not name."""
    app = (row["period"], row["subject"])
    if row["after"] is None:
        words = (row["words_before"] or "").rstrip(".")
        end = "it is another partner's now" if app in after else "it is not listed any more"
        return f"{words}; {end}.", row["clause_before"]
    words = (row["words"] or "").rstrip(".")
    then = "; it was another partner's before" if app in before else ""
    return f"{words}{then}.", row["clause"]


def _compliance_cause(row: Row, facts: _Facts) -> tuple[str, str | None]:
    if row["after"] is None:
        return "No longer in the program.", None
    new = "New in the program. " if row["before"] is None else ""
    failing = FAILING.get(row["after"])
    if failing is None:
        mended = [
            fact
            for fact in facts.requirements(row, set[str](PASSING))
            if (facts.earlier(row, fact) or {}).get("status") in ALL_FAILING
        ]
        words = joined([f"{f['label']}: {_mended(f)}" for f in mended], NAMED)
        return f"{new}{words or 'Nothing that must be met is missed.'}", _clause(mended)
    requirements = facts.requirements(row, failing)
    fresh = [f for f in requirements if (facts.earlier(row, f) or {}).get("status") != f["status"]]
    named = fresh or requirements
    words = joined([facts.in_words(row, f) for f in named], NAMED)
    return f"{new}{capital(words)}".strip(), _clause(named)


def _mended(fact: Row) -> str:
    ways = {Status.WAIVED: "waived now", Status.NOT_APPLICABLE: "not asked for any more"}
    return ways.get(fact["status"], "met now")


def _tier_cause(
    row: Row, facts: _Facts, ladder: Mapping[str, int], labels: Mapping[str, str]
) -> tuple[str, str | None]:
    if row["after"] is None:
        return "No longer in the program.", None
    if row["before"] is None:
        return "Assessed for the first time.", _clause(facts.criteria(row, row["after"]))
    up = ladder.get(row["after"], 0) > ladder.get(row["before"], 0)
    rung = row["after"] if up else row["before"]
    criteria = facts.criteria(row, rung)
    if up:
        turned = [
            c
            for c in criteria
            if c["status"] not in ALL_FAILING
            and (facts.earlier(row, c) or {}).get("status") in ALL_FAILING
        ]
        verb = "Reached"
    else:
        turned = [c for c in criteria if c["status"] in ALL_FAILING]
        verb = "Missed for"
    named = turned or criteria[-1:]
    if not named:
        return f"{verb} {labels.get(rung, rung)}.", None
    words = joined([_criterion(row, c, facts) for c in named], NAMED)
    return f"{verb} {labels.get(rung, rung)}: {words}", _clause(named)


def _criterion(row: Row, criterion: Row, facts: _Facts) -> str:
    if criterion["metric"] == ROLL_UP and criterion["status"] in ALL_FAILING:
        behind = facts.requirements(row, ALL_FAILING)
        if behind:
            return joined([facts.in_words(row, f) for f in behind], NAMED).rstrip(".")
    return facts.in_words(row, {**criterion, "label": without_yes_no(criterion["label"])})


def _clause(facts: Iterable[Row]) -> str | None:
    return next((fact["clause"] for fact in facts), None)


def _with_stakes(rows: pl.DataFrame, before: Side, after: Side) -> pl.DataFrame:
    key = ["period", "partner_id"]
    columns = {"arr_usd": "arr_usd_before", "customers": "customers_before"}
    joined_rows = rows.join(after.stakes.unique(key), on=key, how="left").join(
        before.stakes.unique(key).rename(columns), on=key, how="left"
    )
    left = pl.col("after").is_null() & (pl.col("kind") != LISTING)
    return joined_rows.with_columns(
        arr_usd=pl.when(left).then("arr_usd_before").otherwise("arr_usd"),
        customers=pl.when(left).then("customers_before").otherwise("customers"),
    )
