"""Drawing on another processor: the same drawings, and a renderer that stops is reported."""

import altair as alt
import pytest

from dashboards.chart_data import taken_out
from dashboards.drawing import PLACE, drawn, drawn_beside, finished, write_bundle

ROWS = [{"tier": "Premier", "partners": 3}, {"tier": "Select", "partners": 5}]


def chart(mark="bar", rows=ROWS):
    base = alt.Chart(alt.InlineData(values=rows))
    return getattr(base, f"mark_{mark}")().encode(x="partners:Q", y="tier:N")


def test_what_is_drawn_beside_is_what_is_drawn_here(tmp_path):
    here = [drawn(chart(mark), f"<{mark}>", 120) for mark in ("bar", "point", "bar")]
    assert not PLACE.search("".join(here))
    with drawn_beside(tmp_path):
        marked = [drawn(chart(mark), f"<{mark}>", 120) for mark in ("bar", "point", "bar")]
        assert all(PLACE.search(text) for text in marked)
        assert [finished(text) for text in marked] == here
        # The page holds the label once, as text that can't end its attribute.
        assert finished(marked[0]).count('aria-label="&lt;bar&gt;"') == 1
        assert write_bundle(tmp_path)
    assert not write_bundle(tmp_path)
    assert drawn(chart(), "<bar>", 120) == here[0]


def test_a_renderer_that_stops_is_said_and_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr("dashboards.drawing.RENDERER", "import sys; sys.stdin.readline()")
    with pytest.raises(RuntimeError, match="the renderer stopped at"), drawn_beside(tmp_path):
        finished(drawn(chart(), "bars", 120))


def test_characters_that_xml_cannot_hold_are_drawn_as_replaced():
    """The renderer would end with the whole process on one of them, in whatever landed long ago."""
    unwritable = "\x01\x0b\x1b\x1f\ufffe\uffff"
    rows = [{"name": f"a{character}b", "n": 1} for character in unwritable]
    named = alt.Chart(alt.InlineData(values=rows), title="\x1b").mark_bar()
    svg = str(drawn(named.encode(x="n:Q", y="name:N"), "label \x01", 100))
    assert not set(unwritable) & set(svg)
    assert "a\ufffdb" in svg and 'aria-label="label \ufffd"' in svg


def kept_page(site, rows=ROWS, label="ranks"):
    """A page of the site with one chart, whose drawing is taken over where it may be."""
    with drawn_beside(site, keep=True):
        page = finished(taken_out(drawn(chart(rows=rows), label, 120))[0])
        write_bundle(site)
    (site / "page.html").write_text(page, "utf-8")
    return page


def test_a_drawing_is_taken_from_the_page_only_for_its_own_data_and_label(tmp_path):
    whole = kept_page(tmp_path)
    # A mark that no renderer makes.
    marked = whole.replace("</svg>", "<g/></svg>")

    def again(**other) -> str:
        (tmp_path / "page.html").write_text(marked, "utf-8")
        return kept_page(tmp_path, **other)

    assert again() == marked
    assert "<g/>" not in again(label="other ranks")
    assert "<g/>" not in again(rows=[{**ROWS[0], "partners": 77}, ROWS[1]])
    # The bundle names the renderer, and another one may draw otherwise.
    (tmp_path / "charts.js").write_text("// vl-convert 0\n", "utf-8")
    assert again() == whole
