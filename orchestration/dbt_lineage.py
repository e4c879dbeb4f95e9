"""Which columns each column of a model is made from, read from the model's compiled SQL.

Belongs here: column lineage and columns as plain data, kept for each state of the project.
Does not: how Dagster shows it (defs/lineage.py).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import duckdb

from ingest.shortcuts import Shortcut, is_off
from orchestration.dbt import project_digest, target_dir

# Node of the manifest -> column -> (the parent's node, its column), in order.
Lineage = dict[str, dict[str, list[list[str]]]]
Columns = dict[str, dict[str, dict[str, str]]]
COLUMNS = """
    select table_schema, table_name, column_name, data_type
    from information_schema.columns
    order by table_schema, table_name, ordinal_position
"""


def columns_of(con: duckdb.DuckDBPyConnection) -> Columns:
    """Schema -> table -> column -> type, of everything in the warehouse."""
    columns: Columns = {}
    for schema, table, column, kind in con.execute(COLUMNS).fetchall():
        columns.setdefault(schema, {}).setdefault(table, {})[column] = kind
    return columns


def column_lineage(manifest: dict[str, Any], columns: Columns, built: bool) -> Lineage:
    """Lineage of every model: what was kept for this state of the project, else read again where
    `built`.

    Compiled SQL is in dbt's target folder only after the models have been built; before that, or
    for a model that cannot be read, there is no lineage, and a run does not stop for it.
    """
    lineage = kept_lineage()
    if lineage or not built:
        return lineage
    models = dict(_every(manifest, columns))
    text = json.dumps({"digest": project_digest(), "models": models})
    fresh = _kept_at().with_suffix(f".{os.getpid()}.new")
    fresh.write_text(text, "utf-8")
    fresh.replace(_kept_at())
    return models


def kept_lineage() -> Lineage:
    """What an earlier run kept for this state of the project; nothing before the first."""
    if is_off(Shortcut.DESCRIBED) or not _kept_at().exists():
        return {}
    stored = json.loads(_kept_at().read_text("utf-8"))
    return stored["models"] if stored["digest"] == project_digest() else {}


def _kept_at() -> Path:
    return target_dir() / "plumbline_lineage.json"


def _every(manifest: dict[str, Any], columns: Columns) -> Iterator[tuple[str, Any]]:
    from sqlglot.errors import SqlglotError

    for unique_id, node in sorted(manifest["nodes"].items()):
        if node["resource_type"] != "model":
            continue
        path = target_dir() / "compiled" / node["package_name"] / node["original_file_path"]
        if path.exists():
            try:
                yield unique_id, _of_model(path, _parents(manifest, node), columns)
            except SqlglotError:
                yield unique_id, {}


def _parents(manifest: dict[str, Any], node: dict[str, Any]) -> dict[tuple[str, str], str]:
    """(schema, table) -> node, of what a model reads."""
    every = {**manifest["nodes"], **manifest["sources"]}
    return {
        (every[unique_id]["schema"], every[unique_id]["name"]): unique_id
        for unique_id in node["depends_on"]["nodes"]
    }


def _of_model(
    path: Path, parents: dict[tuple[str, str], str], columns: Columns
) -> dict[str, list[list[str]]]:
    from sqlglot import MappingSchema, exp, parse_one
    from sqlglot.lineage import lineage
    from sqlglot.optimizer import build_scope, qualify

    read: dict[str, dict[str, Any]] = {}
    for schema, table in parents:
        read.setdefault(schema, {})[table] = columns.get(schema, {}).get(table, {})
    known = MappingSchema(dict[str, object](read), dialect="duckdb")
    query = qualify.qualify(
        parse_one(path.read_text("utf-8"), dialect="duckdb"),
        schema=known,
        dialect="duckdb",
        validate_qualify_columns=False,
        identify=False,
    )
    scope, sources = build_scope(query), {}
    # Without `trim_selects` nothing is copied for a column: all models take a second, not five.
    options = {"dialect": "duckdb", "scope": scope, "trim_selects": False, "copy": False}
    for column in cast(exp.Query, query).named_selects:
        made_from = {
            (
                parents.get((n.expression.db, n.expression.name)),
                n.name.rpartition(".")[2].strip('"'),
            )
            for n in lineage(column, query, known, **options).walk()
            if isinstance(n.expression, exp.Table) and not n.downstream
        }
        sources[column] = sorted([parent, name] for parent, name in made_from if parent)
    return sources
