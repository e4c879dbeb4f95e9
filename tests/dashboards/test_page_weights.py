"""What a page weighs as the program grows, and what no page says more often than it must.

Belongs here: work counted (bytes, elements), never clocks (benchmarks/pages.py has those).
"""

from __future__ import annotations

import re
import shutil

import duckdb
import pytest

from benchmarks.pages import enlarge
from dashboards.data import Tables
from dashboards.figures import figure
from dashboards.pages import overview
from dashboards.pages.common import status
from dashboards.rendering import render
from dashboards.site import footer_text
from dashboards.smaller_svg import smaller

TAG = re.compile(r"<[a-z]")


@pytest.fixture(scope="module")
def grown(demo_run, tmp_path_factory):
    """The overview of the demonstration, and of one with eight times its partners."""
    copy = tmp_path_factory.mktemp("grown") / "large.duckdb"
    shutil.copyfile(demo_run.serving, copy)
    with duckdb.connect(str(copy)) as con:
        pages = []
        for times in (1, 8):
            [partners] = con.execute("select count(*) from marts.dim_partners").fetchone()
            assert enlarge(con, partners * times) == partners * times
            tables = Tables(con)
            pages.append(render(overview.page(tables), footer_text(tables)))
    return pages


def test_the_overview_is_no_larger_for_more_partners(grown):
    """It is usable at once with a thousand partners because it names none of them."""
    few, many = grown
    assert len(many) < len(few) * 1.03
    assert len(TAG.findall(many)) < len(TAG.findall(few)) * 1.03


def test_a_status_in_a_figure_is_one_element():
    made = figure("non_compliant", "marts.t", {"a": 1}, "status", status("non_compliant"))
    assert made.startswith("<data class=s-bad ") and made.endswith(">non-compliant</data>")


MARKS = '<g><line x2="1" stroke="red"/><line x2="2" stroke="red"/><line x2="3" stroke="red"/></g>'
WORDS = '<text fill="a" x="1">fill="a"</text><text fill="a">y</text><text fill="b">z</text>'
DOT = (
    '<path transform="translate(1,2)" d="M2.5,0A2.5,2.5,0,1,1,-2.5,0A2.5,2.5,0,1,1,2.5,0"'
    ' fill="a"/>'
)


@pytest.mark.parametrize(
    ("drawn", "leaner"),
    [
        (MARKS, '<g><g stroke="red"><line x2="1"/><line x2="2"/><line x2="3"/></g></g>'),
        (WORDS, WORDS),  # one is of another colour, so nothing is said for all
        (
            '<text fill="a">fill="a"</text><text fill="a">y</text><text fill="a">z</text>',
            '<g fill="a"><text>fill="a"</text><text>y</text><text>z</text></g>',
        ),
        (DOT, '<circle transform="translate(1,2)" r="2.5" fill="a"/>'),
    ],
)
def test_marks_say_once_what_they_share(drawn, leaner):
    assert smaller(drawn) == leaner
