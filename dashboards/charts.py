"""Charts as SVG, drawn when the site is built, so that they need no script.

Belongs here: Vega-Altair specifications. Does not: choosing the rows, or the table beside a chart.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from markupsafe import Markup

# Okabe-Ito colours: told apart with every common colour vision, on light and on dark.
COLOURS = {
    "good": "#009E73",
    "bad": "#D55E00",
    "open": "#E69F00",
    "calm": "#0072B2",
    "soft": "#56B4E9",
    "quiet": "#7f8790",
}
LADDER_COLOURS = ("#9fb3c8", "#56B4E9", "#0072B2", "#CC79A7", "#E69F00", "#009E73")
STATUS_COLOURS = {
    "compliant": COLOURS["good"],
    "met": COLOURS["good"],
    "undetermined": COLOURS["open"],
    "needs_review": COLOURS["open"],
    "no_evidence": COLOURS["open"],
    "waived": COLOURS["soft"],
    "not_applicable": COLOURS["quiet"],
    "non_compliant": COLOURS["bad"],
    "not_met": COLOURS["bad"],
}
INK = "#6b7480"


def _svg(chart: Any, label: str) -> Markup:
    import vl_convert

    svg = vl_convert.vegalite_to_svg(chart.to_dict())
    opening = f'<svg role="img" aria-label="{Markup.escape(label)}" '
    # The one thing taken from the renderer is its drawing; the label is ours and escaped.
    return Markup(svg.replace("<svg ", opening, 1))


@cache
def _altair() -> Any:
    import altair

    return altair


def _styled(chart: Any) -> Any:
    return (
        chart.configure(background="transparent", font="system-ui, sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK, titleColor=INK, gridColor="#8884", domainColor=INK, tickColor=INK
        )
        .configure_legend(labelColor=INK, titleColor=INK, orient="bottom")
        .configure_title(color=INK)
    )


def stacked_bars(
    rows: list[dict[str, Any]],
    *,
    x: str,
    y: str,
    series: str,
    order: list[str],
    colours: list[str],
    y_title: str,
    label: str,
) -> Markup:
    """Bars of `y` by `x`, one colour a value of `series` in the given order."""
    alt = _altair()
    position = {name: index for index, name in enumerate(order)}
    data = [{**row, "_order": position[row[series]]} for row in rows if row[series] in position]
    chart = (
        alt.Chart(alt.Data(values=data), width=620, height=240)
        .mark_bar(size=34)
        .encode(
            x=alt.X(f"{x}:N", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y(f"{y}:Q", title=y_title),
            color=alt.Color(
                f"{series}:N", title=None, sort=order, scale=alt.Scale(domain=order, range=colours)
            ),
            order=alt.Order("_order:Q"),
        )
    )
    return _svg(_styled(chart), label)


def line(rows: list[dict[str, Any]], *, x: str, y: str, y_title: str, label: str) -> Markup:
    """A line of `y` over the months in `x` (first days)."""
    alt = _altair()
    chart = (
        alt.Chart(alt.Data(values=rows), width=620, height=220)
        .mark_line(point=True, color=COLOURS["calm"])
        .encode(
            x=alt.X(f"{x}:T", title=None),
            y=alt.Y(f"{y}:Q", title=y_title, axis=alt.Axis(format="~s")),
        )
    )
    return _svg(_styled(chart), label)


def distances(
    rows: list[dict[str, Any]], *, name: str, value: str, limit: float, title: str, label: str
) -> Markup:
    """Horizontal bars with a rule at the limit: who lies on which side of it."""
    alt = _altair()
    data = alt.Data(values=rows)
    bars = (
        alt.Chart(data, width=520, height=alt.Step(15))
        .mark_bar()
        .encode(
            y=alt.Y(f"{name}:N", sort="-x", title=None),
            x=alt.X(f"{value}:Q", title=title, axis=alt.Axis(format="~s")),
            color=alt.condition(
                alt.datum[value] >= limit, alt.value(COLOURS["good"]), alt.value(COLOURS["bad"])
            ),
        )
    )
    rule = (
        alt.Chart(alt.Data(values=[{"limit": limit}]))
        .mark_rule(color=INK, strokeDash=[5, 3], size=2)
        .encode(x="limit:Q")
    )
    return _svg(_styled(bars + rule), label)


def heatmap(
    rows: list[dict[str, Any]], *, x: str, y: str, status: str, statuses: list[str], label: str
) -> Markup:
    """A grid of status counts: how many partners have each status of each requirement."""
    alt = _altair()
    base = alt.Chart(alt.Data(values=rows), width=alt.Step(92), height=alt.Step(24)).encode(
        x=alt.X(f"{x}:N", sort=statuses, title=None, axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y(f"{y}:N", sort=None, title=None),
    )
    squares = base.mark_rect(cornerRadius=3).encode(
        color=alt.Color(
            f"{status}:N",
            legend=None,
            scale=alt.Scale(domain=statuses, range=[STATUS_COLOURS[s] for s in statuses]),
        ),
        opacity=alt.Opacity(
            "share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.12, 1])
        ),
    )
    words = base.mark_text(color="#111", fontSize=11).encode(text="count:Q")
    return _svg(_styled(squares + words), label)
