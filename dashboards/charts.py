"""The kinds of chart that pages draw, as Vega-Altair charts.

Belongs here: encodings. Does not: choosing the rows, the table below a chart, or how a chart gets
into a page (drawing.py).
"""

from __future__ import annotations

from typing import Any

import altair as alt
from altair import datum
from markupsafe import Markup

from dashboards.drawing import (
    BAD,
    CALM,
    GOOD,
    GROUND,
    INK,
    OPEN,
    QUIET,
    ROSE,
    SOFT,
    drawn,
    legend,
    source,
)
from scoring.vocabulary import Standing, Status

Rows = list[dict[str, Any]]
# The column with a row's link to the list behind it: a bar with a link leads there when clicked.
HREF = "href"

LADDER_COLOURS = (QUIET, SOFT, CALM, ROSE, OPEN, GOOD)
STATUS_COLOURS = {
    Standing.COMPLIANT: GOOD,
    Status.MET: GOOD,
    Standing.UNDETERMINED: OPEN,
    Status.NEEDS_REVIEW: OPEN,
    Status.NO_EVIDENCE: ROSE,
    Status.WAIVED: SOFT,
    Status.NOT_APPLICABLE: QUIET,
    Standing.NON_COMPLIANT: BAD,
    Status.NOT_MET: BAD,
}
TICKS = 7
# How many letters there is room for below a chart, with a space after each name.
LETTERS = 80
HEAT_STEPS = 5


def _ordered(rows: Rows, series: str, order: list[str]) -> Rows:
    position = {name: index for index, name in enumerate(order)}
    return [{**row, "_order": position[row[series]]} for row in rows if row[series] in position]


