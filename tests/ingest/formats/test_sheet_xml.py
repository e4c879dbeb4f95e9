"""Cells as spreadsheets write them: what the XML says, and nothing that it does not."""

from __future__ import annotations

import pytest

from ingest.formats.xlsx.cell_text import Unusable, cell_text
from ingest.formats.xlsx.sheet_xml import (
    Cell,
    Sheet,
    column_letters,
    merged_rows,
    read_sheet,
    split_place,
)
from ingest.formats.xlsx.spreadsheet import Spreadsheet, read_spreadsheet

from .books import filled, line, with_parts


def sheet(cells: str, shared: tuple[str, ...] = (), root: str = "worksheet") -> Sheet:
    xml = f"<{root}><sheetData>{cells}</sheetData></{root}>".encode()
    return read_sheet("sheet1.xml", xml, Sheet("S"), shared)


def test_rich_text_is_joined_and_readings_above_characters_are_left_out() -> None:
    parsed = sheet(
        '<row r="2"><c r="B2" t="inlineStr"><is><r><t>To</t></r><r><t xml:space="preserve">kyo </t>'
        "</r><rPh><t>READING</t></rPh></is></c></row>"
    )
    assert parsed.rows == {2: {2: Cell("text", "Tokyo ")}}


def test_shared_texts_leave_readings_out_too(tmp_path) -> None:
    from ingest.formats.template import write_template

    write_template(tmp_path / "t.xlsx", "P-1", "2025-03")
    reading = b"<si><r><t>par</t></r><r><t>tner_id</t></r><rPh><t>X</t></rPh></si>"
    data = with_parts(
        (tmp_path / "t.xlsx").read_bytes(),
        {"xl/sharedStrings.xml": lambda xml: xml.replace(b"<si><t>partner_id</t></si>", reading)},
    )
    assert read_spreadsheet(data).sheets[0].rows[1][1].text == "partner_id"


def test_places_follow_each_other_where_they_are_not_written() -> None:
    parsed = sheet("<row><c><v>1</v></c><c><v>2</v></c></row><row><c/><c><v>3</v></c></row>")
    assert {r: sorted(c) for r, c in parsed.rows.items()} == {1: [1, 2], 2: [2]}


def test_a_prefix_changes_nothing() -> None:
    cells = '<x:row r="1"><x:c r="A1" t="b"><x:v>1</x:v></x:c></x:row>'
    xml = f'<x:worksheet xmlns:x="n"><x:sheetData>{cells}</x:sheetData></x:worksheet>'
    parsed = read_sheet("s", xml.encode(), Sheet("S"), ())
    assert parsed.rows == {1: {1: Cell("bool", "1")}}


def test_a_shared_formula_is_known_in_every_cell_that_uses_it() -> None:
    parsed = sheet(
        '<row r="1"><c r="A1"><f t="shared" si="0">TODAY()</f><v>1</v></c>'
        '<c r="B1"><f t="shared" si="0"/><v>2</v></c></row>'
    )
    assert [cell.formula for cell in parsed.rows[1].values()] == ["TODAY()", "TODAY()"]
    text = cell_text(parsed.rows[1][2], "money", Spreadsheet(), ["TODAY"])
    assert isinstance(text, Unusable)
    assert text.rule == "formula"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("a_x000D_b", "a\rb"),
        ("_x005F_x000D_", "_x000D_"),
        ("_xD800_", "_xD800_"),  # half a pair is no character
        ("_x0000_", "_x0000_"),
        ("_xyz_", "_xyz_"),
    ],
)
def test_escaped_characters_come_back(written: str, text: str) -> None:
    parsed = sheet(f'<row r="1"><c r="A1" t="str"><v>{written}</v></c></row>')
    assert parsed.rows[1][1].text == text


@pytest.mark.parametrize(
    ("number_format", "is_date"),
    [
        ('<xf numFmtId="14"/>', True),
        ('<xf numFmtId="31"/>', True),  # an East Asian long date
        ('<xf numFmtId="4"/>', False),
        ('<xf numFmtId="200"/>', True),
        ('<xf numFmtId="201"/>', False),
    ],
)
def test_which_formats_show_a_date(tmp_path, number_format: str, is_date: bool) -> None:
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId="200" formatCode="[$-409]d\\ mmm\\ yyyy"/>'
        '<numFmt numFmtId="201" formatCode="0.00&quot; days&quot;"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{number_format}</cellXfs></styleSheet>'
    )
    data = filled(tmp_path, {"Subscriptions": [line()]})
    book = read_spreadsheet(with_parts(data, {"xl/styles.xml": styles.encode()}))
    assert book.date_styles == ({1} if is_date else set())


@pytest.mark.parametrize(("letters", "number"), [("A", 1), ("Z", 26), ("AA", 27), ("XFD", 16384)])
def test_column_letters(letters: str, number: int) -> None:
    assert column_letters(number) == letters
    assert split_place(f"{letters}7") == (7, number)


def test_a_short_merge_inside_a_long_one_does_not_end_it() -> None:
    merged = sheet("".join(f'<row r="{r}"><c r="A{r}"><v>1</v></c></row>' for r in range(1, 12)))
    merged.merges = [(2, 1, 9, 1), (3, 1, 4, 1), (10, 20, 11, 20)]
    assert merged_rows(merged, last_column=5) == dict.fromkeys(range(2, 10), (2, 1, 9, 1))
