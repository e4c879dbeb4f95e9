"""That the checks of Snowflake's text find what is not Snowflake's.

Belongs here: statements with one fault each. Does not: the models' own statements, which a run on
fakesnow leaves behind (test_parity.py).
"""

from __future__ import annotations

import pytest

from .text import check_names, check_text


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("select max(n) filter (where is_met) from t", "has filter"),
        ("select day + interval '1 day' as day from t", "has interval"),
        ("select sum(n) over w from t window w as (order by day)", "cannot be read"),
        ("select rows from t", "rows is reserved"),
        ("select sum(start) from t", "start is reserved"),
        ("select list_sort(items) from t -- abs(1)", "calls list_sort"),
        ("select 1 +", "cannot be read"),
    ],
)
def test_what_is_not_snowflakes_is_told(sql, fault):
    assert any(text.startswith(fault) for text in check_text(sql)), check_text(sql)


def test_what_is_snowflakes_passes():
    written = """
    create or replace transient table marts.t as
    select "date", least_ignore_nulls(n, 1) as "row", 'list_sort(' as text
    from (values (1, 'a')) as uses (n, "date")
    qualify row_number() over (partition by n order by "date") = 1
    """
    assert check_text(written) == []


def test_a_name_of_other_letters_is_no_name(tmp_path):
    place = tmp_path / "landing" / "rates"
    place.mkdir(parents=True)
    (place / "columns.sql").write_text('("date" date, currency text)', "utf-8")
    begun = "create or replace transient table"
    written = {
        "good": f'{begun} staging.good as select "date", Currency from landing.rates',
        "after": f'{begun} marts.after as select good."date", good."CURRENCY" from staging.good',
    }
    assert check_names(written, tmp_path) == []
    written["bad"] = f"{begun} staging.bad as select date from landing.rates"
    (fault,) = check_names(written, tmp_path)
    assert fault.startswith("bad: ")
