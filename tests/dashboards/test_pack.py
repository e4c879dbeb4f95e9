"""The leadership pack: what the pages say, the same bytes, and text that stays text."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from decimal import Decimal

import duckdb
import openpyxl
import pptx
import pypdf
import pytest

from dashboards.components import Chart
from dashboards.pack import NAMES
from dashboards.pack.cells import Read, plain, read
from dashboards.pack.paper import VARIABLE, _chart
from dashboards.site import build
from tests.dashboards.reading import read_page

BOOK = "leadership.xlsx"


@pytest.fixture(scope="module")
def book(demo_site):
    return openpyxl.load_workbook(demo_site / BOOK)


@pytest.fixture(scope="module")
def paper(demo_site):
    return pypdf.PdfReader(demo_site / "leadership.pdf")


@pytest.fixture(scope="module")
def slides(demo_site):
    return pptx.Presentation(str(demo_site / "leadership.pptx"))


def words_of(slide) -> str:
    texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    tables = [shape.table for shape in slide.shapes if shape.has_table]
    texts += [cell.text for table in tables for row in table.rows for cell in row.cells]
    return " ".join(texts)


def test_every_figure_of_a_table_stands_in_a_sheet(book, demo_pages):
    """Whole cells that are one number stand in the sheets with the exact value of the page."""
    held = {
        f"{cell.value:.4f}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    }
    for name in ("tiers", "arr", "compliance"):
        wanted = {
            f"{float(each.value):.4f}"
            for each in demo_pages[f"{name}.html"].figures
            if each.column in ("arr_usd", "minimum_usd", "gap_to_next", "value")
            and re.fullmatch(r"-?[0-9.]{1,16}", each.value)
            and each.shown != "yes"
        }
        assert wanted and not wanted - held, (name, sorted(wanted - held)[:5])


def test_a_sheet_is_one_table_with_frozen_heads_and_filters(book):
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B2", sheet.title
        (table,) = sheet.tables.values()
        assert table.ref == sheet.dimensions and table.autoFilter is not None, sheet.title
        heads = [cell.value for cell in sheet[1]]
        assert all(heads) and len({head.lower() for head in heads}) == len(heads), sheet.title


def test_the_first_sheet_explains_and_leads_to_the_others(book):
    first = book.worksheets[0]
    links = {
        cell.hyperlink.location: cell.value
        for row in first.iter_rows()
        for cell in row
        if cell.hyperlink
    }
    names = {f"'{sheet.title.replace(chr(39), chr(39) * 2)}'!A1" for sheet in book.worksheets[1:]}
    assert set(links) == names


def test_names_ids_numbers_and_days_have_columns_of_their_own(book, demo_run):
    sheet = book["Partners - All partners"]
    heads = [cell.value for cell in sheet[1]]
    rows = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2)]
    # Somebody whom no partner file names has no name, no id beside it and no day.
    rows = [row for row in rows if row["Partner id"].value is not None]
    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        known = {
            partner: (name, joined)
            for partner, name, joined in con.execute(
                "select partner_id, name, joined_on from marts.dim_partners"
            ).fetchall()
        }
    cells = {
        row["Partner id"].value: (row["Partner"].value, row["Joined"].value.date()) for row in rows
    }
    assert cells == known
    assert {row["Joined"].number_format for row in rows} == {"yyyy-mm-dd"}
    assert {row["ARR"].data_type for row in rows} == {"n"}
    assert {row["Open actions"].data_type for row in rows} == {"n"}


def test_no_number_ends_with_a_point(book):
    """A format such as `#,##0.####` shows 20,000 as `20,000.`."""
    forms = {cell.number_format for sheet in book for row in sheet.iter_rows() for cell in row}
    assert forms <= {"General", "yyyy-mm-dd", "yyyy-mm"} | {
        f"{dollar}#,##0{places}{percent}"
        for dollar in ("", "$")
        for places in ("", ".0", ".00", ".000", ".0000")
        for percent in ("", "%")
    }
    assert "$#,##0" in forms


def test_the_pdf_is_one_and_tagged(demo_site):
    content = (demo_site / "leadership.pdf").read_bytes()
    assert content.startswith(b"%PDF-") and b"/StructTreeRoot" in content


def test_the_pdf_opens_with_two_pages_of_answers(paper):
    first, second, third = (paper.pages[i].extract_text() for i in range(3))
    assert "What changed in 2025" in first and "What must be decided" in first
    assert "The money" in second and "What it rests on, and the risks" in second
    assert "Appendix" in second and "Newly non-compliant against 2024, by requirement" in third


def test_each_answer_leads_into_the_appendix(paper):
    for page in paper.pages[:2]:
        links = [
            each for each in page.get("/Annots", []) if each.get_object()["/Subtype"] == "/Link"
        ]
        assert len(links) > 5


def test_answers_say_what_the_overview_says(paper, slides, demo_pages):
    """The figures of the overview's first screen stand on paper and on the slides too."""
    overview = demo_pages["index.html"]
    wanted = [
        each.shown
        for each in overview.figures
        if each.table == "marts.fct_program_compliance" and "status=non_compliant" in each.key
    ]
    first = paper.pages[0].extract_text()
    opening = words_of(slides.slides[0])
    assert wanted[0] in first and wanted[0] in opening
    arr = next(e.shown for e in overview.figures if e.column == "sum(arr_usd)")
    assert arr in first and arr in opening


