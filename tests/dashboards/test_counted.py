"""A sentence that counts one thing says so in the singular."""

from __future__ import annotations

import re
from pathlib import Path

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
    assert 1 in shares.values()
    words = {partner: _words_of(demo_run.site, partner) for partner in shares}
    assert words == {
        partner: ["account is" if number == 1 else "accounts are"]
        for partner, number in shares.items()
    }


def _words_of(site: Path, partner: str) -> list[str]:
    html = (site / "partners" / f"{partner}.html").read_text("utf-8")
    return re.findall(r"(accounts? (?:is|are)) shared\. The comparison", html)
