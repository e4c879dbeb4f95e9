"""What is read for pages is forgotten with the run that read it, however long the process stays."""

from __future__ import annotations

import functools
import gc
import importlib
import pkgutil
import weakref

import duckdb

import dashboards
from dashboards.data import Tables
from dashboards.once import once_per_tables


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
