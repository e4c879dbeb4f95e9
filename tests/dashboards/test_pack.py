"""The leadership pack: what the pages say, the same bytes, and text that stays text."""

from __future__ import annotations

import re

import openpyxl
import pytest

from dashboards import build
from dashboards.pack import NAMES
from dashboards.pack.cells import exact, plain
from dashboards.pack.paper import VARIABLE, _chart
from dashboards.parts import Chart
from tests.dashboards.reading import read_page


@pytest.fixture(scope="module")
def book(demo_site):
    return openpyxl.load_workbook(demo_site / "leadership.xlsx")


def numbers(sheet) -> set[str]:
    return {
        f"{cell.value:.4f}"
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    }


def test_every_page_of_the_pack_is_a_sheet_with_its_figures(book, demo_pages):
    """Whole cells that are one number stand in the sheet with the exact value of the page."""
    for name in ("tiers", "arr", "compliance", "deals"):
        page = demo_pages[f"{name}.html"]
        sheet = next(s for s in book if page.text.find(s.title.strip()) >= 0)
        held = numbers(sheet)
        wanted = {
            f"{float(each.value):.4f}"
            for each in page.figures
            if each.column in ("arr_usd", "minimum_usd", "gap_to_next", "value")
            and re.fullmatch(r"-?[0-9.]{1,16}", each.value)
        }
        assert wanted <= held or not wanted - held, (name, sorted(wanted - held)[:5])
    assert len(book.sheetnames) == 10


def test_the_pdf_is_one_and_tagged(demo_site):
    content = (demo_site / "leadership.pdf").read_bytes()
    assert content.startswith(b"%PDF-") and b"/StructTreeRoot" in content


def test_the_same_data_gives_the_same_pack(odd, tmp_path):
    build(odd, tmp_path / "one")
    build(odd, tmp_path / "two")
    for name in NAMES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_text_that_a_spreadsheet_would_run_stays_text(odd, tmp_path):
    """The odd warehouse names every partner `=cmd|...`; no cell of the workbook is a formula."""
    odd.execute("update marts.fct_arr_by_partner_year set minimum_source = '=1+1'")
    build(odd, tmp_path)
    cells = [
        cell
        for sheet in openpyxl.load_workbook(tmp_path / NAMES[1])
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert any("cmd|" in str(cell.value) for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [c for c in cells if c.data_type == "s" and str(c.value).startswith("=")]


def test_the_overview_leads_to_the_pack(demo_site):
    links = read_page(demo_site / "index.html").links
    assert set(NAMES) <= set(links)
    assert all((demo_site / name).is_file() for name in NAMES)


def test_cells_are_read_back():
    from dashboards.figures import cell, figure

    assert plain(cell("a < b")) == "a < b"
    assert exact(figure(3, "marts.t", {}, "count(*)")) == 3
    assert exact(figure("up", "marts.t", {}, "movement")) == "up"
    assert exact(cell("12")) == "12"


def test_drawings_have_colours_of_their_own_on_paper():
    from dashboards import charts
    from dashboards.pack.paper import _colours

    points = [{"x": "a", "y": "b", "s": n, "t": str(n)} for n in range(6)]
    svg = charts.heat(points, x="x", y="y", step="s", text="t", label="heat")
    drawn = _chart(Chart("Heat", svg, "marts.t"), _colours())
    assert not VARIABLE.search(drawn["svg"]) and "currentColor" not in drawn["svg"]
