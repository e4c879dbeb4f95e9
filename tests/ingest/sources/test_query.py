"""Queries of a database, against a Postgres server of the tests' own."""

from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest

from ingest.sources.fetched import SourceError
from ingest.sources.query import fetch
from tests.postgres.server import programs, running

FIRST, SECOND = datetime(2026, 1, 5, 8, tzinfo=UTC), datetime(2026, 1, 6, 8, tzinfo=UTC)
TABLE = """
create table accounts (account_id text, name text, arr numeric(18, 4), changed_at timestamp);
insert into accounts values
    ('A1', 'Acme', 90071992547409.9301, '2026-01-01 10:00'),
    ('A2', 'Beta', null, '2026-01-04 10:00');
"""


@pytest.fixture(scope="module")
def server():
    folder = programs()
    if folder is None:
        pytest.skip("no Postgres server: queries were not tried against a real database")
    with running(folder) as environment:
        yield f"postgresql:///postgres?host={environment['PGHOST']}&user={environment['PGUSER']}"


def execute(uri, statements):
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(uri) as connection, connection.cursor() as cursor:
        for statement in filter(str.strip, statements.split(";")):
            cursor.execute(statement)
        connection.commit()


@pytest.fixture
def spec(server):
    execute(server, "drop table if exists accounts;" + TABLE)
    return {
        "name": "accounts",
        "driver": "postgresql",
        "uri": server,
        "query": "select * from accounts order by account_id;",
        "into": "crm/accounts",
    }


def test_the_result_lands_exactly_with_query_moment_and_rows(spec, tmp_path):
    (one,) = fetch(spec, tmp_path, {}, FIRST)
    assert (one.file, one.rows) == ("crm/accounts/accounts-20260105T080000Z.parquet", 2)
    table = pq.read_table(tmp_path / one.file)
    assert table["arr"].to_pylist() == ["90071992547409.9301", None]
    properties = {
        k.decode(): v.decode() for k, v in pq.read_metadata(tmp_path / one.file).metadata.items()
    }
    assert properties["rows"] == "2" and properties["moment"].startswith("2026-01-05T08:00")
    assert "from accounts" in properties["query"]


def test_the_same_rows_write_nothing(spec, tmp_path):
    state = {}
    fetch(spec, tmp_path, state, FIRST)
    (again,) = fetch(spec, tmp_path, state, SECOND)
    assert again.file is None and again.note == "nothing new"


def test_late_rows_within_the_overlap_are_not_lost(spec, tmp_path):
    spec |= {"incremental": {"column": "changed_at", "overlap_days": 2}}
    state = {}
    fetch(spec, tmp_path, state, FIRST)
    late = "insert into accounts values ('A3', 'Late', 1, '2026-01-03 09:00')"
    execute(spec["uri"], late + ";insert into accounts values ('A4', 'New', 2, '2026-01-05 09:00')")
    (one,) = fetch(spec, tmp_path, state, SECOND)
    ids = pq.read_table(tmp_path / one.file)["account_id"].to_pylist()
    assert sorted(ids) == ["A2", "A3", "A4"]


def test_a_changed_column_is_told(spec, tmp_path):
    state = {}
    fetch(spec, tmp_path, state, FIRST)
    execute(
        spec["uri"], "alter table accounts drop column name; alter table accounts add owner text"
    )
    (one,) = fetch(spec, tmp_path, state, SECOND)
    assert one.note == "the query's columns have changed: owner came, name went"


def test_what_cannot_be_asked_is_told_without_the_address(spec, tmp_path):
    with pytest.raises(SourceError, match="accounts_of_nobody") as caught:
        fetch({**spec, "query": "select * from accounts_of_nobody"}, tmp_path, {})
    assert "host=" not in str(caught.value)
    with pytest.raises(SourceError, match="no driver"):
        fetch({**spec, "driver": "oracle"}, tmp_path, {})
