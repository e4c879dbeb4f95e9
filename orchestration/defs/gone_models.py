"""Tables and views of models that an earlier release made and this one does not have.

Belongs here: dropping them. Does not: building models (building.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb

MODEL = "model."
RELATIONS = """
select schema_name, table_name, 'table' from duckdb_tables()
where database_name = current_database() and not internal
union all
select schema_name, view_name, 'view' from duckdb_views()
where database_name = current_database() and not internal
order by all
"""


def drop_gone(
    con: duckdb.DuckDBPyConnection, manifest: dict[str, Any], built: Iterable[str]
) -> list[str]:
    """Drop what models that are no longer in the project left in the warehouse, since no run would
    renew it; returns the places (`schema.name`).

    `built`: the ids of what the last whole build made (`model.plumbline.NAME`). Only relations by
    the names of these are dropped, in the schemas of models: nothing that anybody else made.
    """
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    current = {(node["schema"], node["name"]) for node in models}
    schemas = {schema for schema, _ in current}
    names = {unique_id.rpartition(".")[2] for unique_id in built if unique_id.startswith(MODEL)}
    dropped = []
    for schema, name, kind in con.execute(RELATIONS).fetchall():
        if name in names and schema in schemas and (schema, name) not in current:
            con.execute(f'drop {kind} "{schema}"."{name}"')
            dropped.append(f"{schema}.{name}")
    return dropped
