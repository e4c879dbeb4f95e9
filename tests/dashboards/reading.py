"""Reading generated pages: figures, links and numeric cells, by the standard library's parser.

Belongs here: what a page says, as data. Does not: what it should say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path


@dataclass
class Figure:
    """A `<data>` element: its four attributes and its text."""

    table: str
    key: str
    column: str
    value: str
    shown: str = ""


@dataclass
class PageRead:
    """One page: its figures, links, ids, text, and the numeric cells that hold no figure."""

    figures: list[Figure] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    bare_numbers: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = PageRead()
        self._figure: Figure | None = None
        self._cell: list[str] | None = None
        self._has_figure = False
        self._quiet = False

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.read.tags.add(tag)
        if "id" in attributes:
            self.read.ids.append(attributes["id"])
        if tag == "a":
            self.read.links.append(attributes.get("href", ""))
        if tag in ("script", "style"):
            self._quiet = True
        if tag == "td" and "n" in attributes.get("class", "").split():
            self._cell, self._has_figure = [], False
        if tag == "data":
            self._figure = Figure(
                *(attributes[f"data-{n}"] for n in ("table", "key", "column", "value"))
            )
            self.read.figures.append(self._figure)
            self._has_figure = True

    def handle_endtag(self, tag):
        if tag == "data":
            self._figure = None
        if tag in ("script", "style"):
            self._quiet = False
        if tag == "td" and self._cell is not None:
            text = "".join(self._cell).strip()
            if not self._has_figure and any(c.isdigit() for c in text):
                self.read.bare_numbers.append(text)
            self._cell = None

    def handle_data(self, data):
        if self._quiet:
            return
        self.read.text += data
        if self._figure is not None:
            self._figure.shown += data
        if self._cell is not None:
            self._cell.append(data)


def read_page(path: Path) -> PageRead:
    """What the page at `path` says."""
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    reader.close()
    return reader.read
