"""Tables that are built one month at a time: what they keep, what they build again.

Belongs here: that a build over an older one is a build from nothing. Does not: any rule of usage.
"""

from datetime import datetime

import duckdb
import pytest

from ingest.usage.view import put_in_force
from tests.transforms.test_revenue_usage import ROWS, call, installed
from tests.transforms.warehouse import RECEIVED, build_warehouse, dbt, insert_rows, query

CALLS = "intermediate.int_usage__call_months"
PUBLISHED = "marts.fct_app_usage_by_month"
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


def built(path):
    dbt(path, "run", "--select", "+fct_app_usage_by_month")
    return query(path, SUMMED), query(path, f"from {PUBLISHED} order by all")


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
def path(tmp_path_factory):
    path = build_warehouse(tmp_path_factory.mktemp("by_month"), USAGE)
    built(path)
    return path


def test_only_the_months_of_new_usage_are_built(path):
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


def test_nothing_is_built_when_nothing_changed_and_a_month_that_went_is_gone(path):
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
