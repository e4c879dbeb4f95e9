"""Figures with the same name are equal everywhere, or their sentence says what the difference is.

Belongs here: figures of different pages, or of one page, held against each other. Does not: a
figure against its own table (test_figures.py).
"""

from __future__ import annotations

import html
import re
from collections import defaultdict

import duckdb
import pytest

from dashboards.figures import read_key
from scoring.words import plural
from tests.conftest import DEMO_YEAR

NUMBER = re.compile(r"−?\$?[0-9][0-9,]*(?:\.[0-9]+)?(?: %)?")
SPOKEN = re.compile(
    r'<(p class="lead"|p class="reason"|p class="banner"|figcaption|dt|dd|dd class="note")>(.*?)'
    r"</(?:p|figcaption|dt|dd)>",
    re.DOTALL,
)
TAG = re.compile(r"<[^>]*>")
NOUNS = "partners|program memberships|memberships|findings|resellers|registrations|referrals"
COUNTED = re.compile(rf"([0-9][0-9,]*) (?:other )?({NOUNS})\b")
PERIOD, TIER_YEAR = str(DEMO_YEAR), DEMO_YEAR + 1
STANDING = f"from marts.fct_program_compliance where period = '{PERIOD}'"
TIERS = f"from decisions.tier_assignments where tier_year = {TIER_YEAR}"
# Sentences with the number replaced by {}, and what it counts. A number of one of NOUNS outside
# such a sentence does not say what it counts.
SAID = {
    r"^{} partners are in [0-9]+ program memberships": f"count(distinct partner_id) {STANDING}",
    r"partners are in {} program memberships": f"count(*) {STANDING}",
    r"^{} memberships miss a requirement": f"count(*) {STANDING} and status = 'non_compliant'",
    r"not met, in {} memberships": f"count(*) {STANDING} and status = 'non_compliant'",
    r"^{} program memberships missed a requirement in [0-9]{4}-H2": "count(*)"
    f" from decisions.governance_reviews where review = '{PERIOD}-H2'"
    " and outcome = 'non_compliant'",
    r"^{} partners, of whom": "count(*) from marts.dim_partners",
    r"^{} partners have a tier": f"count(*) {TIERS}",
    r"^{} partners share": "count(distinct partner_id) from marts.fct_overlaps",
    r"^{} findings; the most": "count(*) from marts.fct_findings",
    r"^Of {} registrations, the checks": "count(*) from marts.fct_deal_registrations",
    r"of {} registrations were not answered": "sum(submitted)"
    " from intermediate.int_deals__responses",
    r"of {} referrals earn": "count(*) from marts.fct_referrals",
    r"^Review [0-9]{4}-H2 covers {} program memberships": "count(*)"
    f" from decisions.governance_reviews where review = '{PERIOD}-H2'",
    r"; without {} resellers whose ARR": "count(*) from marts.fct_arr_by_partner_year"
    f" where year = {PERIOD} and arr_usd is null",
    r"of {} resellers [0-9]+ meet": "count(*) from marts.fct_requirement_results"
    f" where period = '{PERIOD}' and metric = 'arr_usd'",
    r"In all: \$[0-9,]+ over {} partners": "count(*) from marts.fct_partner_influence"
    " where measure = 'influenced_revenue_usd'",
}
# In these the sentence itself says which part of the whole it is about.
PARTS = (
    r"On them rest the compliance of {} memberships",
    r"(?:Retention|Win rate): [0-9]+ of {} partners lies? clearly",
    r"No minimum is asked of {} other partners",
)


@pytest.fixture(scope="module")
def spoken(demo_site) -> list[tuple[str, str]]:
    """Page and text of every sentence of the pages of the run's year, scorecards left out."""
    texts = []
    for path in sorted(demo_site.glob("*.html")):
        if re.search(r"-20[0-9]{2}\.html|models|methods", path.name):
            continue
        for _, body in SPOKEN.findall(path.read_text("utf-8")):
            texts.append((path.name, " ".join(html.unescape(TAG.sub("", body)).split())))
    return texts


@pytest.fixture(scope="module")
def con(demo_run):
    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        yield con


def one(con, sql: str) -> int:
    return int(con.execute(f"select {sql}").fetchone()[0] or 0)


def test_one_figure_is_shown_alike_wherever_it_stands(demo_pages):
    """The same table, row and column: the same rounding on every page."""
    shown: dict[tuple, dict[str, str]] = defaultdict(dict)
    for path, page in demo_pages.items():
        for each in page.figures:
            if NUMBER.fullmatch(each.shown):
                key = frozenset(read_key(each.key).items())
                text = each.shown.replace("$", "")
                shown[each.table, key, each.column].setdefault(text, path)
    unlike = {name: texts for name, texts in shown.items() if len(texts) > 1}
    assert not unlike, (len(unlike), list(unlike.items())[:5])


def test_every_number_of_partners_says_which(spoken, con):
    patterns = set()
    for page, text in spoken:
        for count in COUNTED.finditer(text):
            number, before = count[1], text[: count.start(1)]
            blank = before + "{}" + text[count.end(1) :]
            which = [
                pattern
                for pattern in (*SAID, *PARTS)
                if re.search(pattern.replace("{}", re.escape("{}")), blank)
            ]
            assert which, f"{page}: {text!r} does not say which {count[2]}"
            for pattern in which:
                patterns.add(pattern)
                if pattern in SAID:
                    assert int(number.replace(",", "")) == one(con, SAID[pattern]), (page, text)
    assert patterns >= set(SAID), sorted(set(SAID) - patterns)


