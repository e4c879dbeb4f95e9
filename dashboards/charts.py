"""Charts as SVG, drawn by Vega when the site is built, so that they need no script.

Belongs here: Vega-Lite specifications. Does not: choosing the rows, or the table beside a chart.
Colours are the page's variables (site.css), so that one drawing serves light, dark and print. Axes
of months hold text, not time: a time axis would depend on the zone of the machine that builds.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

Rows = list[dict[str, Any]]

GOOD, BAD, OPEN, CALM, SOFT, QUIET, ROSE = (
    f"var(--c-{name})" for name in ("good", "bad", "open", "calm", "soft", "quiet", "rose")
)
LADDER_COLOURS = (QUIET, SOFT, CALM, ROSE, OPEN, GOOD)
STATUS_COLOURS = {
    "compliant": GOOD,
    "met": GOOD,
    "undetermined": OPEN,
    "needs_review": OPEN,
    "no_evidence": ROSE,
    "waived": SOFT,
    "not_applicable": QUIET,
    "non_compliant": BAD,
    "not_met": BAD,
}
INK, GRID, GROUND = "currentColor", "var(--line)", "var(--ground)"
# The drawing's own width, labels included: so one size of letters serves every chart.
WIDTH = 600
# The renderer measures words in a narrower font than a browser may have; it is told a larger size
# than the page's 12 pixels, and so leaves them room.
MEASURED = 14
TICKS = 7
TAG = re.compile(r"<[^>]*>")
ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
CONFIG = {
    "background": "transparent",
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": GRID,
        "domainColor": GRID,
        "tickColor": GRID,
        "labelFontSize": MEASURED,
        "titleFontSize": MEASURED,
        "titleFontWeight": "normal",
        "labelLimit": 320,
    },
}


def _svg(label: str, rows: Rows, height: Any, **parts: Any) -> Markup:
    spec = {
        "data": {"values": rows},
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": CONFIG,
        **parts,
    }
    svg = _drawn(json.dumps(spec))
    # The drawing is the renderer's; the label is ours and escaped.
    return Markup(svg.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1))


@lru_cache(maxsize=64)
def _drawn(spec: str) -> str:
    import vl_convert

    svg = vl_convert.vegalite_to_svg(spec)
    # One image with one label: roles and labels of its parts would be read out mark by mark.
    return TAG.sub(lambda tag: ROLES.sub("", tag[0]), svg)


def _legend(order: list[str], colours: list[str]) -> Markup:
    """Colour and word; in HTML, so that it breaks on a narrow screen."""
    items = [
        f'<li class="k-{colour[8:-1]}">{escape(name)}</li>'
        for name, colour in zip(order, colours, strict=True)
    ]
    return Markup(f'<ul class="legend">{"".join(items)}</ul>')


def _ordered(rows: Rows, series: str, order: list[str]) -> Rows:
    position = {name: index for index, name in enumerate(order)}
    return [{**row, "_order": position[row[series]]} for row in rows if row[series] in position]


def _x_names(field: str, names: list[str]) -> dict[str, Any]:
    """A text axis; of many names only some are written."""
    shown = names if len(names) <= 2 * TICKS else names[:: -(-len(names) // TICKS)]
    axis = {"labelAngle": 0, "values": shown, "grid": False}
    return {"field": field, "type": "nominal", "title": None, "sort": names, "axis": axis}


def _number(field: str, title: str, form: str = "~s", **more: Any) -> dict[str, Any]:
    axis = {"format": form, "tickCount": TICKS - 1, **more}
    return {"field": field, "type": "quantitative", "title": title, "axis": axis}


def _y_names(field: str) -> dict[str, Any]:
    return {"field": field, "type": "nominal", "title": None, "sort": None}


def _colour(series: str, order: list[str], colours: list[str]) -> dict[str, Any]:
    scale = {"domain": order, "range": colours}
    return {"field": series, "type": "nominal", "scale": scale, "legend": None}


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
    """Columns of `y` by `x`, one colour a value of `series` in the given order.

    Values below 0 are stacked downwards.
    """
    names = list(dict.fromkeys(row[x] for row in rows))
    encoding = {
        "x": {**_x_names(x, names), "scale": {"paddingInner": 0.25}},
        "y": _number(y, y_title),
        "color": _colour(series, order, colours),
        "order": {"field": "_order", "type": "quantitative"},
    }
    mark = {"type": "bar", "stroke": GROUND, "strokeWidth": 0.5}
    points = _ordered(rows, series, order)
    drawing = _svg(label, points, 240, mark=mark, encoding=encoding)
    return _legend(order, colours) + drawing


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
    """Bars of `x` from left to right by `y`, one colour a value of `series`."""
    encoding = {
        "y": _y_names(y),
        "x": _number(x, x_title, ",d", tickMinStep=1),
        "color": _colour(series, order, colours),
        "order": {"field": "_order", "type": "quantitative"},
    }
    mark = {"type": "bar", "stroke": GROUND, "strokeWidth": 1}
    points = _ordered(rows, series, order)
    drawing = _svg(label, points, {"step": 24}, mark=mark, encoding=encoding)
    return _legend(order, colours) + drawing if len(order) > 1 else drawing


def line(rows: Rows, *, x: str, y: str, y_title: str, label: str) -> Markup:
    """A line of `y` over the names in `x`, in the order of the rows."""
    encoding = {
        "x": {**_x_names(x, [row[x] for row in rows]), "scale": {"type": "point"}},
        "y": _number(y, y_title),
    }
    mark = {"type": "line", "color": CALM, "point": {"color": CALM, "size": 24}}
    return _svg(label, rows, 240, mark=mark, encoding=encoding)


def distances(rows: Rows, *, name: str, value: str, title: str, label: str) -> Markup:
    """Bars to the left and right of 0: who lies on which side of a limit, and how far."""
    test = {"test": f"datum[{json.dumps(value)}] < 0", "value": BAD}
    bars = {
        "mark": "bar",
        "encoding": {
            "y": _y_names(name),
            "x": _number(value, title),
            "color": {"condition": test, "value": CALM},
        },
    }
    rule = {"mark": {"type": "rule", "color": INK, "size": 1.5}, "encoding": {"x": {"datum": 0}}}
    return _svg(label, rows, {"step": 18}, layer=[bars, rule])


def intervals(rows: Rows, *, name: str, title: str, label: str) -> Markup:
    """For each `name` a point with its interval, and a tick where the others stand.

    Rows hold `value`, `low`, `high` and `baseline`, shares from 0 to 1.
    """
    y = _y_names(name)
    low = _number("low", title, "~%")
    layers = [
        {
            "mark": {"type": "rule", "color": CALM, "size": 2},
            "encoding": {"y": y, "x": low, "x2": {"field": "high"}},
        },
        {
            "mark": {"type": "point", "color": CALM, "filled": True, "size": 60, "opacity": 1},
            "encoding": {"y": y, "x": {"field": "value", "type": "quantitative"}},
        },
        {
            "mark": {"type": "tick", "color": BAD, "thickness": 2.5, "size": 14},
            "encoding": {"y": y, "x": {"field": "baseline", "type": "quantitative"}},
        },
    ]
    return _svg(label, rows, {"step": 20}, layer=layers)
