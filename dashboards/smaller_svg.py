"""Makes a drawing smaller: without what draws nothing, is the default, or is repeated for each
mark.

Belongs here: an SVG of the renderer made smaller without a visible difference. Does not: drawing
(drawing.py), or what a chart shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

TAG = re.compile(r"<[^>]*>")
# What the renderer writes and nobody sees, defaults, and more digits than a hundredth of a pixel.
UNSEEN = re.compile(r'<path [^>]*display="none"/>|<path [^>]*d="M0,0h0v0h0Z"[^>]*/>')
ANYHOW = re.compile(
    r' (?:opacity="1"|stroke-width="1"|pointer-events="none"|class="[^"]*"|font-family="[^"]*"'
    r'|transform="translate\(0,0\)"|xmlns:xlink="[^"]*"|version="1.1")'
)
EMPTY = re.compile(r"<g(?: [^>]*)?></g>")
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
# Neighbouring marks of one kind, and the attributes that a group passes on to them.
RUN = re.compile(r"(?:<line [^>]*/>){3,}|(?:<path [^>]*/>){3,}|(?:<text [^>]*>[^<]*</text>){3,}")
PASSED_ON = re.compile(
    r' (?:fill|stroke|stroke-width|stroke-dasharray|font-size|font-weight|text-anchor)="[^"]*"'
)
# A circle that is written as two arcs.
CIRCLE = re.compile(
    r'<path (transform="[^"]*" )?d="M([\d.]+),0A\2,\2,0,1,1,-\2,0A\2,\2,0,1,1,\2,0"([^>]*)/>'
)


def smaller(svg: str) -> str:
    """The drawing in fewer bytes: less than half of what the renderer writes."""
    svg = UNSEEN.sub("", svg)
    svg = TAG.sub(lambda tag: LONG_NUMBER.sub(_short, ANYHOW.sub("", tag[0])), svg)
    while (barer := EMPTY.sub("", svg)) != svg:
        svg = barer
    return CIRCLE.sub(r'<circle \1r="\2"\3/>', RUN.sub(_grouped, svg))


def _short(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _grouped(run: re.Match[str]) -> str:
    """Marks with their common attributes stated once, on a group around them."""
    attributes = [set(PASSED_ON.findall(tag)) for tag in _opening(run[0])]
    shared = sorted(set.intersection(*attributes))
    if not shared:
        return run[0]
    marks = TAG.sub(
        lambda tag: PASSED_ON.sub(lambda a: "" if a[0] in shared else a[0], tag[0]), run[0]
    )
    return f"<g{''.join(shared)}>{marks}</g>"


def _opening(marks: str) -> Iterator[str]:
    return (tag for tag in TAG.findall(marks) if not tag.startswith("</"))
