"""From a Vega-Altair chart to what a page contains: a drawing, and the live chart behind it.

Belongs here: the charts' common look, drawing, the bundle that the whole site shares. Does not:
kinds of chart (charts.py), choosing rows (pages/).

A chart is drawn as SVG when the site is built, so that it needs no script. Its specification lies
in a file beside the page; where scripts run, pointing at the drawing swaps in the live chart with
the exact values. Colours are the page's variables (site.css), so that one drawing serves light,
dark and print. Axes of months are text, not time: a time axis would depend on the builder's zone.

The renderer blocks Python while it draws. Inside `drawn_beside` it therefore draws in another
process: the page gets a mark for each drawing, and `finished` waits for the drawings.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

import altair as alt
from altair.utils import schemapi
from markupsafe import Markup, escape

from dashboards.chart_data import drawings_of, name_of
from dashboards.smaller_svg import TAG, smaller
from ingest.safe_text import UNWRITABLE

# A test checks every chart of the demonstration against the schema; doing so for each part of each
# chart in each run took a fourteenth of the time of making all pages.
schemapi.disable_debug_mode()

GOOD, BAD, OPEN, CALM, SOFT, QUIET, ROSE = (
    f"var(--c-{name})" for name in ("good", "bad", "open", "calm", "soft", "quiet", "rose")
)
INK, GRID, GROUND = "currentColor", "var(--line)", "var(--ground)"
# The drawing's own width, labels included, so that letters have one size in every chart.
WIDTH = 600
# The renderer measures words in a narrower font than a browser may use. It is given a larger size
# than the page's 12 pixels, so that it leaves enough room.
MEASURED = 14
BUNDLE = "charts.js"
# How a drawing and its specification are placed in a page until it is written (chart_data.py).
DRAWING = '<div class="drawing">{svg}</div><script type="application/json">{held}</script>'
PLACE = re.compile(r"<!--drawing ([0-9a-f]{64})-->")
# A drawing is one image; its bars become links once it is live, and the table beside it always has
# links.
ANCHOR = re.compile(r"</?a\b[^>]*>")
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


def drawn(chart: alt.Chart | alt.LayerChart | alt.FacetChart, label: str, height: Any) -> Markup:
    """The chart as SVG with `label` for those who can't see it, and its specification."""
    whole = chart.properties(
        width=WIDTH,
        height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        config=CONFIG,
    )
    # A single character that XML can't hold, in a name that landed long ago, would end the
    # renderer.
    spec = without_unwritable(whole.to_dict(validate=False))
    del spec["$schema"]
    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":"))
    svg = _beside.place(text, label) if _beside else _labelled(_svg(text), label)
    return Markup(DRAWING.format(svg=svg, held=_held(text)))


def _held(spec: str) -> str:
    # Inside a script element only "</" and "<!" mean anything.
    return spec.replace("<", "\\u003c")


def _opening(label: str) -> str:
    # The drawing is the renderer's; the label is ours and escaped.
    return f'<svg role="img" aria-label="{escape(without_unwritable(label))}" '


