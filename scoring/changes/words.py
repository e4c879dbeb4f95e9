"""The words for a cause: what a fact is now, what it was, and what is required.

Belongs here: figures and facts as a person reads them. Does not: which facts are a cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from scoring.vocabulary import Status
from scoring.words import figure

Row = dict[str, Any]
YES_OR_NO = "yes or no"
USD = "USD"
ASKED = {">=": "at least", "<=": "at most", "=": "exactly"}


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


def fact_words(fact: Row, earlier: Row | None) -> str:
    """`Monthly reports: 9 (12 before), at least 12 needed`."""
    label = fact["label"] or fact["name"]
    if fact["unit"] == YES_OR_NO:
        return f"{label}: {_state(fact)}"
    if fact["value"] is None or fact["threshold"] is None:
        return f"{label}: {_sentence(fact)}"
    value = amount(fact["value"], fact["unit"], fact["threshold"])
    asked = f"{ASKED.get(fact['comparator'], '')} {amount(fact['threshold'], fact['unit'])} needed"
    was = earlier["value"] if earlier else None
    then = (
        f" ({amount(was, fact['unit'])} before)" if was is not None and was != fact["value"] else ""
    )
    words = f"{label}: {value}{then}, {asked.strip()}"
    if earlier and earlier["threshold"] not in (None, fact["threshold"]):
        words += f", where {amount(earlier['threshold'], fact['unit'])} sufficed before"
    if fact["status"] in (Status.NO_EVIDENCE, Status.NEEDS_REVIEW, Status.WAIVED):
        words += f", {_state(fact)}"
    return f"{words}{_details(fact)}{_place(fact)}"


def _place(fact: Row) -> str:
    """The row behind a fact that is missed or in doubt, and how many more there are."""
    if not fact.get("place") or fact["status"] not in (Status.NOT_MET, Status.NEEDS_REVIEW):
        return ""
    more = f" and {fact['rows'] - 1} more" if fact["rows"] > 1 else ""
    return f" [{fact['place']}{more}]"


def _details(fact: Row) -> str:
    """What a result says in addition to value and threshold: which app, which agreement."""
    words = fact["words"] or ""
    _, sep, rest = words.partition("needed. ")
    return f" ({rest.strip().rstrip('.')})" if sep and rest.strip() else ""


def _sentence(fact: Row) -> str:
    return (fact["words"] or _state(fact)).rstrip(".")


def _state(fact: Row) -> str:
    return {
        "met": "yes",
        "not_met": "no",
        "no_evidence": "evidence is missing",
        "needs_review": "a person has to judge it",
        "waived": "waived",
        "not_applicable": "not asked for",
    }.get(fact["status"]) or str(fact["status"])


def joined(parts: Sequence[str], most: int) -> str:
    """`a; b; and 3 more.`; empty for none."""
    if not parts:
        return ""
    more = f"; and {len(parts) - most} more" if len(parts) > most else ""
    return "; ".join(parts[:most]) + more + "."
