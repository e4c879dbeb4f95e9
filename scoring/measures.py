"""One figure against what is required, in the policy's words: what was found, what to do.

Belongs here: figures inside sentences, and filling a wording with them. Does not: the wording (the
policy's sets), or which figures are worded (first_lines, changes, tier_words, dashboards/letters).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb

from scoring.policy.sentences import Counted, Sentences, filled, wording_of
from scoring.rows import fetch
from scoring.vocabulary import Status
from scoring.words import figure, number_word

HUNDRED = 100
SHARE, USD, YES_OR_NO = "share", "USD", "yes or no"
ASKED = {">=": "at least", "<=": "at most", "=": "exactly"}


@dataclass(frozen=True)
class Measure:
    """How a metric is worded: its label, without the note that 1 means yes; its unit; its
    sentences, None where the policy has none."""

    label: str
    unit: str | None = None
    words: Sentences | None = None


Measures = Mapping[str, Measure]


def measures(con: duckdb.DuckDBPyConnection) -> Measures:
    """Metric id -> how the policy of the warehouse words it."""
    rows = fetch(
        con,
        """select metrics.metric, metrics.label, metrics.unit, sentences as wording
        from policy.metrics as metrics
        left join policy.metric_sentences as sentences using (metric)""",
    )
    return {
        row["metric"]: Measure(
            without_yes_no(row["label"]), row["unit"], wording_of(row["wording"])
        )
        for row in rows
    }


def without_yes_no(label: str | None) -> str:
    """A metric's label without the note that 1 means yes."""
    return (label or "").replace(" (1 yes, 0 no)", "")


def amount(value: Decimal | None, unit: str | None, beside: Decimal | None = None) -> str:
    """A value in its unit: dollars whole, averages to one place, and exact where rounding would
    hide that it differs from `beside`."""
    if value is None:
        return "unknown"
    places = Decimal(1) if unit == USD else Decimal("0.1")
    rounded = value.quantize(places, rounding=ROUND_HALF_UP)
    hides = beside is not None and value != beside and rounded == beside.quantize(places)
    shown = figure(value if hides else rounded)
    return f"{shown} {USD}" if unit == USD else shown


def in_sentence(value: Decimal | None, unit: str | None, beside: Decimal | None = None) -> str:
    """A figure inside a sentence: `two`, `$87,400`, `83.3 %`, `96.5`; exact where rounding would
    hide that it differs from `beside`."""
    if value is None:
        return "an unknown number"
    if unit == SHARE:
        near = None if beside is None else beside * HUNDRED
        return f"{amount(value * HUNDRED, SHARE, near)} %"
    if unit == USD:
        return f"${amount(value, USD, beside).removesuffix(f' {USD}')}"
    return number_word(value) or amount(value, unit, beside)


def finding(words: Sentences, held: Mapping[str, Any]) -> str:
    """The sentence about what was found where a rule is not met or not decided. `held` has status,
    value, threshold and unit."""
    if held["status"] == Status.NO_EVIDENCE:
        return f"nothing that was delivered shows {words.about}"
    if held["status"] == Status.NEEDS_REVIEW:
        return f"a person has to judge {words.about}"
    return _filled(words.missed, held)


def to_do(words: Sentences, held: Mapping[str, Any]) -> str:
    """What would change the answer; `held` as in `finding`."""
    if held["status"] == Status.NO_EVIDENCE:
        return f"deliver what shows {words.about}"
    if held["status"] == Status.NEEDS_REVIEW:
        return f"have a person settle {words.about}"
    return _filled(words.act, held)


def gap_of(value: Decimal | None, threshold: Decimal | None) -> Decimal | None:
    """What is missing, or too many, in the metric's unit; None without value or threshold."""
    return None if value is None or threshold is None else abs(threshold - value)


def _filled(form: Counted, held: Mapping[str, Any]) -> str:
    value, threshold, unit = held["value"], held["threshold"], held["unit"]
    gap = gap_of(value, threshold)
    figures = {
        "value": in_sentence(value, unit, threshold),
        "threshold": in_sentence(threshold, unit),
        "gap": in_sentence(gap, unit, Decimal(0)),
    }
    return filled(form.of(value, gap), figures)


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """The text with a small first letter, unless it begins with an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or len(text) == 1 else text
