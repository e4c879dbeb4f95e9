"""JSON answers, workbook, paper and slides say the same as the pages.

Belongs here: figures of the take-away and of answers held against the pages and their tables.
Does not: pages against one another (test_one_story.py), or how the take-away looks (test_pack.py).
"""

from __future__ import annotations

import html
import re
from datetime import date
from decimal import Decimal
from itertools import zip_longest

import duckdb
import openpyxl
import pptx
import pypdf
import pytest

from dashboards.figures import read_key
from scoring.changes.answer import TITLES, changes
from scoring.explain import explain
from scoring.today import today
from tests.conftest import DEMO_YEAR
from tests.dashboards.test_one_story import COUNTED, PARTS, SAID, TAG, one
from tests.dashboards.test_pack import words_of

PERIOD = str(DEMO_YEAR)
AS_OF = date(DEMO_YEAR, 12, 31)
STANDING = f"from marts.fct_program_compliance where period = '{PERIOD}'"
# What the answers count beside the sentences of the pages.
ANSWERED = {
    r"lies with {} partners that are non-compliant in some program": "count(distinct partner_id)"
    f" {STANDING} and status = 'non_compliant' and partner_id in (select partner_id"
    f" from marts.fct_arr_by_partner_year where year = {PERIOD} and arr_usd <> 0)",
    r"{} findings in all": "count(*) from marts.fct_findings",
    r"{} memberships and [0-9]+ tiers? can't be settled": f"count(*) {STANDING}"
    " and status = 'undetermined'",
    r"^Non-compliant memberships: {}": f"count(*) {STANDING} and status = 'non_compliant'",
}
AMOUNT = re.compile(r"\$[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?")
ROWS = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
CELLS = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
VALUE = re.compile(r'^<data [^>]*data-value="([^"]*)">[^<]*</data>$')


@pytest.fixture(scope="module")
def con(demo_run):
    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        yield con


@pytest.fixture(scope="module")
def answers(demo_site) -> dict[str, str]:
    """The text of the two pages of answers, and of every slide."""
    pages = pypdf.PdfReader(demo_site / "leadership.pdf").pages[:2]
    slides = pptx.Presentation(str(demo_site / "leadership.pptx")).slides
    return {
        "paper": " ".join(" ".join(page.extract_text().split()) for page in pages),
        "slides": " ".join(" ".join(words_of(slide).split()) for slide in slides),
    }


def test_what_explain_answers_stands_on_the_scorecard(con, demo_pages):
    """Every fifth partner: value, threshold and status of each requirement and criterion."""
    table = "marts.fct_requirement_results"
    compared = 0
    ids = con.execute(f"select distinct partner_id {STANDING} order by 1").fetchall()
    for (partner,) in ids[::5]:
        shown = {
            (
                read_key(each.key).get("program"),
                read_key(each.key).get("requirement"),
                each.column,
            ): each.value
            for each in demo_pages[f"partners/{partner}.html"].figures
            if each.table == table and read_key(each.key).get("period") == PERIOD
        }
        for program in {program for program, _, _ in shown}:
            answer = explain(con, partner, DEMO_YEAR, program).to_json()
            rows = answer["criteria"]
            rows += [part for row in rows for part in row["requirements"]]
            for row in rows:
                key = (row["program"], row["id"])
                if (*key, "status") not in shown:
                    continue
                assert shown[(*key, "status")] == row["status"], (partner, key)
                for name in ("value", "threshold"):
                    if row[name] is not None and shown.get((*key, name)):
                        amount = Decimal(shown[(*key, name)])
                        assert amount == Decimal(str(row[name])), (partner, key, name)
                        compared += 1
    assert compared > 100


def test_what_today_answers_stands_on_its_page_and_the_overview(con, demo_site, demo_pages):
    answer = today(con, AS_OF).as_dict()
    lead = re.search(r'<p class="lead">(.*?)</p>', (demo_site / "today.html").read_text("utf-8"))
    late = sum(row["state"] == "overdue" for row in answer["items"])
    counts = answer["counts"]
    assert f"{counts['due']} things to do, {late} of them overdue" in TAG.sub("", lead[1])
    open_ones = [
        int(each.value)
        for each in demo_pages["index.html"].figures
        if each.table == "decisions.actions" and each.column == "count(*)"
    ]
    waiting = counts["due"] + counts["later"] + counts["waiting"]
    assert sum(open_ones) == waiting
    partners = {
        read_key(each.key)["partner_id"]: int(each.value)
        for each in demo_pages["partners.html"].figures
        if each.table == "decisions.actions"
    }
    # Somebody whom no partner file names has actions and no line in the list.
    of_partners = sum(
        row["list"] != "done" and row["partner_id"] in partners for row in answer["items"]
    )
    assert sum(partners.values()) == of_partners


