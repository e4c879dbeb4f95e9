"""PDF pages: data stay text, same bytes, letters without a font are named, not lost.

Belongs here: the compiler's wrapper. Does not: what letters and packs say (their own tests).
"""

import pytest

from dashboards.typeset import TypesetError, typeset, unprintable

TEMPLATE = """#set document(title: "Sheet", date: none)
#let data = json(bytes(sys.inputs.data))
= Sheet
#data.text
#for picture in data.at("pictures", default: ()) {
  image(bytes(picture), format: "svg", alt: "chart")
}
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
