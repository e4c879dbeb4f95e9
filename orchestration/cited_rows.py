"""The delivered rows behind a line of an answer, by file and row, where the line rests on some.

Belongs here: from a change, an action or a judgement to the rows. Does not: proving one in full
(scoring.explain), or which answers there are (assistants.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from ingest.judging.contract import entities
from scoring.rows import Row, fetch

# A line names only a few rows; `explain` has them all.
MOST = 3
# A rule is named by its id or by its clause; what tiers and requirements read is the metric.
OF_RULES = f"""
with asked as (
    select unnest($places) as place, unnest($periods) as period, unnest($partners) as partner_id,
        unnest($programs) as program, unnest($names) as name),
rules as (
    select metric, requirement as id, clause, threshold_parameter from policy.requirements
    union all
    select metric, criterion, clause, threshold_parameter from policy.tier_criteria),
named as (
    select distinct asked.place, asked.period, asked.partner_id, asked.program, rules.metric
    from asked inner join rules
        on asked.name in (rules.id, rules.clause, rules.threshold_parameter))
select distinct named.place, evidence.file, evidence.row_number as row, evidence.cell
from named inner join intermediate.int_metrics__evidence as evidence
    on evidence.partner_id = named.partner_id and evidence.period = named.period
    and evidence.metric = named.metric
    and (named.program is null or evidence.program = named.program)
qualify row_number() over (partition by named.place order by file, row, evidence.cell) <= {MOST}
order by all"""
OF_DELIVERY = f"""
select deliveries.file, quarantine."row" as row, quarantine.cell
from landing.quarantine as quarantine inner join landing.deliveries as deliveries
    using (delivery_id)
where delivery_id = $key order by all limit {MOST}"""
# Tables made from one landed entity, with the column that names its row.
WORKED_OUT = {
    "marts.fct_deal_registrations": ("registrations", ("registration_id",)),
    "marts.fct_listings": ("apps", ("app_id",)),
}


@dataclass(frozen=True)
class Rules:
    """Rules of one partner and period, called by id, clause or parameter; of one program or any."""

    period: str
    partner: str | None
    program: str | None
    names: tuple[str | None, ...]


def of_rules(con: duckdb.DuckDBPyConnection, rules: Sequence[Rules]) -> list[list[Row]]:
    """Rows (file, row, cell) behind each of `rules`, a few at most, in their order."""
    lines = [
        (place, one.period, one.partner, one.program, name)
        for place, one in enumerate(rules)
        for name in one.names
        if name and one.partner
    ]
    by_place: list[list[Row]] = [[] for _ in rules]
    if lines:
        columns = ("places", "periods", "partners", "programs", "names")
        parameters = dict(zip(columns, map(list, zip(*lines, strict=True)), strict=True))
        for row in fetch(con, OF_RULES, **parameters):
            by_place[row.pop("place")].append(row)
    return by_place


def of_action(con: duckdb.DuckDBPyConnection, action: Mapping[str, Any]) -> list[Row]:
    """The landed rows behind one row of decisions.actions; there are none for what did not come."""
    table, key = action["source_table"], action["source_key"]
    if table == "landing.quarantine":
        return fetch(con, OF_DELIVERY, key=key)
    if table in WORKED_OUT:
        return _of_entity(con, *WORKED_OUT[table], key)
    for spec in entities():
        if table == f"landing.{spec.name}" and spec.key:
            return _of_entity(con, spec.name, spec.key, key)
    period = key.split(" ")[0]
    if table == "decisions.tier_assignments":
        # A tier year is judged by the year before it.
        period = str(int(period) - 1)
    names = (action["clause"], *key.split(" ")[3:], *_findings(con, table, key))
    [cited] = of_rules(con, [Rules(period, action["partner_id"], action["program"], names)])
    return cited


def _findings(con: duckdb.DuckDBPyConnection, table: str, key: str) -> list[str]:
    """What a review found, or what a tier depends on."""
    queries = {
        "decisions.governance_reviews": "select unnest(findings) as rule from decisions."
        "governance_reviews where review || ' ' || partner_id || ' ' || program = $key",
        "decisions.tier_assignments": "select binding_criterion as rule from decisions."
        "tier_assignments where tier_year || ' ' || partner_id = $key",
    }
    return [row["rule"] for row in fetch(con, queries[table], key=key)] if table in queries else []


def _of_entity(
    con: duckdb.DuckDBPyConnection, entity: str, columns: tuple[str, ...], key: str
) -> list[Row]:
    named = ", ".join(f'"{column}"' for column in columns)
    query = f"""select distinct _file as file, _row as row, _cell as cell from landing."{entity}"
        where concat_ws(' ', {named}) = $key order by all limit {MOST}"""
    return fetch(con, query, key=key)
