"""A metric of a policy set: what it reads, over which window, and what unread rows could do to it.

Belongs here: its shape. Does not: what a metric as data counts (figures.py), or rules that judge it
(model.py).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from scoring.policy.figures import ROLLING, Figure, Text
from scoring.policy.frozen import Frozen
from scoring.policy.values import as_tuple


def _kinds(value: object) -> object:
    """`any` is used alone, or in place of a list of kinds."""
    return (value,) if isinstance(value, str) else as_tuple(value)


Kinds = Annotated[
    tuple[str, ...], BeforeValidator(_kinds, json_schema_input_type=str | tuple[str, ...])
]


CountsOn = Literal["its_days", "its_own_day", "from_its_day", "any_day"]


class Unread(Frozen):
    """What a row that could not be read could do to a figure (semantics 2).

    `raises` and `lowers` name kinds of the row, which are members of its entity's first enum, or
    `any`. A row of another kind does neither, and a row whose kind can't be read does whatever any
    kind could. `counts_on`: the days on which it could do so: from its own day to its last, on its
    own day alone, from its own day on (where what has ended still counts), or on any day.
    """

    raises: Kinds = ()
    lowers: Kinds = ()
    counts_on: CountsOn = "its_days"


ANY_KIND = "any"
EITHER_WAY = Unread(raises=(ANY_KIND,), lowers=(ANY_KIND,))


# The windows that a figure may have; the others are for metrics with SQL of their own.
FIGURE_WINDOWS = ("period_end", "period", "calendar_year", "half_year", "quarter", ROLLING)
Window = Literal[
    "period",
    "period_end",
    "calendar_year",
    "attainment",
    "plan_year",
    "half_year",
    "quarter",
    "trailing",
]


class Metric(Frozen):
    """A figure that rules judge; `reads` are the landed entities whose coverage it needs, `unread`
    says what their rows could do to it when they could not be read: by default raise or lower it.

    A metric as data has a `figure`, from which both follow; `months`: how many a `trailing` window
    has, a number or the id of a number parameter.
    """

    id: str
    label: str
    unit: str
    window: Window
    months: Text | None = None
    figure: Figure | None = None
    reads: dict[str, Literal["state", "feed", "partner"]] = Field(default_factory=dict)
    unread: dict[str, Unread] = Field(default_factory=dict)
