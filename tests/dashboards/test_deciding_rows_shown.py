"""The scorecard names the rows on which an answer turns.

Belongs here: that they are on the page. Does not: which rows they are (tests/scoring).
"""

from html import escape

from dashboards.words import plain_sentence
from scoring.deciding_rows import pivots
from scoring.proofs import each_standing
from tests.conftest import DEMO_YEAR

PARTNERS = ("P-0009", "P-0034", "P-0061")


def test_what_an_answer_turns_on_stands_on_the_page(demo_site, demo_con):
    standings = dict(each_standing(demo_con, DEMO_YEAR, str(DEMO_YEAR), 1))
    for partner in PARTNERS:
        page = (demo_site / "partners" / f"{partner}.html").read_text("utf-8")
        shown = [each.pivot[0] for each in standings[partner].requirements if each.pivot]
        assert shown
        for row in shown:
            assert f"Decided by: {escape(plain_sentence(row.detail))}" in page


def test_one_partner_has_the_candidates_that_everybody_has(demo_con):
    every = pivots(demo_con, str(DEMO_YEAR))
    standing = dict(each_standing(demo_con, DEMO_YEAR, str(DEMO_YEAR), 1))
    for partner in PARTNERS:
        alone = pivots(demo_con, str(DEMO_YEAR), [partner])
        for each in standing[partner].requirements:
            assert alone.of(partner, each) == every.of(partner, each)
