"""Notice before a tier falls: who keeps an earlier tier for how long, and what would keep it.

Belongs here: `tiers.notice_days` applied to what the facts of each year reach. Does not: which rung
the facts reach (ladder.py), movements (tiers.py), or how many days there are (policy).

Without notice a tier falls on the first day of the tier year. With notice the fall is announced on
that day and happens that many days later. A tier that only an invitation gives is not kept without
one (TIER-PREMIER-INVITE): its partner keeps the highest tier below it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from scoring.ladder import PARTNER_YEAR, TierRules
from scoring.published import TIER_NOTICES
from scoring.published_frames import conform, schema_of
from scoring.rungs import INVITATION
from scoring.tier_words import kept_by
from scoring.vocabulary import Status

DAYS_SCHEMA = {"year": pl.Int64, "partner_id": pl.String, "days": pl.Int64}
NOTICE_SCHEMA = schema_of(TIER_NOTICES)
Row = dict[str, Any]


@dataclass(frozen=True)
class NoticeRules:
    """`days` DAYS_SCHEMA: the notice that each assessed year gives, with one row with a null
    partner_id for everybody, and one for each partner whose agreement says otherwise (null where
    its terms disagree: then the policy's notice applies); `as_of`: the day that decides whether a
    notice is over."""

    days: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DAYS_SCHEMA))
    as_of: date = date.max

    def of(self, year: int, partner: str) -> int:
        """Days of notice before a fall that the assessment of a year gives a partner."""
        table = self._table
        own = table.get((year, partner))
        return max(own if own is not None else table.get((year, None)) or 0, 0)

    @property
    def _table(self) -> dict[tuple[int, str | None], int | None]:
        return {(y, p): d for y, p, d in self.days.iter_rows()}

    @property
    def gives_any(self) -> bool:
        """Whether anybody gets notice in any year."""
        return any((days or 0) > 0 for days in self.days["days"])


@dataclass(frozen=True)
class Noticed:
    """`tiers` with `tier` and `rung` as of the day, and `previous_computed` (the tier at the end of
    the year before); `notices` as `decisions.tier_notices`."""

    tiers: pl.DataFrame
    notices: pl.DataFrame


@dataclass
class _Standing:
    """A partner's tier at the end of a tier year; `announced`, `falls_on` while a notice continues
    beyond it."""

    year: int
    rung: int
    announced: date | None = None
    falls_on: date | None = None


def with_notice(
    tiers: pl.DataFrame,
    rows: pl.DataFrame,
    rules: TierRules,
    notice: NoticeRules,
    published: pl.DataFrame,
) -> Noticed:
    """Apply notices to the tiers that the facts reach, year after year.

    `tiers` as `reached_tiers` gives them, with `tier` and `rung`; `rows` as `judged_rows`;
    `published` ASSIGNMENT_SCHEMA. Without any notice the tiers come back as they were.
    """
    names = rules.tiers
    final = {
        (row["tier_year"] - 1, row["partner_id"]): row
        for row in published.iter_rows(named=True)
        if row["tier"] in names and row["tier_low"] in names
    }
    accepted = _accepted(rows)
    words = kept_by(rows, rules)
    standing: dict[str, _Standing] = {}
    shown: list[Row] = []
    notices: list[Row] = []
    for row in tiers.sort(PARTNER_YEAR).iter_rows(named=True):
        key = (row["year"], row["partner_id"])
        before = standing.get(row["partner_id"])
        if before is not None and before.year != row["year"]:
            before = None
        low = int(row["rung_low"])
        held = _held(rules, before, low, key in accepted)
        starts = date(row["year"] + 1, 1, 1)
        announced, falls_on = _dates(notice, key, before, starts)
        if key in final:  # what was published stands, whatever the facts have become
            low = names.index(final[key]["tier_low"]) + 1
            held = names.index(final[key]["tier"]) + 1
        if held <= low or falls_on <= starts:
            standing[row["partner_id"]] = _Standing(row["year"] + 1, low)
            shown.append(_shown(row, low, before, names))
            continue
        over = notice.as_of >= falls_on
        shown.append(_shown(row, low if over else held, before, names))
        runs_on = falls_on >= date(row["year"] + 2, 1, 1)
        standing[row["partner_id"]] = (
            _Standing(row["year"] + 1, held, announced, falls_on)
            if runs_on
            else _Standing(row["year"] + 1, low)
        )
        notices.append(
            {
                "tier_year": row["year"] + 1,
                "partner_id": row["partner_id"],
                "tier": names[held - 1],
                "falls_to": names[low - 1],
                "announced_on": announced,
                "falls_on": falls_on,
                "is_over": over,
                "kept_by": words.get((*key, held), ""),
                "policy_version": rules.policy_version,
            }
        )
    schema = {**tiers.schema, "previous_computed": pl.String()}
    return Noticed(
        tiers=pl.DataFrame(shown, schema=schema, orient="row"),
        notices=conform(pl.DataFrame(notices, schema=NOTICE_SCHEMA, orient="row"), TIER_NOTICES),
    )


def _accepted(rows: pl.DataFrame) -> set[tuple[int, str]]:
    """(year, partner_id) with an accepted invitation for the tier year."""
    met = rows.filter((pl.col("metric") == INVITATION) & (pl.col("status") == Status.MET))
    return set(met.select(PARTNER_YEAR).unique().iter_rows())


def _held(rules: TierRules, before: _Standing | None, low: int, accepted: bool) -> int:
    """The rung that a notice could keep: the earlier one, as far as it needs no invitation."""
    if before is None:
        return low
    if rules.invited_tier is None or accepted:
        return before.rung
    return min(before.rung, rules.tiers.index(rules.invited_tier))


def _dates(
    notice: NoticeRules, key: tuple[int, str], before: _Standing | None, starts: date
) -> tuple[date, date]:
    """When the fall was announced and when it happens; a notice that runs on is not given again."""
    if before is not None and before.announced is not None and before.falls_on is not None:
        return before.announced, before.falls_on
    try:
        return starts, starts + timedelta(days=notice.of(*key))
    except OverflowError:
        return starts, date.max


def _shown(row: Row, rung: int, before: _Standing | None, names: list[str]) -> Row:
    previous = names[before.rung - 1] if before is not None else None
    return {**row, "rung": rung, "tier": names[rung - 1], "previous_computed": previous}
