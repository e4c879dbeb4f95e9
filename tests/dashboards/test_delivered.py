"""Evidence with its own values: what a page holds of a row is what was delivered in that place.

Belongs here: dashboards.delivered and the rows of a page against the landing zone's own bytes.
Does not: opening them (test_browser_tables.py).
"""

from __future__ import annotations

import csv
import html
import io
import json
import re

import duckdb
import pytest

from dashboards.data import Tables
from dashboards.delivered import PageRows, delivered
from ingest.judging.contract import entities
from scoring.proof import Evidence

HELD = re.compile(r'<script type="application/json" data-rows>(.*?)</script>')
ITEM = re.compile(r"<li data-r=([0-9]+)>([^<:]*\.csv), row ([0-9]+)")


def decoded(content: bytes) -> str:
    """A delivered file's text; some senders write UTF-16."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return content.decode("utf-16" if wide else "utf-8-sig")


@pytest.fixture(scope="module")
def con(demo_run):
    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        yield con


def test_what_a_page_holds_of_a_row_was_delivered_in_that_row(demo_site, demo_run):
    compared = 0
    for path in sorted(demo_site.glob("partners/*.html"))[:40]:
        text = path.read_text("utf-8")
        block = HELD.search(text)
        if not block:
            continue
        held = json.loads(block[1])
        for number, file, row in dict.fromkeys(ITEM.findall(text)):
            text = decoded((demo_run.landing / html.unescape(file)).read_bytes())
            named, *rows = list(csv.reader(io.StringIO(text)))
            delivered_values = dict(zip(named, rows[int(row) - 2], strict=True))
            entity, *values = held["rows"][int(number)]
            for name, value in zip(held["columns"][entity], values, strict=True):
                if (
                    name in delivered_values
                    and value is not None
                    and not re.search(r"[0-9]", value)
                ):
                    assert delivered_values[name].strip().lower() == value.lower(), (
                        path.name,
                        file,
                        row,
                        name,
                    )
                    compared += 1
    assert compared > 1_000


def test_no_page_holds_a_column_that_names_people(demo_site):
    people = {(e.name, name) for e in entities() for name, _ in e.people}
    for path in demo_site.glob("partners/*.html"):
        block = HELD.search(path.read_text("utf-8"))
        columns = json.loads(block[1])["columns"] if block else {}
        assert not people & {(entity, name) for entity, names in columns.items() for name in names}


def test_a_row_stands_once_however_many_figures_rest_on_it(con):
    file, number = con.execute("select _file, _row from landing.agreements limit 1").fetchone()
    item = Evidence("partner_activity", "agreements", file, number, None)
    nowhere = Evidence("partner_activity", "agreements", "no/such.csv", 2, None)
    rows = PageRows(delivered(Tables(con), [item, nowhere]))
    assert [rows.number(item), rows.number(item), rows.number(nowhere)] == [0, 0, None]
    assert len(json.loads(rows.text())["rows"]) == 1


def test_markup_in_a_value_stays_text(con):
    file, number = con.execute("select _file, _row from landing.agreements limit 1").fetchone()
    item = Evidence("partner_activity", "agreements", file, number, None)
    held = delivered(Tables(con), [item])
    place = next(iter(held.rows))
    rows = PageRows(type(held)(held.columns, {place: ("</script><b>",) * 7}))
    rows.number(item)
    assert "<" not in rows.text()