def without_unwritable(value: Any) -> Any:
    """The value of a chart with U+FFFD for each character that XML can't hold."""
    if isinstance(value, str):
        return UNWRITABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {name: without_unwritable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [without_unwritable(inner) for inner in value]
    return value


@lru_cache(maxsize=128)
def _svg(spec: str) -> str:
    import vl_convert

    return vl_convert.vegalite_to_svg(spec)


def _labelled(svg: str, label: str) -> str:
    # One image with one label: roles and labels of its parts would be read out mark by mark.
    svg = TAG.sub(lambda tag: ROLES.sub("", tag[0]), smaller(ANCHOR.sub("", svg)))
    # The font is stated once, for every word of the drawing.
    return svg.replace("<svg ", f'{_opening(label)}font-family="{CONFIG["font"]}" ', 1)


# One request per line: a function of the renderer and its arguments; one answer per line.
RENDERER = """
import json, sys
import vl_convert
for line in sys.stdin:
    name, *given = json.loads(line)
    print(json.dumps(getattr(vl_convert, name)(*given)), flush=True)
"""


class _Beside:
    """Drawings that another process makes, by the digest that marks their place; the process is
    started when there is something to draw. `kept` are those that need not be drawn again."""

    def __init__(self, with_bundle: bool, kept: dict[tuple[str, str], str]) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._kept = kept
        # The thread only waits for the other process.
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._drawings: dict[str, Future[str]] = {}
        self._labels: dict[str, tuple[str, str]] = {}
        self.bundle = self._thread.submit(self._ask, "javascript_bundle") if with_bundle else None

    def _ask(self, *request: str) -> str:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", RENDERER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        requests, answers = self._process.stdin, self._process.stdout
        assert requests and answers  # both are pipes
        answer = ""
        with contextlib.suppress(BrokenPipeError):
            requests.write(json.dumps(request) + "\n")
            requests.flush()
            answer = answers.readline()
        if not answer:
            raise RuntimeError(f"the renderer stopped at: {request[-1][:300]}")
        return json.loads(answer)

    def place(self, spec: str, label: str) -> str:
        kept = self._kept.get((_opening(label), name_of(_held(spec))))
        if kept is not None:
            return kept
        if spec not in self._drawings:
            self._drawings[spec] = self._thread.submit(self._ask, "vegalite_to_svg", spec)
        mark = hashlib.sha256(f"{label}\n{spec}".encode()).hexdigest()
        self._labels[mark] = (spec, label)
        return f"<!--drawing {mark}-->"

    def finish(self, mark: str) -> str:
        spec, label = self._labels[mark]
        return _labelled(self._drawings[spec].result(), label)

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)
        if self._process is not None:
            self._process.communicate()


_beside: _Beside | None = None


@contextlib.contextmanager
def drawn_beside(site: Path, keep: bool = False) -> Iterator[None]:
    """Have charts inside the context drawn on another processor, and the bundle made if the site
    has none; texts contain marks until `finished`.

    `keep`: the drawings of the site's own pages are kept if label, specification and renderer are
    unchanged.
    """
    global _beside
    has_bundle = _has_bundle(site)
    _beside = _Beside(not has_bundle, drawings_of(site) if keep and has_bundle else {})
    try:
        yield
    finally:
        _beside.close()
        _beside = None


def finished(text: str) -> str:
    """The text with its drawings where they were marked; waits until they are drawn."""
    return PLACE.sub(lambda match: _beside.finish(match[1]), text) if _beside else text


def legend(order: list[str], colours: list[str]) -> Markup:
    """Colour and word; in HTML, so that it breaks on a narrow screen."""
    items = [
        f'<li class="k-{colour[8:-1]}">{escape(name)}</li>'
        for name, colour in zip(order, colours, strict=True)
    ]
    return Markup(f'<ul class="legend">{"".join(items)}</ul>')


def write_bundle(site: Path) -> bool:
    """Write Vega, Vega-Lite and their embedder as one file for the whole site; returns whether it
    was written.

    The first line names the renderer's version and the digest of the rest: the bundle is made
    again when that changes, or when it is no longer what was written.
    """
    if _has_bundle(site):
        return False
    bundle = _beside.bundle.result() if _beside and _beside.bundle else _bundle()
    site.mkdir(parents=True, exist_ok=True)
    # Whole or not at all; otherwise its first line would vouch for half a file.
    partial = site / f".{BUNDLE}.{os.getpid()}"
    partial.write_bytes((_head(bundle) + bundle).encode())
    partial.replace(site / BUNDLE)
    return True


def _bundle() -> str:
    import vl_convert

    # Its type stub requires a snippet; the function has a default one, which is what pages need.
    renderer: Any = vl_convert
    return renderer.javascript_bundle()


def _has_bundle(site: Path) -> bool:
    path = site / BUNDLE
    if not path.exists():
        return False
    head, _, bundle = path.read_bytes().decode("utf-8", "replace").partition("\n")
    return f"{head}\n" == _head(bundle)


def _head(bundle: str) -> str:
    version = metadata.version("vl-convert-python")
    digest = hashlib.sha256(bundle.encode("utf-8", "replace")).hexdigest()
    return f"// vl-convert {version}, sha256 of what follows: {digest}\n"
