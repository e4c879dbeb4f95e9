"""The pack as a PDF: two pages of answers, then the site's pages as an appendix.

Belongs here: answers and pages as blocks of text, tables and drawings, as data for the Typst
template. Does not: how they look (pack.typ).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dashboards.components import Page, Section, Table
from dashboards.drawing import finished
from dashboards.pack.answers import Answer, Point
from dashboards.pack.cells import plain
from dashboards.spooled import Spooled
from dashboards.typeset import typeset
from scoring.words import plural

TEMPLATE = Path(__file__).parent / "pack.typ"
STYLE = Path(__file__).parent.parent / "assets" / "site.css"
# A longer table is cut on paper; the workbook has every row.
ROWS = 14
COLUMNS = 8
LONGEST = 160
DRAWING = re.compile(r"<svg.*?</svg>", re.DOTALL)
VARIABLE = re.compile(r"var\((--[a-z0-9-]+)\)")
DECLARED = re.compile(r"(--[a-z0-9-]+):(#[0-9a-f]{3,6}|color-mix\([^;]*\))[;}]")
MIXED = re.compile(r"color-mix\(in srgb,var\((--[a-z-]+)\) ([0-9]+)%,var\((--[a-z-]+)\)\)")
NOTE = 'class="note"'
FONT = re.compile(r'font-family="[^"]*"')
LEGEND = re.compile(r'<li class="k-([a-z]+)">([^<]*)</li>')


def pdf(answers: Sequence[Answer], pages: Spooled[Page], footer: str) -> bytes:
    """The answers, two to a page, and the pages as their appendix, as one PDF."""
    colours = _colours()
    blocks, contents = [], []
    for page in pages:
        blocks += _page(page, colours)
        contents.append((page.path, plain(page.title)))
    first = pages[0]
    known = {path for path, _ in contents}
    content = {
        "title": plain(first.title),
        "footer": footer,
        "lead": [plain(each) for each in first.lead if NOTE not in each],
        "headlines": [_headline(each) for each in first.headlines],
        "answers": [_answer(answer, known) for answer in answers],
        "contents": [list(each) for each in contents],
        "blocks": blocks,
    }
    return typeset(TEMPLATE, content)


def _answer(answer: Answer, known: set[str]) -> dict[str, Any]:
    def point(each: Point) -> dict[str, str]:
        return {"text": each.text, "page": each.page if each.page in known else ""}

    return {
        "title": answer.title,
        "finding": point(answer.finding),
        "points": [point(each) for each in answer.points],
        "caption": answer.caption,
        "head": answer.head,
        "numeric": answer.numeric,
        "rows": [[text[:LONGEST] for text in row] for row in answer.rows],
        "more": answer.more,
        "page": answer.page if answer.page in known else "",
    }


def _page(page: Page, colours: dict[str, str]) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = [{"kind": "h1", "text": plain(page.title), "page": page.path}]
    # Small print is about the page itself.
    lead = [each for each in page.lead if NOTE not in each]
    blocks += [{"kind": "lead", "text": plain(each)} for each in lead]
    if page.headlines:
        blocks.append({"kind": "headlines", "items": [_headline(each) for each in page.headlines]})
    for section in page.sections:
        blocks += _section(section, colours)
    return blocks


def _headline(item: Any) -> dict[str, str]:
    return {"label": plain(item.label), "value": plain(item.value), "note": plain(item.note)}


def _section(section: Section, colours: dict[str, str]) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = [{"kind": "h2", "text": section.title}]
    blocks += [{"kind": "text", "text": plain(each)} for each in section.words]
    if section.cards:
        blocks.append({"kind": "headlines", "items": [_headline(each) for each in section.cards]})
    charts = [_chart(chart, colours) for chart in section.charts]
    tables = [_table(table) for table in section.tables]
    if section.pair and tables[0]["rows"]:
        return [*blocks, {"kind": "pair", "items": [*charts, *tables]}]
    # Two drawings are placed side by side.
    pairs = [{"kind": "pair", "items": charts[i : i + 2]} for i in range(0, len(charts), 2)]
    return [*blocks, *pairs, *tables]


def _chart(chart: Any, colours: dict[str, str]) -> dict[str, Any]:
    markup = finished(str(chart.svg))
    drawing = DRAWING.search(markup)
    svg = drawing[0] if drawing else ""
    label = re.search(r'aria-label="([^"]*)"', svg)
    svg = VARIABLE.sub(lambda name: colours[name[1]], svg)
    svg = FONT.sub('font-family="Libertinus Serif"', svg.replace("currentColor", "#16202a"))
    if "xmlns=" not in svg.partition(">")[0]:
        svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return {
        "kind": "chart",
        "title": plain(chart.title),
        "svg": svg,
        "label": plain(label[1]) if label else plain(chart.title),
        "legend": [[colours[f"--c-{name}"], text] for name, text in LEGEND.findall(markup)],
        "source": chart.source,
    }


def _table(table: Table) -> dict[str, Any]:
    rows = [[plain(cell)[:LONGEST] for cell in row[:COLUMNS]] for row in table.rows[:ROWS]]
    left = len(table.rows) - len(rows)
    return {
        "kind": "table",
        "caption": table.caption if rows else f"{table.caption}: {table.empty}.",
        "head": [column.label for column in table.columns[:COLUMNS]],
        "numeric": [column.numeric for column in table.columns[:COLUMNS]],
        "wide": [column.wide for column in table.columns[:COLUMNS]],
        "rows": rows,
        "more": f"{plural(left, 'more row')} in the workbook." if left else "",
    }


def _colours() -> dict[str, str]:
    """The light look's colours by variable; mixed ones worked out, as paper has no variables."""
    light = STYLE.read_text("utf-8").partition("@media")[0]
    colours = {name: _whole(value) for name, value in DECLARED.findall(light) if value[0] == "#"}
    for name, value in DECLARED.findall(light):
        if mix := MIXED.fullmatch(value):
            colours[name] = _mixed(colours[mix[1]], colours[mix[3]], int(mix[2]))
    return colours


def _whole(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])


def _mixed(first: str, second: str, share: int) -> str:
    parts = [
        (int(first[i : i + 2], 16) * share + int(second[i : i + 2], 16) * (100 - share)) // 100
        for i in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02x}" for part in parts)
