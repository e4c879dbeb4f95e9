"""A sentence that counts one thing says so in the singular."""

from __future__ import annotations

import re

# As the pages and the tables of findings name what they count.
COUNTED = re.compile(r"(?<![\d,.])1 (?:calls|rows|accounts)\b")


def test_a_finding_about_one_row_is_in_the_singular(demo_con):
    rows = demo_con.execute("select detail from marts.fct_findings").fetchall()
    details = [detail for (detail,) in rows]
    assert any(detail.startswith("1 row replaced nothing, ") for detail in details)
    assert any(re.match(r"[\d,]+ calls do not count: ", detail) for detail in details)
    assert not [detail for detail in details if COUNTED.search(detail)]


def test_a_partner_who_shares_one_account_reads_so(demo_con, demo_run):
    shares = dict(
        demo_con.execute(
            "select partner_id, count(distinct account_id) from marts.fct_overlaps group by all"
        ).fetchall()
    )
    words = {
        number: {"account is shared": 0, "accounts are shared": 0}
        for number in set(shares.values())
    }
    for partner, number in shares.items():
        page = demo_run.site / "partners" / f"{partner}.html"
        if page.exists():
            html = page.read_text("utf-8")
            for word in words[number]:
                words[number][word] += word in html
    assert any(lines["accounts are shared"] for lines in words.values())
    assert all(not lines["accounts are shared"] for n, lines in words.items() if n == 1)
    assert all(not lines["account is shared"] for n, lines in words.items() if n != 1)
