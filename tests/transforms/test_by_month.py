"""Tables that are built one month at a time: what they keep, what they build again.

Belongs here: that a build over an older one is a build from nothing, by dbt and by the SQL that it
compiled. Does not: any rule of usage.
"""

from datetime import datetime

import duckdb
import pytest

from ingest.shortcuts import VARIABLE, Shortcut
from ingest.usage.view import put_in_force
from orchestration.dbt import manifest_json
from orchestration.speed import by_month
from tests.quick_run import models
from tests.transforms.test_revenue_usage import ROWS, call, installed
from tests.transforms.warehouse import RECEIVED, build_warehouse, dbt, insert_rows, query

CALLS = "intermediate.int_usage__call_months"
PUBLISHED = "marts.fct_app_usage_by_month"
MODELS = [place.partition(".")[2] for place in (CALLS, PUBLISHED)]
COMMENTS = "select table_name, comment from duckdb_tables() where comment is not null order by all"
# However a month's parts were cut by what was delivered meanwhile, they sum to the same.
SUMMED = f"""
    select app_id, company_id, month, file, outcome, is_by_as_of, sum(feed_rows), sum(calls),
        sum(calls_read), sum(calls_write), min(first_at), max(last_at)
    from {CALLS} group by all order by all
"""
USAGE = {n: ROWS[n] for n in ("apps", "listing_events", "installations", "usage_events")}


def deliver(path, rows, number=1):
    """One more delivery of the feed, in force from the next run on."""
    with duckdb.connect(str(path)) as con:
        con.execute(
            "insert into landing.deliveries values (?, 'app_usage', 'usage_events', ?, ?, ?, 0, 0,"
            " 0, 0, 'accepted')",
            [f"d-{number}", f"app_usage/more-{number}.csv", f"{number}" * 64, RECEIVED],
        )
        insert_rows(con, "usage_events", [{**row, "_delivery_id": f"d-{number}"} for row in rows])
        put_in_force(con)


def by_dbt(path):
    dbt(path, "run", "--select", "+fct_app_usage_by_month")


def by_sql(path):
    """What these tables are made from by dbt, and themselves by compiled SQL."""
    dbt(path, "run", "--select", "+fct_app_usage_by_month", "--exclude", *MODELS)
    manifest = manifest_json()
    nodes = {node["name"]: node for node in manifest["nodes"].values()}
    sql = {model.place: model.sql for model in models(path.parent / "compiled")}
    with duckdb.connect() as con:
        con.execute(f"attach '{path}' as warehouse; set schema = 'warehouse.main'")
        con.execute("create schema if not exists marts")
        for place in (CALLS, PUBLISHED):
            by_month.build(con, manifest, nodes[place.partition(".")[2]], sql[place])


@pytest.fixture(scope="module", params=[by_dbt, by_sql])
def built(request):
    """Builds the tables in one of two ways; returns what they hold."""

    def build(path):
        request.param(path)
        return query(path, SUMMED), query(path, f"from {PUBLISHED} order by all")

    return build


def spoilt(path):
    """Change the tables by hand, to see which months are built again."""
    with duckdb.connect(str(path)) as con:
        con.execute(f"update {CALLS} set feed_rows = 999")
        con.execute(f"update {PUBLISHED} set active_customers = 999")


def kept(path, table=CALLS, column="feed_rows"):
    """Months whose rows are still the spoilt ones."""
    spoilt_rows = f"select distinct month::varchar from {table} where {column} = 999"
    return {month for (month,) in query(path, spoilt_rows)}


def kept_published(path):
    """The same of what is published."""
    return kept(path, PUBLISHED, "active_customers")


@pytest.fixture(scope="module")
def path(built, tmp_path_factory):
    path = build_warehouse(tmp_path_factory.mktemp("by_month"), USAGE)
    built(path)
    return path


def test_only_the_months_of_new_usage_are_built(path, built):
    spoilt(path)
    more = [call("one", "c1", "2025-11-20 12:00:00"), call("one", "c1", "2025-12-20 12:00:00")]
    deliver(path, more)
    built(path)
    assert kept(path) == {"2025-10-01", "2026-01-01"}
    # January is of another year.
    assert kept_published(path) == {"2025-10-01"}
    # Another installation may change the outcome of any call.
    with duckdb.connect(str(path)) as con:
        insert_rows(con, "installations", [installed("i9", "two", "c3", "2025-01-01")])
        put_in_force(con)
    after = built(path)
    assert kept(path) == kept_published(path) == set()
    fresh = build_warehouse(
        path.parent / "fresh",
        {
            **USAGE,
            "installations": [*USAGE["installations"], installed("i9", "two", "c3", "2025-01-01")],
        },
    )
    deliver(fresh, more)
    assert built(fresh) == after


def test_nothing_is_built_when_nothing_changed_and_a_month_that_went_is_gone(path, built):
    spoilt(path)
    built(path)
    assert len(kept(path)) >= 4 and kept_published(path)
    with duckdb.connect(str(path)) as con:
        con.execute("update run.parameters set as_of = '2025-11-20'")
        put_in_force(con)
    built(path)
    assert kept(path) == kept_published(path) == set()
    # The request alone decides how far the published months go.
    spoilt(path)
    with duckdb.connect(str(path)) as con:
        con.execute("update run.parameters set year = 2026")
    built(path)
    assert kept(path) and not kept_published(path)
    with duckdb.connect(str(path)) as con:
        con.execute("update run.parameters set year = 2025")
    built(path)
    deliver(path, [call("one", "c1", "2024-02-20 12:00:00")], 2)
    assert any(row[2].year == 2024 for row in built(path)[0])
    with duckdb.connect(str(path)) as con:
        con.execute("update run.parameters set known_at = ?", [datetime(2026, 1, 11)])
        con.execute(
            "update landing.deliveries set received_at = '2026-02-01' where delivery_id = 'd-2'"
        )
        put_in_force(con)
    assert not any(row[2].year == 2024 for row in built(path)[0])


def test_both_ways_find_the_months_of_the_other_as_they_should_be(tmp_path):
    path = build_warehouse(tmp_path / "either", USAGE)
    by_dbt(path)
    comments = query(path, COMMENTS)
    assert [name for name, _ in comments] == sorted(MODELS)
    assert all(len(comment) > 100 for _, comment in comments)
    spoilt(path)
    by_sql(path)
    assert query(path, COMMENTS) == comments
    assert len(kept(path)) >= 4 and kept_published(path)


def test_without_the_shortcut_no_month_is_kept(monkeypatch):
    (node,) = [n for n in manifest_json()["nodes"].values() if n["name"] == MODELS[1]]
    monkeypatch.delenv(VARIABLE, raising=False)
    assert by_month.kept_by(node) == MODELS[0]
    monkeypatch.setenv(VARIABLE, Shortcut.MONTHS)
    assert by_month.kept_by(node) is False
