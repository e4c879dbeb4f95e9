"""Rows that a series multiplies do not come straight out of a join.

DuckDB 2.0 ends some such queries with an internal error from tens of thousands of rows on, more
than any program of the tests has; so it is the compiled models that are looked at.
"""

import sqlglot
from sqlglot import expressions as exp

from tests.quick_run import models


def draws_a_series(select: exp.Select) -> bool:
    """Whether a select multiplies its rows by a series; a series of its own multiplies none."""
    drawn = any(item.find(exp.GenerateSeries, exp.Explode) for item in select.expressions)
    return drawn and select.args.get("from_") is not None


def is_loose(select: exp.Select, ctes: dict[str, exp.CTE], top: bool = True) -> bool:
    """Whether the rows of a select come straight out of a join, without being materialized."""
    if not top and (select.args.get("group") or select.args.get("distinct")):
        return False
    if any(join.args.get("on") for join in select.args.get("joins") or []):
        return True
    source = select.args["from_"].this if select.args.get("from_") else None
    if isinstance(source, exp.Subquery):
        return is_loose(source.this, ctes, top=False)
    read = ctes.get(source.name) if isinstance(source, exp.Table) else None
    if read is None or read.args.get("materialized") or not isinstance(read.this, exp.Select):
        return False
    return is_loose(read.this, ctes, top=False)


def faults_of(sql: str) -> list[str]:
    """The name of each CTE that draws a series from loose rows."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    ctes = {cte.alias: cte for cte in tree.find_all(exp.CTE)}
    selects = {name: cte.this for name, cte in ctes.items() if isinstance(cte.this, exp.Select)}
    return [
        name
        for name, select in selects.items()
        if draws_a_series(select) and is_loose(select, ctes)
    ]


def test_no_series_is_drawn_straight_from_a_join(tmp_path):
    texts = {model.name: model.sql for model in models(tmp_path)}
    drawn = [name for name, text in texts.items() if "generate_series(" in text]
    assert len(drawn) >= 8
    assert {name: faults for name in drawn if (faults := faults_of(texts[name]))} == {}
    (reports,) = (text for name, text in texts.items() if "int_reseller__reports" in name)
    assert faults_of(reports.replace("as materialized (", "as (")) == ["months"]
