"""Rows that are read one partner at a time are those of one read of everybody."""

from __future__ import annotations

import duckdb
import pytest

from scoring.rows import by_partner, fetch, merged

ORDERS = "select partner_id, number from orders order by partner_id, number"
VISITS = "select partner_id, day from visits where day < $until order by partner_id"


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        connection.execute(
            "create table orders as from (values ('P-2', 1), ('P-10', 2), ('P-2', 3), ('Ä', 4),"
            " (null, 5)) as rows (partner_id, number)"
        )
        connection.execute(
            "create table visits as from (values ('P-3', date '2025-01-01'),"
            " ('P-2', date '2025-01-02'), ('P-1', date '2025-12-31')) as rows (partner_id, day)"
        )
        yield connection


def test_each_partner_has_the_rows_of_every_query(con):
    streams = [by_partner(con, ORDERS), by_partner(con, VISITS, until="2025-06-30")]
    rows = {
        partner_id: ([row["number"] for row in orders], len(visits))
        for partner_id, (orders, visits) in merged(streams)
    }
    assert rows == {"P-10": ([2], 0), "P-2": ([1, 3], 1), "P-3": ([], 1), "Ä": ([4], 0)}
    assert list(rows) == sorted(rows)


def test_they_are_the_rows_of_one_read(con):
    alone = [row for _, own in by_partner(con, ORDERS) for row in own]
    assert alone == [row for row in fetch(con, ORDERS) if row["partner_id"] is not None]


def test_a_query_in_another_order_is_refused(con):
    """One that is not in the order of partners would leave some of them without rows."""
    with pytest.raises(ValueError, match="rows of P-10 come after those of P-2"):
        list(by_partner(con, "select * from orders where number < 3 order by number"))