def test_the_deck_has_a_slide_for_each_answer(slides, demo_site):
    titles = [slide.shapes.title.text_frame.text for slide in slides.slides]
    assert titles == [
        "Partner programs, 2025",
        "What changed in 2025",
        "What must be decided",
        "The money",
        "What it rests on, and the risks",
    ]
    links = {
        run.hyperlink.address
        for slide in slides.slides
        for shape in slide.shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
        if run.hyperlink.address
    }
    assert links and all((demo_site / link).is_file() for link in links)


def test_nothing_of_a_slide_lies_beyond_it(slides):
    for slide in slides.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= slides.slide_width
            assert shape.top >= 0 and shape.top + shape.height <= slides.slide_height


def test_the_same_data_gives_the_same_pack(odd, tmp_path):
    build(odd, tmp_path / "one")
    build(odd, tmp_path / "two")
    for name in NAMES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_no_part_of_the_pack_notes_when_it_was_made(demo_site):
    for name in ("leadership.pptx", BOOK):
        with zipfile.ZipFile(demo_site / name) as parts:
            moments = {part.date_time for part in parts.infolist()}
            assert {moment[0] for moment in moments} == {1980}
            core = parts.read("docProps/core.xml").decode()
        assert set(re.findall(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T", core)) == {"2000-01-01T"}


def test_text_that_a_spreadsheet_would_run_stays_text(odd, tmp_path):
    """The odd warehouse names every partner `=cmd|...`; no cell of the workbook is a formula."""
    odd.execute("update marts.fct_arr_by_partner_year set minimum_source = '=1+1'")
    build(odd, tmp_path)
    cells = [
        cell
        for sheet in openpyxl.load_workbook(tmp_path / BOOK)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert any("cmd|" in str(cell.value) for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not [c for c in cells if c.data_type == "s" and str(c.value).startswith("=")]


def test_the_overview_leads_to_the_pack(demo_site):
    links = read_page(demo_site / "index.html").links
    assert set(NAMES) <= set(links)
    assert all((demo_site / name).is_file() for name in NAMES)


def test_cells_are_read_back():
    from dashboards.figures import cell, figure
    from dashboards.pages.common import named

    assert plain(cell("a < b")) == "a < b"
    assert read(figure(3, "marts.t", {}, "count(*)")) == Read(Decimal(3), "#,##0")
    assert read(figure("up", "marts.t", {}, "movement")) == Read("up")
    assert read(cell("12")) == Read("12")
    near = figure(Decimal("99.9999"), "marts.t", {}, "value", "99.9999")
    assert read(near) == Read(Decimal("99.9999"), "#,##0.0000")
    part = figure(Decimal("0.3077"), "marts.t", {}, "value", "30.8 %")
    assert read(part) == Read(Decimal("0.3077"), "#,##0.0%")
    assert read(cell("2025-03"), dated=True) == Read(date(2025, 3, 1), "yyyy-mm")
    assert read(cell("2025-02-30"), dated=True) == Read("2025-02-30")
    assert read(named("A", "1")) == Read("A", identity="1")


def test_drawings_have_colours_of_their_own_on_paper():
    from dashboards import charts
    from dashboards.pack.paper import _colours

    points = [{"x": "a", "y": "b", "s": n, "t": str(n)} for n in range(6)]
    svg = charts.heat(points, x="x", y="y", step="s", text="t", label="heat")
    drawn = _chart(Chart("Heat", svg, "marts.t"), _colours())
    assert not VARIABLE.search(drawn["svg"]) and "currentColor" not in drawn["svg"]
