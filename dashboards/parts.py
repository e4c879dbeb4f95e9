"""What pages are made of: headline figures, tables, charts with their table, sections.

Belongs here: the shapes that templates draw. Does not: HTML (templates/) or figures (pages/).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True)
class Column:
    """A table's column. `numeric` ones are set right and sort as numbers."""

    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of ready cells under a caption; sortable, and searchable when `search` is set."""

    caption: str
    columns: tuple[Column, ...]
    rows: list[list[Markup]]
    search: bool = False
    empty: str = "Nothing to show."


@dataclass(frozen=True)
class Headline:
    """One figure that leadership asks for, and what it is."""

    label: str
    value: Markup
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A drawn chart: its title says the finding, `source` says the tables."""

    title: str
    svg: Markup
    source: str


@dataclass(frozen=True)
class Section:
    """A part of a page: first the reason in words, then charts, then tables."""

    title: str
    anchor: str
    words: list[Markup] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """One page: its file, title, opening sentences, headline figures and sections."""

    path: str
    title: str
    lead: list[Markup]
    headlines: list[Headline]
    sections: list[Section]
    note: str = ""

    @property
    def root(self) -> str:
        """The way from this page back to the site's root."""
        return "../" * self.path.count("/")