def test_what_changes_answers_stands_on_its_page(con, demo_site):
    text = (demo_site / "changes.html").read_text("utf-8")
    review = one(
        con,
        "max(right(review, 1)::int) from decisions.governance_reviews"
        f" where review like '{PERIOD}-%'",
    )
    for kind, title in TITLES.items():
        period = f"{PERIOD}-H{review}" if kind == "recommendation" else PERIOD
        rows = [r for r in changes(con).rows if r["kind"] == kind and r["period"] == period]
        assert f"{title}, changes ({len(rows)})" in text, kind


def test_every_number_of_the_answers_says_which(answers, con):
    known = {**SAID, **ANSWERED}
    for place, text in answers.items():
        patterns = set()
        for count in COUNTED.finditer(text):
            number = int(count[1].replace(",", ""))
            blank = (
                text[max(0, count.start(1) - 200) : count.start(1)] + "{}" + text[count.end(1) :]
            )
            which = [
                pattern
                for pattern in (*known, *PARTS)
                if re.search(pattern.lstrip("^").replace("{}", re.escape("{}")), blank)
            ]
            assert which, f"{place}: {text[count.start() : count.end() + 60]!r} does not say which"
            for pattern in which:
                patterns.add(pattern)
                if pattern in known:
                    assert number == one(con, known[pattern]), (place, pattern)
        assert len(patterns) >= 4, (place, patterns)


def test_every_amount_of_the_answers_stands_on_a_page(answers, demo_site):
    """Or it is a sum that its sentence names: ARR of the overdue, of who is non-compliant."""
    pages = "".join(
        (demo_site / name).read_text("utf-8")
        for name in ("index.html", "arr.html", "changes.html", "compliance.html", "today.html")
    )
    shown = set(AMOUNT.findall(TAG.sub(" ", pages)))
    summed = re.compile(r"concern partners with (\$[0-9,]+)|(\$[0-9,]+) of ARR lies with")
    for place, text in answers.items():
        amounts = set(AMOUNT.findall(text))
        sums = {amount for pair in summed.findall(text) for amount in pair if amount}
        assert len(amounts) > 10 and not amounts - shown - sums, (
            place,
            sorted(amounts - shown - sums),
        )


def test_a_sheet_holds_the_rows_and_values_of_its_table(demo_site):
    """Row by row: each number of a page's table stands in the same row of its sheet."""
    book = openpyxl.load_workbook(demo_site / "leadership.xlsx", read_only=True)
    checked = 0
    for sheet, page, anchor in (
        ("Partners - All partners", "partners.html", "all"),
        ("ARR - Each partner", "arr.html", "resellers"),
    ):
        text = (demo_site / page).read_text("utf-8")
        section = text.split(f'id="{anchor}"')[1].split("</section>")[0]
        lines = ROWS.findall(section.split("<tbody>")[1].split("</tbody>")[0])
        rows = list(book[sheet].iter_rows(min_row=2, values_only=True))
        assert len(rows) == len(lines)
        for line, row in zip_longest(lines, rows):
            values = [VALUE.match(cell) for cell in CELLS.findall(line)]
            numbers = [Decimal(v[1]) for v in values if v and re.fullmatch(r"-?[0-9.]+", v[1])]
            held = [Decimal(str(cell)) for cell in row if isinstance(cell, int | float)]
            for number in numbers:
                assert any(abs(number - each) < Decimal("0.00005") for each in held), (line, row)
                checked += 1
    assert checked > 100


def test_letters_and_scorecards_tell_the_same_first_line(con, demo_site, tmp_path):
    from dashboards.letters import write_letters

    write_letters(con, DEMO_YEAR, tmp_path)
    compared = 0
    for path in sorted(tmp_path.glob("*.html"))[:60]:
        card = demo_site / "partners" / path.name.replace(f"-{DEMO_YEAR}", "")
        first = re.search(r'<p class="lead">(.*?)</p>', card.read_text("utf-8"))[1]
        why = re.match(r"[^:;.]*: ([^;.]*)[;.]", html.unescape(TAG.sub("", first)))
        if why and "Short of" not in first:
            letter = " ".join(TAG.sub("", html.unescape(path.read_text("utf-8"))).split())
            first_line = why[1].replace("a person has", "one of us has")
            assert first_line in letter, (path.name, first_line)
            compared += 1
    assert compared > 5
