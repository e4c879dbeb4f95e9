"""A partner's figures by month as small columns, written directly as SVG.

Belongs here: the one drawing on every scorecard. Does not: the program's charts, which Vega draws
(charts.py); three hundred of those would take as long as the whole run.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup, escape

HEIGHT = 96
FOOT = 18
STEP = 14
BAR = 11
LEFT = 64


def month_columns(
    months: Sequence[str], values: Sequence[Decimal | int | None], top: str, label: str
) -> Markup:
    """Columns of `values` over `months` (as text), with the highest value's text at the top.

    A month without a value has no column; a negative one none either.
    """
    highest = max((value for value in values if value), default=0) or 1
    width = LEFT + STEP * len(months) + 8
    bars = []
    for position, value in enumerate(values):
        if not value or value < 0:
            continue
        tall = round(float(value / highest) * (HEIGHT - 8), 1)
        bars.append(
            f'<rect x="{LEFT + STEP * position}" y="{HEIGHT - tall:g}" width="{BAR}"'
            f' height="{tall:g}"/>'
        )
    base = f'<path d="M{LEFT - 4} {HEIGHT + 0.5}H{width - 4}"/>'
    return Markup(
        f'<svg class="spark" role="img" aria-label="{escape(label)}" width="{width}"'
        f' height="{HEIGHT + FOOT}" viewBox="0 0 {width} {HEIGHT + FOOT}">'
        f'<g class="bars">{"".join(bars)}</g>{base}'
        f'<text x="{LEFT - 8}" y="16" class="end">{escape(top)}</text>'
        f'<text x="{LEFT - 8}" y="{HEIGHT}" class="end">0</text>{_marks(months)}</svg>'
    )


def _marks(months: Sequence[str]) -> str:
    """The name of each January, and of the first month."""
    marks = []
    for position, month in enumerate(months):
        if position == 0 or month.endswith("-01"):
            x = LEFT + STEP * position
            marks.append(f'<text x="{x}" y="{HEIGHT + 14}">{escape(month[:4])}</text>')
    return "".join(marks)
