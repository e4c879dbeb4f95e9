"""Every table of every kind of page as CSV, held against the page as it was written.

Belongs here: what a download holds. Does not: sorting, filtering (test_browser_tables.py).
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest

from tests.dashboards.browser import opened
from tests.dashboards.looking import PAGES

# One of each kind of page, an earlier year's among them.
KINDS = [name for name in PAGES if name not in ("index-2024", "apps-2024", "partners/P-0001")]
# Presses every button and gives what it would have saved, by the table's place on the page.
PRESSED = """async () => {
  const saved = [];
  URL.createObjectURL = (blob) => { saved.push(blob); return "blob:none"; };
  const names = [];
  HTMLAnchorElement.prototype.click = function () { names.push(this.download); };
  for (const button of document.querySelectorAll("table button.csv")) button.click();
  return [names, await Promise.all(saved.map((blob) => blob.text()))];
}"""


@dataclass
class Cell:
    """A cell as it was written: its text by lines, and its figures' texts and exact values."""

    text: str = ""
    figures: list[list[str]] = field(default_factory=list)

    @property
    def exported(self) -> str:
        """The exact value where the cell is one figure, else its words, lines parted."""
        plain = self.text.replace("\n", "")
        if len(self.figures) == 1 and self.figures[0][1] == plain:
            return self.figures[0][0]
        return " ".join(self.text.replace("\n", "; ").split())


class Tables(HTMLParser):
    """The tables of a page, row by row, without a browser."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[Cell]]] = []
        self._cell: Cell | None = None
        self._in_figure = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = Cell()
            self.tables[-1][-1].append(self._cell)
        elif tag == "data" and self._cell:
            self._in_figure = True
            self._cell.figures.append([dict(attrs)["data-value"] or "", ""])
        elif tag == "br" and self._cell:
            self._cell.text += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("summary", "li", "p") and self._cell:
            self._cell.text += " "
        elif tag == "data":
            self._in_figure = False
        elif tag in ("td", "th", "tr", "table"):
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell:
            self._cell.text += data
            if self._in_figure:
                self._cell.figures[-1][1] += data


def harmless(text: str) -> str:
    """As a spreadsheet takes it for text."""
    is_formula = re.match(r"[=+\-@\t\r]", text) and not re.fullmatch(r"-[\d.]+", text)
    return f"'{text}" if is_formula else text


@pytest.mark.parametrize("name", [*KINDS, "changes"])
def test_each_table_of_a_page_is_its_csv(browser, demo_site, name):
    file = demo_site / f"{name}.html"
    written = Tables(file.read_text("utf-8")).tables
    with opened(browser, file) as (page, heard):
        names, saved = page.evaluate(PRESSED)
        assert heard.messages == []
    assert len(saved) == len(written) and all(each.endswith(".csv") for each in names)
    for rows, text in zip(written, saved, strict=True):
        read = list(csv.reader(io.StringIO(text, newline="")))
        assert read == [[harmless(cell.exported) for cell in row] for row in rows]
        assert len(read) > 1 and len({len(row) for row in read}) == 1


def test_owners_and_the_lines_of_a_cell(browser, demo_site):
    """A page below the root, and a partner's programs, which stand in lines of one cell."""
    owner = sorted((demo_site / "owners").glob("*.html"))[0]
    with opened(browser, owner) as (page, _):
        _, saved = page.evaluate(PRESSED)
    assert len(saved) == len(Tables(owner.read_text("utf-8")).tables) > 0
    with opened(browser, demo_site / "partners.html") as (page, _):
        _, [text] = page.evaluate(PRESSED)
    programs = [row[1] for row in csv.reader(io.StringIO(text, newline=""))]
    assert "Industry; Referral; Reseller; Services; Technology" in programs
