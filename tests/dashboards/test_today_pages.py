"""The pages of a day: what is due on one, what comes later and what was done on the one beside it.

Belongs here: which of the two an action stands on, and the way from one to the other. Does not:
what is due when (tests/scoring/test_today.py).
"""

from __future__ import annotations

import html
import re

from dashboards.figures import read_key
from dashboards.pages.common import to_copy
from dashboards.pages.today import WHICH
from scoring.today import today
from scoring.today.items import DUE, FINISHED, LATER, WAITED, by_kind

ROW = "decisions.actions"


def ids(page) -> set[str]:
    keys = [read_key(figure.key) for figure in page.figures if figure.table == ROW]
    return {key["action_id"] for key in keys if "action_id" in key}


def test_each_action_of_the_day_stands_on_one_of_its_two_pages(demo_con, demo_pages):
    day = today(demo_con)
    now, later = ids(demo_pages["today.html"]), ids(demo_pages["later.html"])
    assert now == {row["action_id"] for row in (*day.of(DUE), *day.of(WAITED))}
    assert later == {row["action_id"] for row in (*day.of(LATER), *day.of(FINISHED))}
    assert now and later and not now & later


def test_today_counts_what_comes_later_and_leads_there(demo_con, demo_pages, demo_site):
    day = today(demo_con)
    links = re.findall('href="later\\.html#([^"]+)"', (demo_site / "today.html").read_text("utf-8"))
    anchors = set(re.findall('id="([^"]+)"', (demo_site / "later.html").read_text("utf-8")))
    counts = {
        (name, kind): len(rows)
        for name in (LATER, FINISHED)
        for kind, rows in by_kind(day.of(name))
    }
    assert set(links) == {f"{name}-{kind}" for name, kind in counts} <= anchors
    of_filter = {f"count(*) filter ({which})": name for name, which in WHICH.items()}
    shown = {
        (of_filter[figure.column], read_key(figure.key)["kind"]): int(figure.value)
        for figure in demo_pages["today.html"].figures
        if figure.table == ROW and "kind" in read_key(figure.key)
    }
    assert shown == counts


def test_a_command_is_copied_as_it_is_and_no_id_of_it_is_parted():
    text = "plumbline template --partner 'P-0066 <a>' --month 2024-11 P-0066-2024-11.xlsx"
    drawn = to_copy(text)
    assert html.unescape(re.sub("<[^>]*>", "", drawn)) == text
    whole = [html.unescape(word) for word in re.findall("<span>(.*?)</span>", drawn)]
    assert whole == [word for word in text.split(" ") if "-" in word]
