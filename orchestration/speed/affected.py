"""Which models and tests a change of the data can affect, and which are still valid.

Belongs here: a digest of all inputs of a node of dbt's graph, and the nodes to build.
Does not: running dbt (dbt.py), or whether anything changed at all (stages.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from orchestration.dbt import NodeResult
from orchestration.speed.contents import CONTENT

BUILT_KINDS = {"model", "test"}
# The models of what metrics as data may count, and of what leads from there to a partner.
STAGED = "stg_"
ALWAYS_READ = frozenset(
    {"stg_partner_activity__agreements", "stg_deal_registration__registrations"}
)
COLUMNS = """
select column_name, data_type from duckdb_columns()
where database_name = current_database() and schema_name = ? and table_name = ?
order by column_index
"""
# The usage feed, as rows and as sums, consists of views and is too large to be read for this. What
# they hold follows from the deliveries in force, whose ids are digests of their bytes, and from the
# rules that judged them; a sum that was cut meanwhile gives the same results.
VIEW = """
select sql from duckdb_views()
where database_name = current_database() and schema_name = ? and view_name = ?
"""
IN_FORCE = "select delivery_id, _file, _received_at from landing.usage_in_force order by all"
JUDGED_UNDER = "from landing.judged_under order by all"


def source_digests(con: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any]) -> dict[str, str]:
    """A digest of every table from outside dbt that models read, by its id in the manifest; a table
    that does not exist always has the same digest."""
    return {
        unique_id: _digest(_content(con, source["schema"], source["name"]))
        for unique_id, source in manifest["sources"].items()
    }


def _content(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[tuple]:
    columns = con.execute(COLUMNS, [schema, table]).fetchall()
    if not columns:
        return []
    view = con.execute(VIEW, [schema, table]).fetchall()
    if view:
        judged = con.execute(JUDGED_UNDER).fetchall()
        return columns + view + judged + con.execute(IN_FORCE).fetchall()
    return columns + con.execute(CONTENT.format(rows=f"{schema}.{table}")).fetchall()


def named_rows(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The staging models of what the policy's metrics as data count."""
    rows = con.execute("select distinct source, entity from policy.figures").fetchall()
    return frozenset(f"stg_{source}__{entity}" for source, entity in rows)


def unused_parents(manifest: Mapping[str, Any], named: frozenset[str]) -> dict[str, frozenset[str]]:
    """For each model that reads what the policy names (`meta: {reads_by: ...}`): the staging models
    that dbt builds before it but that it does not read under this policy."""
    nodes = manifest["nodes"]
    return {
        unique_id: frozenset(
            parent
            for parent in manifest["parent_map"].get(unique_id, [])
            if parent in nodes
            and nodes[parent]["name"].startswith(STAGED)
            and nodes[parent]["name"] not in named | ALWAYS_READ
        )
        for unique_id, node in nodes.items()
        if node.get("config", {}).get("meta", {}).get("reads_by")
    }


def node_digests(
    manifest: Mapping[str, Any],
    sources: Mapping[str, str],
    code: str,
    unused: Mapping[str, frozenset[str]] | None = None,
) -> dict[str, str]:
    """For each model and data test: sha256 of the project's `code` and of every source that it is
    made from, over however many models, except `unused` ones (unused_parents). The same digest
    means the same result."""
    behind: dict[str, frozenset[str]] = {}

    def sources_of(unique_id: str) -> frozenset[str]:
        if unique_id in sources:
            return frozenset([unique_id])
        if unique_id not in behind:
            left = (unused or {}).get(unique_id, frozenset())
            parents = [p for p in manifest["parent_map"].get(unique_id, []) if p not in left]
            behind[unique_id] = frozenset().union(*map(sources_of, parents))
        return behind[unique_id]

    return {
        unique_id: _digest([code, *((s, sources[s]) for s in sorted(sources_of(unique_id)))])
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in BUILT_KINDS
    }


def standing(
    before: Iterable[NodeResult], digests: Mapping[str, str], good: set[str]
) -> dict[str, NodeResult]:
    """The earlier results that building the nodes again would give again."""
    return {
        result.unique_id: result
        for result in before
        if result.status in good and result.built_from == digests.get(result.unique_id, "none")
    }


def _digest(parts: Iterable[object]) -> str:
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()
