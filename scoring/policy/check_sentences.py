"""Checks that a policy set's sentences are about its metrics, and contain no number of their own.

Belongs here: the check when a set is read. Does not: the sentences' shape (sentences.py).
"""

from __future__ import annotations

from scoring.policy.model import PolicySet
from scoring.policy.places import Places
from scoring.policy.sentences import FIELD, FIELDS, unknown_fields


def check_sentences(policy: PolicySet, raw: Places) -> None:
    """Raises PolicyError, which names the file and line of a sentence that cannot be used."""
    known = {metric.id for metric in policy.metrics}
    for own in policy.sentences:
        if own.id not in known:
            raise raw.fault(
                "sentences",
                own.id,
                f"sentences on unknown metric {own.id!r}",
                "name one of the set",
            )
        for place, text in own.texts().items():
            if strange := unknown_fields(text):
                problem = f"{own.id}: {place} asks for {', '.join(strange)}"
                remedy = f"write {', '.join(FIELDS)} in braces, or no braces"
                raise raw.fault("sentences", own.id, problem, remedy, place.split()[0])
            if any(c.isdigit() for c in FIELD.sub("", text)):
                problem = f"{own.id}: {place} has a number of its own"
                remedy = "write the field that holds it, or the number as a word"
                raise raw.fault("sentences", own.id, problem, remedy, place.split()[0])
