"""PDF pages: data stay text, same bytes, letters without a font are named, not lost.

Belongs here: the compiler's wrapper. Does not: what letters and packs say (their own tests).
"""

import os
from pathlib import Path

import pytest

from dashboards.typeset import TypesetError, forget, typeset, unprintable

TEMPLATE = """#set document(title: "Sheet", date: none)
#let data = json(bytes(sys.inputs.data))
= Sheet
#data.text
#for picture in data.at("pictures", default: ()) {
  image(bytes(picture), format: "svg", alt: "chart")
}
"""
TABLE = """#set document(title: "Sheet", date: none)
#let data = json(bytes(sys.inputs.data))
#table(columns: 2, ..data.rows.flatten().map(str))
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'


@pytest.fixture
def template(tmp_path):
    (tmp_path / "sheet.typ").write_text(TEMPLATE, "utf-8")
    return tmp_path / "sheet.typ"


@pytest.mark.parametrize(
    "text",
    [
        '#panic("ran")',
        '#read("sheet.typ")',
        "*not bold* $x$ ~ @nobody <label> \\ // /* `raw",
        '") + panic("ran") + ("',
        "[] {} #{",
        "",
    ],
)
def test_markup_in_data_is_text(template, text):
    assert typeset(template, {"text": text}).startswith(b"%PDF")


def test_same_data_same_bytes_and_no_clock(template):
    first = typeset(template, {"text": "Zoë ≥ 1 €", "pictures": [SVG]})
    assert first == typeset(template, {"text": "Zoë ≥ 1 €", "pictures": [SVG]})
    assert b"CreationDate" not in first and b"ModDate" not in first
    assert first != typeset(template, {"text": "Zoe"})


def test_a_letter_without_a_font_is_named(template):
    text = "日本 Žižek Ω \u202e\x07 ok"
    assert unprintable([text]) == {"日", "本", "\u202e", "\x07"}
    assert typeset(template, {"text": text}) == typeset(
        template, {"text": "[U+65E5][U+672C] Žižek Ω [U+202E][U+0007] ok"}
    )


def test_what_cannot_be_set_says_why(template):
    with pytest.raises(TypesetError, match=r"svg|SVG"):
        typeset(template, {"text": "x", "pictures": ["<svg"]})


def held_mib():
    pages = int(Path("/proc/self/statm").read_text("utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux says what it holds")
def test_what_was_typeset_before_is_forgotten(tmp_path):
    """A process that stays typesets a program's pack after every file that comes."""
    (tmp_path / "table.typ").write_text(TABLE, "utf-8")

    def typeset_and_forget(start):
        typeset(tmp_path / "table.typ", {"rows": [[start, k] for k in range(1500)]})
        forget()

    typeset_and_forget(0)
    typeset_and_forget(1)
    before = held_mib()
    for start in range(2, 7):
        typeset_and_forget(start)
    assert held_mib() - before < 30
