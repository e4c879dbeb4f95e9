"""What keeps a partner on its rung: binding criterion, gap, smallest change, margin.

Belongs here: the criteria between a rung and the next one up or down, and a sentence about them.
Does not: which rung is reached (scoring.ladder), history, or the words (policy, scoring.measures).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import polars as pl

from scoring.ladder import COMPLIANCE, FIGURE, PARTNER_YEAR, TierRules, honoured
from scoring.measures import YES_OR_NO, Measure, amount, capital, finding, lowered, to_do
from scoring.published_frames import PolarsType
from scoring.rungs import INVITATION, distance
from scoring.vocabulary import UNDECIDED, Status
from scoring.words import listed
from scoring.words import spoken as in_words

Row = dict[str, Any]
UP_SCHEMA: dict[str, PolarsType] = {
    "year": pl.Int64,
    "partner_id": pl.String,
    "binding_criterion": pl.String,
    "gap_to_next": FIGURE,
    "smallest_change": pl.String,
}
# What leaves a tier open of which no criterion is open.
TERMS_DISAGREE = "terms of its agreements disagree on what an accepted invitation outweighs"


def _distance(row: Row) -> Decimal | None:
    if row["value"] is None or row["threshold"] is None or row["comparator"] is None:
        return None
    return distance(row["comparator"], row["value"], row["threshold"])


def _decided_by_invitation(rules: TierRules) -> pl.Expr:
    """Whether the next rung is one that an accepted invitation gives whatever the facts are."""
    if rules.invited_tier is None:
        return pl.lit(False)
    invited = rules.tiers.index(rules.invited_tier) + 1
    outweighs = honoured(pl.col("year"), pl.col("partner_id"), rules, when_unclear=False)
    return (pl.col("rung_of_partner") + 1 == invited) & outweighs


def changes_up(rows: pl.DataFrame, tiers: pl.DataFrame, rules: TierRules) -> pl.DataFrame:
    """UP_SCHEMA for each row of `tiers` (year, partner_id, rung, rung_low, rung_high, ...).

    The binding criterion is the first, in the policy's order, of those that the next rung still
    needs; its gap is in the metric's unit, null without a value and on the top rung. Where an
    accepted invitation outweighs the facts (TIER-PREMIER-INVITE) only it and compliance are needed.
    """
    places = tiers.select(
        *PARTNER_YEAR, "tier_low", "tier_high", "rung_low", "rung_high", rung_of_partner="rung"
    )
    placed = rows.join(places, on=PARTNER_YEAR, how="inner")
    by_invitation = _decided_by_invitation(rules)
    needed = placed.filter(
        (pl.col("rung") == pl.col("rung_of_partner") + 1)
        & ~pl.col("passes_low")
        & (~by_invitation | pl.col("metric").is_in([INVITATION, COMPLIANCE]))
    ).sort(*PARTNER_YEAR, "position", "criterion", nulls_last=True)
    # The criteria that would settle an open tier: the open ones of the rungs between worst and
    # best.
    opening = placed.filter(
        (pl.col("rung") > pl.col("rung_low"))
        & (pl.col("rung") <= pl.col("rung_high"))
        & pl.col("passes_high")
        & ~pl.col("passes_low")
    ).sort(*PARTNER_YEAR, "rung", "position", "criterion", nulls_last=True)
    ups, opens = _grouped(needed), _grouped(opening)
    changes = []
    for place in places.iter_rows(named=True):
        key = (place["year"], place["partner_id"])
        up = ups.get(key, [])
        gap = _distance(up[0]) if up else None
        changes.append(
            {
                "year": key[0],
                "partner_id": key[1],
                "binding_criterion": up[0]["criterion"] if up else None,
                "gap_to_next": None if gap is None else max(-gap, Decimal(0)),
                "smallest_change": _sentence(place, up, opens.get(key, []), rules),
            }
        )
    return pl.DataFrame(changes, schema=UP_SCHEMA)


def _grouped(frame: pl.DataFrame) -> dict[tuple[int, str], list[Row]]:
    groups: dict[tuple[int, str], list[Row]] = {}
    for row in frame.iter_rows(named=True):
        groups.setdefault((row["year"], row["partner_id"]), []).append(row)
    return groups


def _sentence(place: Row, up: list[Row], opens: list[Row], rules: TierRules) -> str | None:
    parts = []
    if place["rung_low"] != place["rung_high"]:
        causes = "; ".join(_open(row, rules) for row in _once(opens)) or TERMS_DISAGREE
        low, high = (rules.called(place[name]) for name in ("tier_low", "tier_high"))
        parts.append(f"Undetermined between {low} and {high}: {causes}.")
        # Open questions were already named; only what is known to be missing remains to be said.
        unanswered = {row["criterion"] for row in opens}
        up = [row for row in up if row["criterion"] not in unanswered]
    if up:
        changes = "; ".join(_change(row, rules) for row in up)
        parts.append(f"For {rules.called(up[0]['tier'])}: {changes}.")
    return " ".join(parts) or None


def _once(rows: Iterable[Row]) -> list[Row]:
    """The first row of each criterion (an inherited one is the same open question)."""
    return list({row["criterion"]: row for row in reversed(list(rows))}.values())[::-1]


def _measure(row: Row, rules: TierRules) -> Measure:
    """How a criterion is worded: as the policy words its metric, otherwise by its id in words."""
    return rules.measures.get(row["metric"]) or Measure(in_words(row["criterion"]))


def _open(row: Row, rules: TierRules) -> str:
    """An open criterion in words."""
    measure = _measure(row, rules)
    if row["metric"] == INVITATION:
        subject = measure.words.about if measure.words else lowered(measure.label)
        return f"{subject} is unanswered and decides it"
    read = _read(row, rules)
    if measure.words:
        return f"{finding(measure.words, {**row, 'unit': measure.unit})}{read}"
    if row["status"] == Status.NEEDS_REVIEW:
        return f"{lowered(measure.label)} needs a person to judge it"
    return f"{lowered(measure.label)} has no evidence{read}"


def _read(row: Row, rules: TierRules) -> str:
    """The entities that a criterion without evidence is read from, in words."""
    if row["status"] == Status.NEEDS_REVIEW:
        return ""
    entities = rules.reads.filter(pl.col("metric") == row["metric"])["entity"].sort().to_list()
    return f" ({in_words(listed(entities))})" if entities else ""


def _change(row: Row, rules: TierRules) -> str:
    """One change in words: what to do, and the figure as it is now."""
    measure = _measure(row, rules)
    gap = _distance(row)
    if gap is None or gap >= 0:
        if measure.words and row["status"] in UNDECIDED:
            return f"{to_do(measure.words, {**row, 'unit': measure.unit})}{_read(row, rules)}"
        return _open(row, rules)
    sentences = measure.words
    if sentences:
        now = "" if _is_word(row, measure) else f" ({amount(row['value'], measure.unit)} now)"
        return f"{to_do(sentences, {**row, 'unit': measure.unit})}{now}"
    if row["metric"] == INVITATION:
        return f"{lowered(measure.label)} accepted"
    if measure.unit == YES_OR_NO:
        return f"{lowered(measure.label)}: yes instead of no"
    bound, more = {">=": ("at least ", "more"), "<=": ("at most ", "fewer")}.get(
        row["comparator"], ("", "apart")
    )
    value, threshold, missing = (
        amount(figure, measure.unit, beside)
        for figure, beside in (
            (row["value"], row["threshold"]),
            (row["threshold"], None),
            (-gap, Decimal(0)),
        )
    )
    return f"{lowered(measure.label)} from {value} to {bound}{threshold} ({missing} {more})"


def _is_word(row: Row, measure: Measure) -> bool:
    """Whether the present figure adds nothing to what is to be done: it is none, or a no."""
    return measure.unit == YES_OR_NO or row["value"] == 0


def margins(rows: pl.DataFrame, tiers: pl.DataFrame, rules: TierRules) -> pl.DataFrame:
    """How much of each criterion may be lost before the rung is lost: `decisions.tier_margins`.

    A row for each criterion that holds the assigned rung, none for the lowest, which nobody loses.
    Where an accepted invitation alone holds it, its facts are shown with a margin below 0; where it
    would hold it, the sentence says so.
    """
    places = tiers.select(*PARTNER_YEAR, rung_of_partner="rung")
    outweighed = pl.lit(False)
    if rules.invited_tier is not None:
        accepted = (pl.col("metric") == INVITATION) & (pl.col("status") == Status.MET)
        outweighed = (
            (pl.col("tier") == rules.invited_tier)
            & accepted.any().over(PARTNER_YEAR)
            & honoured(pl.col("year"), pl.col("partner_id"), rules, when_unclear=False)
            & ~pl.col("metric").is_in([INVITATION, COMPLIANCE])
        )
    held = (
        rows.join(places, on=PARTNER_YEAR, how="inner")
        .filter((pl.col("rung") == pl.col("rung_of_partner")) & (pl.col("rung") > 1))
        .with_columns(is_outweighed=outweighed)
    )
    rested = []
    for row in held.iter_rows(named=True):
        margin = _distance(row)
        rested.append(
            {
                "tier_year": row["year"] + 1,
                "partner_id": row["partner_id"],
                "tier": row["tier"],
                "criterion": row["criterion"],
                "status": row["status"],
                "value": row["value"],
                "threshold": row["threshold"],
                "margin": margin,
                "clause": row["clause"],
                "sentence": _margin_sentence(row, margin, rules),
            }
        )
    schema: dict[str, PolarsType] = {
        "tier_year": pl.Int64,
        **dict.fromkeys(("partner_id", "tier", "criterion", "status"), pl.String),
        **dict.fromkeys(("value", "threshold", "margin"), FIGURE),
        **dict.fromkeys(("clause", "sentence"), pl.String),
    }
    return pl.DataFrame(rested, schema=schema)


def _margin_sentence(row: Row, margin: Decimal | None, rules: TierRules) -> str:
    measure, tier = _measure(row, rules), rules.called(row["tier"])
    name = capital(measure.label)
    if row["status"] == Status.WAIVED:
        return f"{name}: waived; without the waiver {tier} would rest on it."
    if margin is None:
        return f"{name}: no value; {tier} rests on its status, {in_words(row['status'])}."
    otherwise = f"only the accepted invitation holds {tier}" if row["is_outweighed"] else ""
    if measure.unit == YES_OR_NO and margin >= 0:
        if otherwise:
            return f"{name}: yes; without it, {otherwise}."
        if measure.words:
            return f"{tier} is lost where {measure.words.missed.of(Decimal(0), Decimal(1))}."
        return f"{tier} rests on it: {measure.label}."
    beside = row["threshold"] if margin else None
    value, threshold, apart = (
        amount(figure, measure.unit, near)
        for figure, near in (
            (row["value"], beside),
            (row["threshold"], None),
            (abs(margin), Decimal(0)),
        )
    )
    if margin < 0:
        return f"{name}: misses {threshold} by {apart}; the accepted invitation holds {tier}."
    less = "more" if row["comparator"] == "<=" else "less"
    if margin == 0:
        end = f"with {less}, {otherwise}" if otherwise else f"anything {less} loses {tier}"
        return f"{name}: exactly {value}; {end}."
    verb = "rise" if row["comparator"] == "<=" else "fall"
    room = f"{name}: may {verb} by {apart}, from {value} to {threshold}"
    return f"{room}; beyond that, {otherwise}." if otherwise else f"{room}, before {tier} is lost."


def kept_by(rows: pl.DataFrame, rules: TierRules) -> dict[tuple[int, str, int], str]:
    """(year, partner_id, rung) -> what would keep that rung, in words: the criteria of this rung
    and those below that do not hold, each once; no entry where all hold."""
    ordered = rows.sort(*PARTNER_YEAR, "rung", "position", "criterion", nulls_last=True)
    failing = _grouped(ordered.filter(~pl.col("passes_low")))
    sentences = {}
    for (year, partner), missing in failing.items():
        for rung, tier in enumerate(rules.tiers, start=1):
            below = _once(row for row in missing if row["rung"] <= rung)
            if below:
                changes = "; ".join(_change(row, rules) for row in below)
                sentences[year, partner, rung] = f"To keep {rules.called(tier)}: {changes}."
    return sentences
