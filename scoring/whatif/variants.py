"""Judges many settings at once: each partner appears once per variant, in shared frames.

Belongs here: multiplying facts by variants, and counting the results. Does not: judging (judge.py),
which sees partners and does not know that some of them are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from scoring.vocabulary import Standing
from scoring.whatif.facts import Facts
from scoring.whatif.judge import PAIR, Outcome, Setting, outcome

# Separates variant and partner in the id of a variant's partner; occurs in no delivered id.
MARK = "\x1e"
# Rows judged at once: memory stays the same however many variants there are.
ROWS_AT_ONCE = 400_000


def outcomes(facts: Facts, settings: Sequence[Mapping[str, Setting]]) -> list[dict[str, int]]:
    """For each of `settings`, in order: `tier_moves`, `standing_moves` against the policy as it
    is, partners per tier (`tier:<id>`) and pairs per standing (`<program>:<status>`)."""
    now = outcome(facts, {})
    touched = _touched(facts, settings)
    alike: dict[frozenset, list[int]] = defaultdict(list)
    for number, each in enumerate(settings):
        alike[frozenset((n, v) for n, v in each.items() if isinstance(v, bool))].append(number)
    rows_each = max(1, facts.rules.filter(_of(touched)).height)
    step = max(1, ROWS_AT_ONCE // rows_each)
    counts: dict[int, dict[str, int]] = {}
    for flags, members in alike.items():
        for first in range(0, len(members), step):
            chunk = members[first : first + step]
            many = _multiplied(facts, touched, {n: settings[n] for n in chunk})
            then = outcome(many, dict(flags))
            counts |= _counted(facts, now, then, touched, chunk)
    return [counts[number] for number in range(len(settings))]


def _touched(facts: Facts, settings: Sequence[Mapping[str, Setting]]) -> pl.Series:
    """The partners with a rule whose answer a setting could change."""
    if any(isinstance(value, bool) for each in settings for value in each.values()):
        return facts.pairs["partner_id"].unique()
    names = sorted({name for each in settings for name in each})
    rules = facts.rules.filter(pl.col("threshold_parameter").is_in(names) & pl.col("by_policy"))
    return rules["partner_id"].unique()


def _of(partners: pl.Series) -> pl.Expr:
    return pl.col("partner_id").is_in(partners.implode())


def _multiplied(
    facts: Facts, partners: pl.Series, settings: Mapping[int, Mapping[str, Setting]]
) -> Facts:
    """The facts of these partners once for each variant, with its thresholds."""
    variants = pl.DataFrame({"variant": [str(number) for number in settings]})
    changed = pl.DataFrame(
        [
            (str(number), name, value)
            for number, each in settings.items()
            for name, value in each.items()
            if not isinstance(value, bool)
        ],
        schema={
            "variant": pl.String,
            "threshold_parameter": pl.String,
            "changed": facts.rules.schema["threshold"],
        },
        orient="row",
    )
    by_policy = pl.col("by_policy") & pl.col("changed").is_not_null()
    rules = (
        facts.rules.filter(_of(partners))
        .join(variants, how="cross")
        .join(changed, on=["variant", "threshold_parameter"], how="left")
        .with_columns(
            threshold=pl.when(by_policy).then("changed").otherwise("threshold"),
            partner_id=pl.col("variant") + MARK + pl.col("partner_id"),
        )
        .drop("variant", "changed")
    )
    overrides = facts.ladder.overrides
    own = _times(overrides.filter(pl.col("partner_id").is_not_null()), variants)
    everybody = overrides.filter(pl.col("partner_id").is_null())
    return replace(
        facts,
        rules=rules,
        pairs=_times(facts.pairs.filter(_of(partners)), variants),
        ladder=replace(facts.ladder, overrides=pl.concat([everybody, own])),
    )


def _times(frame: pl.DataFrame, variants: pl.DataFrame) -> pl.DataFrame:
    partner = pl.col("variant") + MARK + pl.col("partner_id")
    return frame.join(variants, how="cross").with_columns(partner_id=partner).drop("variant")


def _counted(
    facts: Facts, now: Outcome, then: Outcome, touched: pl.Series, chunk: Sequence[int]
) -> dict[int, dict[str, int]]:
    """The counts of each variant: new ones for the partners that it could affect, present ones for
    all others."""
    others = ~_of(touched)
    still = pl.concat([_tiers(now.tiers.filter(others)), _standings(now.standings.filter(others))])
    spine = _spine(facts)
    base = dict.fromkeys(("tier_moves", "standing_moves", *spine), 0)
    for name, count in still.group_by("name").len().iter_rows():
        base[name] = count
    counts = {number: dict(base) for number in chunk}
    tiers, standings = _apart(then.tiers), _apart(then.standings)
    named = pl.concat([_tiers(tiers, "variant"), _standings(standings, "variant")])
    for variant, name, count in named.group_by("variant", "name").len().iter_rows():
        counts[int(variant)][name] += count
    moved = tiers.join(now.tiers, on="partner_id", suffix="_now").filter(
        (pl.col("tier") != pl.col("tier_now")) | (pl.col("tier_high") != pl.col("tier_high_now"))
    )
    stands = standings.join(now.standings, on=PAIR, suffix="_now").filter(
        pl.col("status") != pl.col("status_now")
    )
    for name, frame in (("tier_moves", moved), ("standing_moves", stands)):
        for variant, count in frame.group_by("variant").len().iter_rows():
            counts[int(variant)][name] = count
    return counts


def _spine(facts: Facts) -> list[str]:
    """The name of every count, including those of tiers and standings that nobody has."""
    programs = facts.pairs["program"].unique().sort()
    tiers = [f"tier:{tier}" for tier in reversed(facts.ladder.tiers)]
    return tiers + [f"{program}:{status}" for program in programs for status in Standing]


def _tiers(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    return frame.select(*columns, name=pl.lit("tier:") + pl.col("tier"))


def _standings(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    return frame.select(*columns, name=pl.col("program") + ":" + pl.col("status"))


def _apart(frame: pl.DataFrame) -> pl.DataFrame:
    """`variant` and the partner's own id again."""
    parts = pl.col("partner_id").str.split_exact(MARK, 1)
    return frame.with_columns(
        variant=parts.struct.field("field_0"), partner_id=parts.struct.field("field_1")
    )
