"""What is read for pages is forgotten with the run that read it, however long the process stays."""

from __future__ import annotations

import functools
import gc
import importlib
import pkgutil
import weakref

import duckdb

import dashboards
from dashboards import reading
from dashboards.data import Tables
from dashboards.memoized import once_per_tables
from dashboards.pages import scorecard
from dashboards.rendering import render
from dashboards.site import every_look
from scoring.rows import by_partner, fetch, merged

ID = "P-0001"


def test_an_answer_is_kept_with_its_tables_and_no_longer():
    calls = []

    @once_per_tables
    def answer(tables: Tables, name: str, root: str = "") -> list[str]:
        calls.append((tables, name, root))
        return [name, root]

    con = duckdb.connect()
    tables, other = Tables(con), Tables(con)
    assert answer(tables, "a") is answer(tables, "a") and len(calls) == 1
    assert answer(tables, "a", root="../") == ["a", "../"] and len(calls) == 2
    assert answer(other, "a") is not answer(tables, "a") and len(calls) == 3
    gone = weakref.ref(tables)
    calls.clear()
    del tables
    gc.collect()
    assert gone() is None


def test_no_cache_of_a_function_holds_tables():
    for module in pkgutil.walk_packages(dashboards.__path__, "dashboards."):
        importlib.import_module(module.name)
    cached = [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]
    of_pages = [one for one in cached if one.__module__.startswith("dashboards.")]
    assert of_pages
    assert [f"{one.__module__}.{one.__qualname__}" for one in of_pages if _takes_tables(one)] == []


def _takes_tables(function) -> bool:
    return any("Tables" in str(kind) for kind in function.__wrapped__.__annotations__.values())


def test_a_large_table_is_let_go_between_pages_and_read_again(demo_con, monkeypatch):
    tables = Tables(demo_con)
    before, of_partner = tables.rows("fct_benefits"), tables.where("fct_benefits", "partner_id", ID)
    tables.let_go()
    assert tables.rows("fct_benefits") is before
    monkeypatch.setattr(reading, "KEPT_ROWS", len(before) - 1)
    tables.let_go()
    assert "fct_benefits" not in tables._rows
    assert ("fct_benefits", "partner_id") not in tables._indexes
    again = tables.rows("fct_benefits")
    assert again is not before and again == before
    assert tables.where("fct_benefits", "partner_id", ID) == of_partner


def test_of_one_partner_after_the_other_only_the_rows_of_those_at_hand_are_held(demo_con):
    whole, tables = Tables(demo_con), Tables(demo_con)
    ids = list(whole.partners)
    for first in range(0, len(ids), 7):
        chunk = ids[first : first + 7]
        tables.near(chunk[0], chunk[-1])
        for partner_id in chunk:
            own = tables.where("fct_benefits", "partner_id", partner_id)
            assert own == whole.where("fct_benefits", "partner_id", partner_id)
        assert set(tables._near["fct_benefits"]) <= set(chunk)
    assert "fct_benefits" not in tables._rows
    # A partner that is not among them is read with everybody.
    assert tables.where("fct_benefits", "partner_id", ids[0])


def test_scorecards_are_the_same_however_few_are_made_together(demo_con, monkeypatch):
    def made():
        looks = every_look(Tables(demo_con))
        return [(page.path, render(page, "", years)) for page, years in scorecard.pages(looks)]

    whole = made()
    monkeypatch.setattr(scorecard, "TOGETHER", 7)
    monkeypatch.setattr(scorecard, "FEW", 0)
    assert len(whole) > 7 and made() == whole


def test_a_streamed_query_holds_the_rows_of_one_partner():
    con = duckdb.connect()
    con.execute("create table facts as select 'P' || (i // 3) as partner_id, i from range(90) r(i)")
    query = "from facts order by partner_id, i"
    streams = [by_partner(con, query), by_partner(con, f"select * from ({query}) where i < 6")]
    held = dict(merged(streams))
    assert len(held) == 30 and all(len(rows) == 3 for rows, _ in held.values())
    assert [partner_id for partner_id, (_, few) in held.items() if few] == ["P0", "P1"]
    assert list(held) == sorted(held)
    # A value that a column repeats is one object.
    rows = fetch(con, "select 'a word of a column' as word, 1.50 as figure from range(5)")
    assert len({id(row["word"]) for row in rows} | {id(row["figure"]) for row in rows}) == 2
