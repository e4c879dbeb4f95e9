"""What is open, in the policy's words, with every figure bound to its row.

Belongs here: filling wordings with bound figures. Does not: the wording (the policy's sets), which
rows are open (facts.py), or the rest of a letter (letter.html).
"""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup, escape

from dashboards.figures import figure
from dashboards.letters.bound import Bound
from scoring.first_lines import UNANSWERED
from scoring.measures import in_sentence
from scoring.policy.sentences import FIELD, Counted, Sentences
from scoring.rows import Row
from scoring.rungs import INVITATION
from scoring.vocabulary import Status


def missed(row: Bound, words: Sentences | None, metric: Row, label: Markup) -> Markup:
    """What was found for an open requirement or criterion; `label` if the policy has no words for
    it. `metric` is its row of policy.metrics."""
    status, unit = row.raw["status"], metric["unit"]
    if _waits_for_answer(row, metric):
        return Markup(UNANSWERED)
    if words is None:
        return Markup("{}: {}").format(label, row.as_("status", "word"))
    if status == Status.NO_EVIDENCE:
        return Markup("nothing that was delivered shows {}").format(words.about)
    if status == Status.NEEDS_REVIEW:
        return Markup("one of us has to judge {}").format(words.about)
    return _filled(words.missed, row, unit)


def act(row: Bound, words: Sentences | None, metric: Row, label: Markup) -> Markup | None:
    """What the partner can do about it; None if it waits for one of our people."""
    status, unit = row.raw["status"], metric["unit"]
    if _waits_for_answer(row, metric):
        return Markup("answer our invitation")
    if status == Status.NEEDS_REVIEW:
        return None
    if words is None:
        return label
    if status == Status.NO_EVIDENCE:
        return Markup("deliver what shows {}").format(words.about)
    return _filled(words.act, row, unit)


def _waits_for_answer(row: Bound, metric: Row) -> bool:
    return metric["metric"] == INVITATION and row.raw["status"] == Status.NEEDS_REVIEW


def _filled(form: Counted, row: Bound, unit: str) -> Markup:
    value, threshold = row.raw["value"], row.raw["threshold"]
    known = value is not None and threshold is not None
    gap = abs(threshold - value) if known else None
    limits = {"value": threshold, "threshold": None, "gap": Decimal(0)}

    def shown(name: str) -> Markup:
        if name not in row.raw:
            # The row has no gap; the label then says it without a figure.
            return Markup("what is missing")
        number = row.raw[name]
        return figure(number, row.table, row.key, name, in_sentence(number, unit, limits[name]))

    text = str(escape(form.of(value, gap)))
    return Markup(FIELD.sub(lambda match: shown(match[1]), text))
