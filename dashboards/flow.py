"""Movements from one group to another, as bands between two columns of names.

Belongs here: the geometry of the bands and their chart. Does not: counting who moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import altair as alt
from markupsafe import Markup

from dashboards.drawing import BAD, GOOD, OPEN, QUIET, SOFT, drawn, legend, source
from scoring.vocabulary import Movement

KINDS = (Movement.UP, Movement.SAME, Movement.DOWN, Movement.FIRST, "left")
COLOURS = (GOOD, QUIET, BAD, SOFT, OPEN)
# Points along a band, and the space between two names as a share of everything.
STEPS = 16
SPACE = 0.05
EDGE = 0.06
HEIGHT = 300
SIDES: tuple[tuple[str, Literal["left", "right"]], ...] = (("left", "right"), ("right", "left"))

Moves = Mapping[tuple[str, str, str], int]


def flow(moves: Moves, before: Sequence[str], after: Sequence[str], label: str) -> Markup:
    """Bands from `before` (left) to `after` (right), with the first name at the bottom.

    `moves` counts (before, after, kind), a kind being one of KINDS.
    """
    space = sum(moves.values()) * SPACE
    left = _places(before, _sizes(moves, 0), space)
    right = _places(after, _sizes(moves, 1), space)
    starts = {name: low for name, (low, _) in left.items()}
    ends = {name: low for name, (low, _) in right.items()}
    points = []
    for old, new, kind in sorted(
        moves, key=lambda m: (before.index(m[0]), after.index(m[1]), KINDS.index(m[2]))
    ):
        number = moves[(old, new, kind)]
        points += _band(f"{old} → {new}", kind, starts[old], ends[new], number)
        starts[old] += number
        ends[new] += number
    bars = [
        {"x": x, "x2": x + EDGE / 2, "low": low, "high": high, "name": name}
        for x, side in ((-EDGE / 2, left), (1.0, right))
        for name, (low, high) in side.items()
    ]
    words = [
        {"x": x, "y": (low + high) / 2, "text": f"{name}  {high - low:,.0f}", "side": side_name}
        for x, side, side_name in ((-EDGE, left, "left"), (1 + EDGE, right, "right"))
        for name, (low, high) in side.items()
    ]
    kinds_drawn = [
        (k, c) for k, c in zip(KINDS, COLOURS, strict=True) if any(m[2] == k for m in moves)
    ]
    named = legend([kind for kind, _ in kinds_drawn], [colour for _, colour in kinds_drawn])
    return named + drawn(_chart(points, bars, words), label, HEIGHT)


def _sizes(moves: Moves, side: int) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for move, number in moves.items():
        sizes[move[side]] = sizes.get(move[side], 0) + number
    return sizes


def _places(
    names: Sequence[str], sizes: Mapping[str, int], space: float
) -> dict[str, tuple[float, float]]:
    """Where each name's column begins and ends, from the bottom up; names without anybody have
    none."""
    places, foot = {}, 0.0
    for name in names:
        if sizes.get(name):
            places[name] = (foot, foot + sizes[name])
            foot += sizes[name] + space
    return places


def _band(name: str, kind: str, start: float, end: float, number: int) -> list[dict]:
    points = []
    for step in range(STEPS + 1):
        x = step / STEPS
        rise = x * x * (3 - 2 * x)
        low = start + (end - start) * rise
        points.append(
            {
                "move": name,
                "movement": kind,
                "partners": number,
                "x": x,
                "low": round(low, 3),
                "high": round(low + number, 3),
            }
        )
    return points


def _chart(
    points: list[dict], bars: list[dict], words: list[dict]
) -> alt.LayerChart | alt.FacetChart:
    across = alt.X(
        "x", type="quantitative", axis=None, scale=alt.Scale(domain=[-0.42, 1.42], nice=False)
    )
    up = alt.Scale(zero=False, nice=False)
    bands = (
        alt.Chart(source(points))
        .mark_area(opacity=0.75)
        .encode(
            x=across,
            y=alt.Y("low", type="quantitative", axis=None, scale=up),
            y2="high",
            detail=[alt.Detail(name, type="nominal") for name in ("move", "movement")],
            color=alt.Color(
                "movement",
                type="nominal",
                scale=alt.Scale(domain=list(KINDS), range=list(COLOURS)),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip(name, type="nominal") for name in ("move", "movement", "partners")
            ],
        )
    )
    ends = (
        alt.Chart(source(bars))
        .mark_rect(color="currentColor")
        .encode(x=across, x2="x2", y=alt.Y("low", type="quantitative"), y2="high")
    )
    texts = [
        alt.Chart(source([word for word in words if word["side"] == side]))
        .mark_text(align=align, baseline="middle")
        .encode(x=across, y=alt.Y("y", type="quantitative"), text=alt.Text("text", type="nominal"))
        for side, align in SIDES
    ]
    return alt.layer(bands, ends, *texts)
