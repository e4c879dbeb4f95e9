"""The words for a cause: what a fact is now, what it was, and what is required.

Belongs here: figures and facts as a person reads them. Does not: which facts are a cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scoring.measures import ASKED, YES_OR_NO, Measure, amount, finding, gap_of, in_sentence
from scoring.policy.sentences import Sentences
from scoring.vocabulary import FAILING, Status
from scoring.words import plural
from scoring.words import spoken as in_words

Row = dict[str, Any]


def fact_words(fact: Row, earlier: Row | None, measure: Measure | None = None) -> str:
    """`one monthly report is missing (12 before)` in the words of the policy, where it has some and
    something is missed or open; else `Monthly reports: 9 (12 before), at least 12 needed`."""
    if measure and measure.words and fact["status"] in FAILING:
        sentence = finding(measure.words, {**fact, "unit": measure.unit})
        return f"{sentence}{_was(fact, earlier, measure.words)}{_details(fact)}{_place(fact)}"
    label = fact["label"] or in_words(fact["name"])
    if fact["unit"] == YES_OR_NO:
        return f"{label}: {_state(fact)}"
    if fact["value"] is None or fact["threshold"] is None:
        return f"{label}: {_sentence(fact)}"
    words = f"{label}: {_figures(fact, earlier)}"
    if earlier and earlier["threshold"] not in (None, fact["threshold"]):
        words += f", where {amount(earlier['threshold'], fact['unit'])} sufficed before"
    if fact["status"] in (Status.NO_EVIDENCE, Status.NEEDS_REVIEW, Status.WAIVED):
        words += f", {_state(fact)}"
    return f"{words}{_details(fact)}{_place(fact)}"


def _figures(fact: Row, earlier: Row | None) -> str:
    """`9 (12 before), at least 12 needed`."""
    value = amount(fact["value"], fact["unit"], fact["threshold"])
    needed = f"{ASKED.get(fact['comparator'], '')} {amount(fact['threshold'], fact['unit'])} needed"
    was = earlier["value"] if earlier else None
    moved = was is not None and was != fact["value"]
    then = f" ({amount(was, fact['unit'])} before)" if moved else ""
    return f"{value}{then}, {needed.strip()}"


def _was(fact: Row, earlier: Row | None, words: Sentences) -> str:
    """The earlier figures, as far as a sentence about something missed or open does not state
    them."""
    value, unit = fact["value"], fact["unit"]
    if unit == YES_OR_NO or value is None or fact["threshold"] is None:
        return ""
    if fact["status"] != Status.NOT_MET:
        # What could be read of it may be enough, and by how much decides where to look.
        return f": {_figures(fact, earlier)}" if value != fact["threshold"] else ""
    before = _before(fact, earlier, words)
    if earlier and earlier["threshold"] not in (None, fact["threshold"]):
        before += f", where {in_sentence(earlier['threshold'], unit)} sufficed before"
    return before


def _before(fact: Row, earlier: Row | None, words: Sentences) -> str:
    """` (one before)`: the figure of the sentence, as it was."""
    value, then, unit = fact["value"], earlier["value"] if earlier else None, fact["unit"]
    if earlier is None or then is None or then == value:
        return ""
    form = words.missed.of(value, gap_of(value, fact["threshold"]))
    if "{value}" not in form and form != words.missed.none:
        # The sentence counts what is missing or too much, which was none where the fact was met.
        if earlier["status"] not in FAILING or earlier["threshold"] is None:
            return ""
        then = abs(earlier["threshold"] - then)
    return f" ({'none' if then == 0 else in_sentence(then, unit)} before)"


def _place(fact: Row) -> str:
    """The row behind a fact that is missed or in doubt, and how many more there are."""
    if not fact.get("place") or fact["status"] not in (Status.NOT_MET, Status.NEEDS_REVIEW):
        return ""
    more = f" and {plural(fact['rows'] - 1, 'more row')}" if fact["rows"] > 1 else ""
    return f" [{fact['place']}{more}]"


def _details(fact: Row) -> str:
    """The details of a result besides value and threshold: which app, which agreement."""
    words = fact["words"] or ""
    _, sep, rest = words.partition("needed. ")
    return f" ({in_words(rest.strip().rstrip('.'))})" if sep and rest.strip() else ""


def _sentence(fact: Row) -> str:
    return in_words(fact["words"] or _state(fact)).rstrip(".")


def _state(fact: Row) -> str:
    return {
        Status.MET: "yes",
        Status.NOT_MET: "no",
        Status.NO_EVIDENCE: "evidence is missing",
        Status.NEEDS_REVIEW: "a person has to judge it",
        Status.WAIVED: "waived",
        Status.NOT_APPLICABLE: "not asked for",
    }.get(fact["status"]) or str(fact["status"])


def joined(parts: Sequence[str], most: int) -> str:
    """`a; b; and 3 more.`; empty for none."""
    if not parts:
        return ""
    more = f"; and {len(parts) - most} more" if len(parts) > most else ""
    return "; ".join(parts[:most]) + more + "."
