"""However few partners' facts are held at a time, changes and what a run leaves are the same."""

from __future__ import annotations

import duckdb
import polars as pl

from scoring.changes import difference
from scoring.changes.facts import FACTS, Facts
from scoring.changes.sides import FACTS_QUERY, computed
from scoring.changes.table import year_before
from scoring.inputs import read
from scoring.rungs import ladder_program


def test_changes_are_the_same_in_parts_and_no_more_facts_are_held(demo_con, monkeypatch):
    whole = year_before(demo_con, computed(demo_con))
    held, between = [], Facts.between
    monkeypatch.setattr(
        Facts, "between", lambda self, *span: held.append(between(self, *span)) or held[-1]
    )
    monkeypatch.setattr(difference, "TOGETHER", 5)
    parts = year_before(demo_con, computed(demo_con))
    assert whole.height > 5 and parts.equals(whole)
    everybody = read(demo_con, FACTS_QUERY, FACTS, ladder=ladder_program(demo_con))
    assert len(held) > 2 and max(each.height for each in held) < everybody.height / 4


def test_facts_are_written_as_they_are_read(demo_con):
    own = Facts(demo_con, FACTS_QUERY, ladder_program(demo_con)).of({"2025": "2025"})
    frame = own.between("", "~")
    con = duckdb.connect()
    con.register("facts", frame)
    Facts(con, "from facts").write("kept")
    types = con.execute("select column_type from (describe kept)").fetchall()
    assert {kind for (kind,) in types} == {"VARCHAR", "DECIMAL(38,4)", "BIGINT"}
    kept = con.sql("from kept").pl().select(pl.col(name).cast(kind) for name, kind in FACTS.items())
    assert frame.height and kept.equals(frame)


def test_facts_are_under_the_period_that_they_were_last_moved_to(demo_con):
    facts = Facts(demo_con, FACTS_QUERY, ladder_program(demo_con))
    moved = facts.of({"2024": "2025", "2025": "2026"}).of({"2025": "now"})
    assert set(moved.between("", "~")["period"]) == {"now"}
    assert moved.between("", "~").height == facts.of({"2024": "2024"}).between("", "~").height
