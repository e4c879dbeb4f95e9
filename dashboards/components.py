"""What pages are made of: headline figures, tables, charts with their table, sections.

Belongs here: the shapes that templates draw. Does not: HTML (templates/) or figures (pages/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from markupsafe import Markup

# Label and file of a page for each year for which it exists.
Years = Sequence[tuple[str, str]]
# A longer table scrolls by itself, so that what follows stays near.
TALL = 18
# How many rows of a longer, searchable table are drawn at first (site.css, tables.js).
LONG = 250
# A table of at most this many columns is placed next to its chart.
BESIDE = 7


@dataclass(frozen=True)
class Column:
    """A table's column. `numeric` columns are set right, `wide` ones hold sentences, `whole` ones
    hold dates and other words that must not break, and `choice` ones hold a few values to filter
    by, one per line of a cell; the lines of `paired` columns belong together by position."""

    label: str
    numeric: bool = False
    wide: bool = False
    whole: bool = False
    choice: bool = False
    paired: bool = False

    @property
    def css(self) -> str:
        """The class of the column's cells; empty for plain text."""
        return "n" if self.numeric else "w" if self.wide else "d" if self.whole else ""


def columns(*labels: str) -> tuple[Column, ...]:
    """Columns by label: `#Partners` is numeric, `~Why` is wide, `@Due` does not break, `%Status`
    can be filtered by, and so can `=Program`, line by line with others of its kind."""
    kinds = {
        "#": ["numeric"],
        "~": ["wide"],
        "@": ["whole"],
        "%": ["choice"],
        "=": ["choice", "paired"],
    }
    return tuple(
        Column(label[1:], **dict.fromkeys(kinds[label[0]], True))
        if label[0] in kinds
        else Column(label)
        for label in labels
    )


@dataclass(frozen=True)
class Table:
    """Rows of ready cells under a caption; sortable, and searchable when `search` is set.

    `folded` tables are hidden behind a summary: the numbers of a chart, or a long history.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Markup]]
    search: bool = False
    empty: str = "nothing to show"
    folded: bool = False

    @property
    def choices(self) -> list[tuple[int, Column]]:
        """Place and column to filter by; none where the table can't be searched."""
        return [(i, c) for i, c in enumerate(self.columns) if c.choice and self.search]

    @property
    def long(self) -> bool:
        """Whether a screen with scripts shows only the first rows until somebody asks for all."""
        return self.search and len(self.rows) > LONG

    @property
    def tall(self) -> bool:
        """Whether the table scrolls on its own on a screen."""
        return self.search or len(self.rows) > TALL

    @property
    def body(self) -> Markup:
        """The rows as HTML; the first cell of each is its header. Cells are ready markup."""
        css = [f" class={column.css}" if column.css else "" for column in self.columns]
        lines = []
        for row in self.rows:
            rest = "".join(
                [f"<td{kind}>{each}</td>" for kind, each in zip(css[1:], row[1:], strict=True)]
            )
            lines.append(f"<tr><th scope=row{css[0]}>{row[0]}</th>{rest}</tr>")
        return Markup("\n".join(lines))


@dataclass(frozen=True)
class Headline:
    """One figure that leadership wants to know, and what it means."""

    label: Markup | str
    value: Markup
    note: Markup | str = ""


@dataclass(frozen=True)
class Chart:
    """A drawn chart: its title states the finding, `source` names the tables."""

    title: Markup | str
    svg: Markup
    source: str


@dataclass(frozen=True)
class Section:
    """A part of a page: first the reason in words, then charts, then tables.

    `program` is the program's label, if it is about a single one. `half`: if there is room, it is
    shown beside a neighbouring section that is also half. `entry`: its name in the page's list of
    sections, if that is not its title; with "" it is left out of the list.
    """

    title: str
    anchor: str
    words: list[Markup] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    cards: list[Headline] = field(default_factory=list)
    program: str | None = None
    half: bool = False
    entry: str | None = None

    @property
    def listed(self) -> str:
        """Its name in the page's list of sections; empty if it is not in the list."""
        return self.title if self.entry is None else self.entry

    @property
    def pair(self) -> bool:
        """Whether its one chart and its one small table are shown side by side."""
        if len(self.charts) != 1 or len(self.tables) != 1:
            return False
        table = self.tables[0]
        return not table.search and len(table.columns) <= BESIDE


@dataclass(frozen=True)
class Page:
    """One page: its file, title, opening sentences, headline figures and sections; `rows` are the
    delivered rows that its evidence can show (delivered.py)."""

    path: str
    title: str
    lead: list[Markup]
    headlines: list[Headline]
    sections: list[Section]
    note: str = ""
    banner: Markup | None = None
    rows: str = ""

    @property
    def switch(self) -> bool:
        """Whether a choice of program says anything on this page."""
        labels = [c.label for s in self.sections for t in s.tables for _, c in t.choices]
        return labels.count("Program") > 1 or any(section.program for section in self.sections)

    @property
    def file(self) -> str:
        """The page's own file as a link beside it names it."""
        return quote(self.path.rpartition("/")[2])

    @property
    def root(self) -> str:
        """The way from this page back to the site's root."""
        return "../" * self.path.count("/")
