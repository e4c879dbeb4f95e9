"""Sentences and figures of pages that once said what was not so.

Belongs here: whole pages of the demonstration, read as text. Does not: figures against their tables
(test_figures.py), or one story in several places (test_one_story.py).
"""

from __future__ import annotations

import html
import re

import duckdb
import pytest

from dashboards.letters import write_letters
from dashboards.pages import models
from tests.conftest import DEMO_YEAR

TAG = re.compile(r"<[^>]+>")


@pytest.fixture
def con(demo_run):
    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        yield con


def text_of(path) -> str:
    return " ".join(TAG.sub(" ", html.unescape(path.read_text("utf-8"))).split())


def test_the_models_page_names_the_schemas(tmp_path):
    catalog = tmp_path / "models.json"
    catalog.write_text("[]")
    assert "They are in staging (" in " ".join(models.page(catalog).lead)


def test_a_parameter_is_shown_as_the_policy_has_it(demo_site):
    page = (demo_site / "policy.html").read_text("utf-8")
    row = page.split('id="parameter-influence.interval_z"')[1].split("</tr>")[0]
    assert ">1.96</data>" in row


def test_arr_that_cannot_be_computed_any_more_is_a_step_of_the_bridge(con, demo_site):
    page = text_of(demo_site / "arr.html")
    [(before, after)] = con.execute(
        "select sum(arr_usd) filter (month = make_date(?, 12, 1)),"
        " sum(arr_usd) filter (month = make_date(?, 12, 1)) from marts.fct_arr_by_partner_month",
        [DEMO_YEAR - 1, DEMO_YEAR],
    ).fetchall()
    assert f"ARR rose by ${round(after - before):,} in {DEMO_YEAR}" in page
    assert "could not be computed in the year" in page


def test_no_letter_ends_a_sentence_in_an_empty_list(con, tmp_path):
    report = write_letters(con, DEMO_YEAR, tmp_path)
    pages = {partner: tmp_path / f"{partner}-{DEMO_YEAR}.html" for partner in report.written}
    texts = {partner: text_of(page) for partner, page in pages.items()}
    assert [partner for partner, text in texts.items() if re.search(r": *\.( |$)", text)] == []
    [(partner, year)] = con.execute(
        "select partner_id, year + 1 from marts.fct_tier_eligibility"
        " where criterion = 'invitation' and status = 'needs_review' and year = ?",
        [DEMO_YEAR],
    ).fetchall()
    sentence = rf"To be *Premier *for *{year} *: *answer our invitation *\."
    assert re.search(sentence, texts[partner])
