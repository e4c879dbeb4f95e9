"""Reads a letter's HTML back: its figures, its clauses, the text outside both, its blocks.

Belongs here: what the page says, as data. Does not: whether it may say so (checks.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

TEXTS = {"h1", "h2", "p", "li", "th", "td", "dt", "dd"}


@dataclass
class Figure:
    """A `<data>` element: its four attributes (None for one that it lacks) and its text."""

    table: str | None
    key: str | None
    column: str | None
    value: str | None
    shown: str = ""


@dataclass
class LetterRead:
    """One letter: `loose` is the text outside figures and clauses; `blocks` the page in order."""

    figures: list[Figure] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    blocks: list[dict[str, Any]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = LetterRead()
        self._figure: Figure | None = None
        self._clause: str | None = None
        self._quiet = False
        self._texts: list[tuple[str, list[str]]] = []
        self._row: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag in ("style", "title"):
            self._quiet = True
        elif tag == "data":
            self._figure = Figure(
                *(
                    attributes.get(f"data-{name}") or ""
                    for name in ("table", "key", "column", "value")
                )
            )
            self.read.figures.append(self._figure)
        elif tag == "cite":
            self._clause = attributes.get("data-clause") or ""
            self.read.clauses.append(self._clause)
        elif tag == "table":
            self.read.blocks.append({"kind": "table", "head": [], "rows": []})
        elif tag == "ul":
            self.read.blocks.append({"kind": "list", "items": []})
        elif tag == "tr":
            self._row = []
        if tag in TEXTS:
            self._texts.append((tag, []))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "title"):
            self._quiet = False
        elif tag == "data":
            self._figure = None
        elif tag == "cite":
            self._clause = None
        elif tag == "tr":
            self._end_row()
        if tag in TEXTS and self._texts:
            kind, parts = self._texts.pop()
            self._end_text(kind, " ".join("".join(parts).split()))

    def _end_row(self) -> None:
        table = self.read.blocks[-1]
        if table.get("head"):
            table["rows"].append(self._row)
        else:
            table["head"] = self._row

    def _end_text(self, kind: str, text: str) -> None:
        if kind in ("td", "th"):
            self._row.append(text)
        elif kind == "li":
            self.read.blocks[-1]["items"].append(text)
        else:
            self.read.blocks.append({"kind": kind, "text": text})

    def handle_data(self, data: str) -> None:
        if self._quiet:
            return
        if self._texts:
            self._texts[-1][1].append(data)
        if self._figure is not None:
            self._figure.shown += data
        elif self._clause is None:
            self.read.loose.append(data)


def read_letter(html: str) -> LetterRead:
    """What the page says."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.read