def _x_names(field: str, names: list[str], **scale: Any) -> alt.X:
    """A text axis; if there is no room for every name, only some are written."""
    has_room = sum(len(name) + 1 for name in names) <= LETTERS
    shown = names if has_room else names[:: -(-len(names) // TICKS)]
    axis = alt.Axis(labelAngle=0, values=shown, grid=False)
    return alt.X(field, type="nominal", title=None, sort=names, axis=axis, scale=alt.Scale(**scale))


def _axis(form: str, **more: Any) -> alt.Axis:
    return alt.Axis(format=form, tickCount=TICKS - 1, **more)


def _y_names(field: str) -> alt.Y:
    return alt.Y(field, type="nominal", title=None, sort=None)


def _colour(series: str, order: list[str], colours: list[str]) -> alt.Color:
    scale = alt.Scale(domain=order, range=colours)
    return alt.Color(series, type="nominal", scale=scale, legend=None)


def stacked(
    rows: Rows,
    *,
    x: str,
    y: str,
    series: str,
    order: list[str],
    colours: list[str],
    y_title: str,
    label: str,
) -> Markup:
    """Columns of `y` by `x`, one colour per value of `series` in the given order.

    Values below 0 are stacked downwards.
    """
    names = list(dict.fromkeys(row[x] for row in rows))
    chart = (
        alt.Chart(source(_ordered(rows, series, order)))
        .mark_bar(stroke=GROUND, strokeWidth=0.5, tooltip=True)
        .encode(
            x=_x_names(x, names, paddingInner=0.25),
            y=alt.Y(y, type="quantitative", title=y_title, axis=_axis("~s")),
            color=_colour(series, order, colours),
            order=alt.Order("_order", type="quantitative"),
            tooltip=[alt.Tooltip(x, type="nominal"), alt.Tooltip(series, type="nominal"), _tip(y)],
        )
    )
    return legend(order, colours) + drawn(_leading(chart, rows), label, 240)


def _leading(chart: alt.Chart, rows: Rows) -> alt.Chart:
    """The chart with its bars leading to the lists behind them, where the rows name these."""
    if not any(HREF in row for row in rows):
        return chart
    return chart.encode(href=alt.Href(HREF, type="nominal"))


def _tall(rows: Rows, name: str, step: int) -> int:
    """The height of a chart with a line of `step` for each name."""
    return step * len({row[name] for row in rows})


def _tip(field: str, form: str = ",.8~g", title: str | None = None) -> alt.Tooltip:
    tip = alt.Tooltip(field, type="quantitative", format=form)
    return tip.title(title) if title else tip


def stacked_rows(
    rows: Rows,
    *,
    y: str,
    x: str,
    series: str,
    order: list[str],
    colours: list[str],
    x_title: str,
    label: str,
) -> Markup:
    """Bars of `x` from left to right by `y`, one colour per value of `series`."""
    chart = (
        alt.Chart(source(_ordered(rows, series, order)))
        .mark_bar(stroke=GROUND, strokeWidth=1)
        .encode(
            y=_y_names(y),
            x=alt.X(x, type="quantitative", title=x_title, axis=_axis(",d", tickMinStep=1)),
            color=_colour(series, order, colours),
            order=alt.Order("_order", type="quantitative"),
            tooltip=[alt.Tooltip(y, type="nominal"), alt.Tooltip(series, type="nominal"), _tip(x)],
        )
    )
    drawing = drawn(_leading(chart, rows), label, _tall(rows, y, 24))
    return legend(order, colours) + drawing if len(order) > 1 else drawing


def line(rows: Rows, *, x: str, y: str, y_title: str, label: str) -> Markup:
    """A line of `y` over the names in `x`, in the order of the rows."""
    chart = (
        alt.Chart(source(rows))
        .mark_line(color=CALM, point=alt.OverlayMarkDef(color=CALM, size=24))
        .encode(
            x=_x_names(x, [row[x] for row in rows], type="point"),
            y=alt.Y(y, type="quantitative", title=y_title, axis=_axis("~s")),
            tooltip=[alt.Tooltip(x, type="nominal"), _tip(y, ",.2f")],
        )
    )
    return drawn(chart, label, 240)


def distances(rows: Rows, *, name: str, value: str, text: str, title: str, label: str) -> Markup:
    """Bars to the left and right of 0: who is above or below a limit, and how far.

    `text` is written next to each bar, because some are too short to be seen.
    """
    base = alt.Chart(source(rows)).encode(
        y=_y_names(name),
        tooltip=[alt.Tooltip(name, type="nominal"), alt.Tooltip(text, type="nominal")],
    )
    below = datum[value] < 0
    across = alt.X(
        value, type="quantitative", title=title, axis=_axis("~s"), scale=alt.Scale(padding=70)
    )
    bars = base.mark_bar().encode(
        x=across, color=alt.condition(below, alt.value(BAD), alt.value(CALM))
    )
    words = base.encode(x=across, text=alt.Text(text, type="nominal"))
    left = words.transform_filter(below).mark_text(align="right", dx=-4)
    right = words.transform_filter(datum[value] >= 0).mark_text(align="left", dx=4)
    rule = alt.Chart(source([{}])).mark_rule(color=INK, size=1.5).encode(x=alt.datum(0))
    return drawn(alt.layer(bars, left, right, rule), label, _tall(rows, name, 18))


def waterfall(rows: Rows, *, x_title: str, label: str) -> Markup:
    """From an opening to a closing amount, downwards, through what was added and what was lost.

    Rows hold `name`, `low`, `high`, `text`, and `kind`: `level`, `up` or `down`. A row for each
    name leaves room for long names and for every amount.
    """
    kinds = ["level", "up", "down"]
    base = alt.Chart(source(rows)).encode(
        y=_y_names("name"),
        tooltip=[alt.Tooltip("name", type="nominal"), alt.Tooltip("text", type="nominal")],
    )
    low, high = min(row["low"] for row in rows), max(row["high"] for row in rows)
    # Room for the amount beside the longest bar.
    across = alt.Scale(domain=[low, high + (high - low) / 4], nice=False)
    bars = base.mark_bar().encode(
        x=alt.X("low", type="quantitative", title=x_title, axis=_axis("~s"), scale=across),
        x2="high",
        color=_colour("kind", kinds, [CALM, GOOD, BAD]),
    )
    words = base.mark_text(align="left", dx=4).encode(
        x=alt.X("high", type="quantitative"), text=alt.Text("text", type="nominal")
    )
    return drawn(alt.layer(bars, words), label, _tall(rows, "name", 24))


def heat(rows: Rows, *, x: str, y: str, step: str, text: str, label: str) -> Markup:
    """A square for each `x` and `y`; its shade is a step from 0 to HEAT_STEPS, and its figure is
    written in it.

    A null step has no shade: nobody was judged.
    """
    names = list(dict.fromkeys(row[x] for row in rows))
    base = alt.Chart(source(rows)).encode(
        x=_x_names(x, sorted(names), paddingInner=0.04),
        y=alt.Y(y, type="nominal", title=None, sort=None, scale=alt.Scale(paddingInner=0.06)),
        tooltip=[alt.Tooltip(f, type="nominal") for f in (y, x, text)],
    )
    shades = alt.Scale(
        domain=list(range(HEAT_STEPS + 1)), range=[f"var(--h-{n})" for n in range(HEAT_STEPS + 1)]
    )
    squares = (
        base.transform_filter(f"isValid(datum[{step!r}])")
        .mark_rect()
        .encode(color=alt.Color(step, type="ordinal", scale=shades, legend=None))
    )
    words = base.mark_text().encode(text=alt.Text(text, type="nominal"))
    return drawn(alt.layer(squares, words), label, _tall(rows, y, 24))


def intervals(rows: Rows, *, name: str, title: str, label: str) -> Markup:
    """For each `name` a point with its interval, and a tick at the others' value.

    Rows hold `value`, `low`, `high` and `baseline`, shares from 0 to 1.
    """
    tips = [_tip(f, ".1%") for f in ("value", "low", "high", "baseline")]
    base = alt.Chart(source(rows)).encode(
        y=_y_names(name), tooltip=[alt.Tooltip(name, type="nominal"), *tips]
    )
    span = base.mark_rule(color=CALM, size=2).encode(
        x=alt.X("low", type="quantitative", title=title, axis=_axis("~%")), x2="high"
    )
    point = base.mark_point(color=CALM, filled=True, size=60, opacity=1).encode(
        x=alt.X("value", type="quantitative")
    )
    tick = base.mark_tick(color=BAD, thickness=2.5, size=14).encode(
        x=alt.X("baseline", type="quantitative")
    )
    return drawn(alt.layer(span, point, tick), label, _tall(rows, name, 20))
