"""From a Vega-Altair chart to what a page holds: a drawing, and its data for a closer look.

Belongs here: the charts' common look, drawing, the bundle that the whole site shares. Does not:
kinds of chart (charts.py), choosing rows (pages/).

A chart is drawn as SVG when the site is built, so that it needs no script. Beside it lies its
specification; where scripts run, pointing at the drawing swaps in the live chart with the exact
values. Colours are the page's variables (site.css), so that one drawing serves light, dark and
print. Axes of months hold text, not time: a time axis would depend on the builder's zone.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import altair as alt
from markupsafe import Markup, escape

GOOD, BAD, OPEN, CALM, SOFT, QUIET, ROSE = (
    f"var(--c-{name})" for name in ("good", "bad", "open", "calm", "soft", "quiet", "rose")
)
INK, GRID, GROUND = "currentColor", "var(--line)", "var(--ground)"
# The drawing's own width, labels included: so one size of letters serves every chart.
WIDTH = 600
# The renderer measures words in a narrower font than a browser may have; it is told a larger size
# than the page's 12 pixels, and so leaves them room.
MEASURED = 14
BUNDLE = "charts.js"
TAG = re.compile(r"<[^>]*>")
ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
CONFIG = {
    "background": "transparent",
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "text": {"color": INK, "fontSize": MEASURED},
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


def source(rows: list[dict[str, Any]]) -> alt.InlineData:
    """Rows as a chart's own data."""
    return alt.InlineData(values=rows)


def drawn(chart: alt.Chart | alt.LayerChart, label: str, height: Any) -> Markup:
    """The chart as SVG with `label` for those who can't see it, and its specification."""
    whole = chart.properties(
        width=WIDTH,
        height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        config=CONFIG,
    )
    spec = whole.to_dict()
    del spec["$schema"]
    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":"))
    # The drawing is the renderer's; the label is ours and escaped.
    svg = _svg(text).replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1)
    # Inside a script element only "</" and "<!" mean anything.
    held = text.replace("<", "\\u003c")
    return Markup(
        f'<div class="drawing">{svg}</div><script type="application/json">{held}</script>'
    )


@lru_cache(maxsize=128)
def _svg(spec: str) -> str:
    import vl_convert

    svg = vl_convert.vegalite_to_svg(spec)
    # One image with one label: roles and labels of its parts would be read out mark by mark.
    return TAG.sub(lambda tag: ROLES.sub("", tag[0]), svg)


def legend(order: list[str], colours: list[str]) -> Markup:
    """Colour and word; in HTML, so that it breaks on a narrow screen."""
    items = [
        f'<li class="k-{colour[8:-1]}">{escape(name)}</li>'
        for name, colour in zip(order, colours, strict=True)
    ]
    return Markup(f'<ul class="legend">{"".join(items)}</ul>')


def write_bundle(site: Path) -> bool:
    """Vega, Vega-Lite and their embedder as one file for the whole site; whether it was written.

    The first line names the renderer's version: the bundle is made again only when that changes.
    """
    import vl_convert

    head = f"// vl-convert {vl_convert.__version__}\n"
    path = site / BUNDLE
    if path.exists() and path.read_text("utf-8").startswith(head):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + vl_convert.javascript_bundle(), "utf-8")
    return True
