"""The one comparison by which DuckDB sets aside the texts that have to be looked at closely."""

from __future__ import annotations

import duckdb

from ingest.usage.dialects import DUCKDB

# Every character, alone, at an end and between others.
TEXTS = """
    with characters as (
        select chr(cast(n as integer)) as c from range(0, 1114112) as r(n)
        where n not between 55296 and 57343
    )
    select c, c as text from characters
    union all select c, 'ab' || c from characters
    union all select c, c || '-x' from characters
    union all select c, 'a' || c || ' b' from characters
"""


def test_a_text_is_odd_by_one_character_wherever_it_stands() -> None:
    plain = [chr(n) for n in range(32, 127) if chr(n) not in "+,."]
    with duckdb.connect() as con:
        query = f"select distinct c from ({TEXTS}) where not ({DUCKDB.odd('text')})"
        assert sorted(c for (c,) in con.execute(query).fetchall()) == plain
        query = f"select distinct c from ({TEXTS}) where {DUCKDB.odd('text')}"
        assert not {c for (c,) in con.execute(query).fetchall()} & set(plain)
        query = f"select {DUCKDB.odd('text')} from (values (''), (null)) as t(text)"
        assert con.execute(query).fetchall() == [(False,), (None,)]
