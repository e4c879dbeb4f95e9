"""The closed lists of values in which decisions are stated.

Belongs here: the values of statuses and actions that models, scoring and pages share. SQL writes
them as literals, which a test compares with these lists. Does not: words for people
(dashboards/words.py), kinds that only one module knows, or any value of the policy.

A member is text: it compares, formats and binds to a query as its value. A frame that is built from
members needs a schema for its text columns, or Polars makes them enums.
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Whether a requirement or a criterion is met (semantics 3)."""

    MET = "met"
    WAIVED = "waived"
    NOT_APPLICABLE = "not_applicable"
    NO_EVIDENCE = "no_evidence"
    NEEDS_REVIEW = "needs_review"
    NOT_MET = "not_met"


# A delivery or a person could still change these either way.
UNDECIDED = (Status.NO_EVIDENCE, Status.NEEDS_REVIEW)
FAILING = (Status.NOT_MET, *UNDECIDED)
# Statuses that do not hold a partner back: nobody could expect more of it.
PASSING = (Status.MET, Status.WAIVED, Status.NOT_APPLICABLE)


class Standing(StrEnum):
    """The roll-up of a membership's requirements in a period (semantics 3)."""

    COMPLIANT = "compliant"
    UNDETERMINED = "undetermined"
    NON_COMPLIANT = "non_compliant"


class Movement(StrEnum):
    """A tier compared with that of the year before (semantics 5)."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    FIRST = "first"


class Action(StrEnum):
    """What a review recommends (semantics 8)."""

    MAINTAIN = "maintain"
    REMEDIATE = "remediate"
    CHANGE_BENEFITS = "change_benefits"
    END_STATUS = "end_status"


class Subject(StrEnum):
    """What a decision or a change of it is about (the `kind` of either)."""

    TIER = "tier"
    COMPLIANCE = "compliance"
    RECOMMENDATION = "recommendation"
    MINIMUM = "minimum"
    LISTING = "listing"


class Strength(StrEnum):
    """How binding a rule is: what must be met, what should be, what may be, and a plain fact."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"
    FACT = "fact"


class Certainty(StrEnum):
    """How certain a value of the policy is."""

    FROM_SOURCE = "from_source"
    REPORTED = "reported"
    PLACEHOLDER = "placeholder"
    CONFIRMED = "confirmed"


UNCONFIRMED = (Certainty.PLACEHOLDER, Certainty.REPORTED)