def test_movement_is_the_same_in_headline_sentence_title_and_matrix(spoken, demo_site, con):
    moves = {
        name: one(con, f"count(*) {TIERS} and movement = '{name}'")
        for name in ("up", "down", "same", "first")
    }
    left = one(
        con,
        f"count(*) from decisions.tier_assignments where tier_year = {DEMO_YEAR} and partner_id"
        f" not in (select partner_id {TIERS})",
    )
    assert all(moves.values()) and left
    texts = {(page, text) for page, text in spoken}
    assert ("index.html", f"{moves['up']} up, {moves['down']} down") in texts
    rest = (
        f"{moves['same']} as before, {moves['first']} for the first time, {left} left the program"
    )
    assert ("index.html", rest) in texts
    title = f"{moves['up']} rise and {moves['down']} fall from {DEMO_YEAR} to {TIER_YEAR}"
    assert ("tiers.html", title) in texts
    sentence = (
        f"{moves['up']} rise, {moves['down']} fall, {moves['same']} stay, {moves['first']} are "
        f"assessed for the first time. {left} left the program."
    )
    assert any(page == "tiers.html" and text.endswith(sentence) for page, text in texts)
    before, matrix = _matrix(demo_site)
    tiers = list(before)[: len(matrix[0]) - 1]
    up = sum(matrix[i][j] for i in range(len(tiers)) for j in range(len(tiers)) if j > i)
    down = sum(matrix[i][j] for i in range(len(tiers)) for j in range(len(tiers)) if j < i)
    assert (up, down) == (moves["up"], moves["down"])
    assert sum(matrix[i][i] for i in range(len(tiers))) == moves["same"]
    assert sum(matrix[before["first time"]][: len(tiers)]) == moves["first"]
    assert sum(row[-1] for row in matrix) == left
    # Each row of a tier adds up to who had it the year before.
    for tier, row in zip(tiers, matrix, strict=False):
        had = "count(*) from decisions.tier_assignments where tier_year = "
        assert sum(row) == one(con, f"{had}{DEMO_YEAR} and tier = '{tier.lower()}'"), tier


def _matrix(site) -> tuple[dict[str, int], list[list[int]]]:
    """The table of movements: the place of each row, and its numbers, `—` as 0."""
    text = (site / "tiers.html").read_text("utf-8")
    table = re.search(r"<caption>From tier.*?</caption>(.*?)</table>", text, re.DOTALL)[1]
    rows, names = [], {}
    for line in table.split("<tbody>")[1].split("</tr>"):
        cells = [TAG.sub("", c) for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL)]
        if cells:
            names[cells[0]] = len(rows)
            rows.append([0 if c == "—" else int(c.replace(",", "")) for c in cells[1:]])
    return names, rows


def test_resellers_below_their_minimum_are_the_same_everywhere(demo_pages, spoken, con):
    """Overview, ARR and compliance speak of the same requirement; grace is a state of its own."""
    results = f"from marts.fct_requirement_results where period = '{PERIOD}' and metric = 'arr_usd'"
    states = dict(con.execute(f"select status, count(*) {results} group by 1").fetchall())
    [arr] = [text for page, text in spoken if page == "arr.html" and "resellers" in text]
    assert f"{states['met']} meet their minimum ARR" in arr
    assert f"{states['not_met']} do not" in arr
    assert f"{states['not_applicable']} are in their first year and not yet judged" in arr
    numbers = [int(number) for number in re.findall(r"(?<![0-9])([0-9]+) (?=[a-z])", arr)]
    assert numbers[0] == sum(numbers[1 : 1 + len(states)]) == sum(states.values())
    below = {
        (path, each.value)
        for path in ("index.html", "arr.html", "compliance.html")
        for each in demo_pages[path].figures
        if each.column == "count(*)"
        and read_key(each.key).get("status") == "not_met"
        and {("metric", "arr_usd"), ("requirement", "RESL-ARR")} & set(read_key(each.key).items())
        and read_key(each.key).get("period") == PERIOD
    }
    assert {path for path, _ in below} == {"index.html", "arr.html", "compliance.html"}
    assert {value for _, value in below} == {str(states["not_met"])}


def test_a_list_that_is_cut_says_so(demo_site, con):
    text = (demo_site / "quality.html").read_text("utf-8")
    whole = one(con, "count(*) from marts.fct_findings")
    listed = text.split("<caption>Findings, the rarest kinds first</caption>")[1]
    rows = listed.split("</tbody>")[0].count("<tr>") - 1 if "<thead>" in listed else 0
    assert rows == whole or f"{rows:,} of" in TAG.sub("", text)


def test_a_sum_of_arr_says_of_how_many_nothing_is_known(demo_site, con):
    unknown = one(
        con,
        f"count(*) from marts.fct_arr_by_partner_year where year = {PERIOD} and arr_usd is null",
    )
    assert unknown
    text = html.unescape(TAG.sub("", (demo_site / "index.html").read_text("utf-8")))
    said_of = f"; without {plural(unknown, 'reseller')} whose ARR could not be computed"
    assert said_of in " ".join(text.split())
