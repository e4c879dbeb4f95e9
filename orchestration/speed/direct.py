"""Builds again what new data affect, with SQL that dbt compiled earlier, and stops where a table
comes out unchanged.

Belongs here: running compiled SQL, and how far a change goes. Does not: a project that dbt has not
compiled yet or a fault, which are left to dbt (orchestration/dbt.py); which models depend on which
sources (affected.py).

dbt's own start and its work around each statement take longer than most models. Compiled SQL is
valid for one state of the project and of the few rows that were read while compiling.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from orchestration.dbt import NodeResult, target_dir
from orchestration.settings import memory
from orchestration.speed import by_month, contents
from orchestration.warehouse import let_go, let_read_places

# What models compile to depends on the rows of these tables (macros/zone.sql, macros/figures.sql).
READ_BY_COMPILING = ("resolved.zone_changes", "policy.figures")
# One file for each state of the project and of those rows; as many as the programs and policies
# that one installation uses in turn.
KEPT, STATES = "plumbline_compiled-", 8
COLUMNS = """
select column_name, data_type from duckdb_columns()
where database_name = 'warehouse' and schema_name = ? and table_name = ? order by column_index
"""
# The only configuration of a test under which its rows are simply counted.
COUNTED = {"fail_calc": "count(*)", "error_if": "!= 0", "warn_if": "!= 0", "limit": None}


class NotDirect(Exception):
    """Compiled SQL cannot be used and dbt has to build this; it is not a fault."""


@dataclass(frozen=True)
class Before:
    """The last build without a fault: one result for each node, and what each table held, by its
    place (`marts.fct_referrals`). Both are empty for a warehouse that holds no model yet."""

    results: Mapping[str, NodeResult]
    tables: Mapping[str, str]


@dataclass(frozen=True)
class Built:
    """One result for each node that was run; `kept` are the affected nodes that turned out to have
    unchanged inputs; `tables` has what each built table holds now."""

    results: list[NodeResult]
    kept: frozenset[str]
    tables: dict[str, str]


def compile_key(con: duckdb.DuckDBPyConnection, code: str) -> str:
    """The key under which compiled SQL is valid: the project's `code`, and the rows that compiling
    reads."""
    return " ".join([code, *(contents.content(con, table) for table in READ_BY_COMPILING)])


def keep_compiled(key: str, compiled: Mapping[str, str]) -> None:
    """Keep compiled SQL by node for a state of the project, and of other states only the last
    used."""
    sql, path = {**_stored_sql(key), **compiled}, _kept_at(key)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    fresh.write_text(json.dumps({"key": key, "sql": sql}), "utf-8")
    fresh.replace(path)
    used = sorted((_used(other), other) for other in path.parent.glob(f"{KEPT}*.json"))
    for _, other in used[:-STATES]:
        other.unlink(missing_ok=True)


def _stored_sql(key: str) -> dict[str, str]:
    try:
        stored = json.loads(_kept_at(key).read_text("utf-8"))
        os.utime(_kept_at(key))
    except FileNotFoundError:  # never kept, or another process let go of it just now
        return {}
    return stored["sql"] if stored["key"] == key else {}


def _kept_at(key: str) -> Path:
    return target_dir() / f"{KEPT}{hashlib.sha256(key.encode()).hexdigest()[:12]}.json"


def _used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def build_reached(
    warehouse: Path,
    manifest: Mapping[str, Any],
    reached: set[str],
    changed: set[str],
    before: Before,
    key: str,
    on_node: Callable[[str, str], None],
) -> Built:
    """Build and test in dbt's order what changed rows affect; `changed`: the sources that changed.

    Where nothing was built before, all of `reached` is. Raises NotDirect when anything is not as
    the last build left it or does not pass, so that dbt builds it and reports the fault.
    """
    compiled, attached = _stored_sql(key), _Attached(warehouse)
    first = not before.results
    changed, kept = set(changed), set[str]()
    results: list[NodeResult] = []
    tables: dict[str, str] = {}
    with contextlib.closing(attached):
        if first:
            _begin(attached, manifest, reached, compiled)
        for unique_id in in_order(manifest, reached):
            if not first and not changed & set(manifest["parent_map"][unique_id]):
                kept.add(unique_id)
                continue
            node, was = manifest["nodes"][unique_id], before.results.get(unique_id)
            if unique_id not in compiled or (was is None and not first):
                raise NotDirect(unique_id)
            if node["resource_type"] == "test":
                results.append(_tested(attached.con, node, compiled[unique_id]))
            else:
                create = partial(_create, attached.con, manifest, node, compiled[unique_id])
                results.append(_made(attached.con, node, create, was))
            if node["resource_type"] == "model" and _has_changed(
                attached.con, node, before, tables
            ):
                changed.add(unique_id)
            on_node(node["name"], results[-1].status)
    if not kept <= before.results.keys():
        raise NotDirect(*sorted(kept - before.results.keys())[:5])
    return Built(results, frozenset(kept), tables)


def models_behind(
    manifest: Mapping[str, Any], chosen: Callable[[Mapping[str, Any]], bool]
) -> set[str]:
    """The ids of the models whose nodes `chosen` accepts, and of all that they read."""
    wanted = {
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and chosen(node)
    }
    ahead = list(wanted)
    while ahead:
        behind = set(manifest["parent_map"][ahead.pop()]) & manifest["nodes"].keys()
        ahead += behind - wanted
        wanted |= behind
    return wanted


def build_anew(warehouse: Path, manifest: Mapping[str, Any], wanted: set[str], key: str) -> None:
    """Build the `wanted` models, each after those that it reads, whatever the warehouse has of
    them.

    Raises NotDirect where any of them was not compiled for this `key`, before it builds any.
    """
    compiled = _stored_sql(key)
    with contextlib.closing(_Attached(warehouse)) as attached:
        _begin(attached, manifest, wanted, compiled)
        for unique_id in in_order(manifest, wanted):
            _create(attached.con, manifest, manifest["nodes"][unique_id], compiled[unique_id])


def _begin(
    attached: _Attached, manifest: Mapping[str, Any], wanted: set[str], compiled: Mapping[str, str]
) -> None:
    """Make the schemas of the wanted models; NotDirect, before the file is touched, if any of them
    was not compiled."""
    if wanted - compiled.keys():
        raise NotDirect(*sorted(wanted - compiled.keys())[:5])
    nodes = [manifest["nodes"][unique_id] for unique_id in wanted]
    for schema in sorted({n["schema"] for n in nodes if n["resource_type"] == "model"}):
        attached.con.execute(f'create schema if not exists warehouse."{schema}"')


def _has_changed(
    con: duckdb.DuckDBPyConnection, node: Mapping[str, Any], before: Before, tables: dict[str, str]
) -> bool:
    """Whether readers of the model just built may find other rows; records what a table holds."""
    if node["config"]["materialized"] == "view":
        return True
    place = f"{node['schema']}.{node['name']}"
    tables[place] = contents.content(con, node["relation_name"])
    return tables[place] != before.tables.get(place)


def in_order(manifest: Mapping[str, Any], reached: set[str]) -> Iterator[str]:
    """The nodes of the manifest in order: each after those that it is made from, and its tests
    before its other readers."""
    graph = {
        unique_id: [parent for parent in manifest["parent_map"][unique_id] if parent in reached]
        for unique_id in sorted(reached)
    }
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda one: (not one.startswith("test."), one))
        yield from ready
        sorter.done(*ready)


class _Attached:
    """The warehouse under the name that compiled SQL has for it (transforms/profiles.yml)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._con: duckdb.DuckDBPyConnection | None = None

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The connection, opened when it is first asked for."""
        if self._con is None:
            let_go(self._path)
            # What does not fit into memory goes to a folder beside the warehouse, as for other
            # connections.
            self._con = duckdb.connect(config={"temp_directory": f"{self._path}.tmp"})
            let_read_places(self._con)
            self._con.execute("attach '{}' as warehouse".format(str(self._path).replace("'", "''")))
            self._con.execute("set schema = 'warehouse.main'")
            self._con.execute("set memory_limit = '{}'".format(memory().replace("'", "''")))
        return self._con

    def close(self) -> None:
        """Close the file; the next use of `con` opens it again."""
        if self._con is not None:
            self._con.close()
            self._con = None


def _made(
    con: duckdb.DuckDBPyConnection,
    node: Mapping[str, Any],
    create: Callable[[], None],
    before: NodeResult | None,
) -> NodeResult:
    place = [node["schema"], node["name"]]
    columns = con.execute(COLUMNS, place).fetchall()
    started = time.perf_counter()
    create()
    if before is None:
        seconds = time.perf_counter() - started
        return NodeResult(node["unique_id"], "success", "", seconds, None)
    if con.execute(COLUMNS, place).fetchall() != columns:
        raise NotDirect(node["unique_id"])
    return replace(before, seconds=time.perf_counter() - started)


def _create(
    con: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], node: Mapping[str, Any], sql: str
) -> None:
    if by_month.kept_by(node):
        by_month.build(con, manifest, node, sql)
        return
    kind = "view" if node["config"]["materialized"] == "view" else "table"
    con.execute(f"create or replace {kind} {node['relation_name']} as (\n{sql}\n)")


def _tested(con: duckdb.DuckDBPyConnection, node: Mapping[str, Any], sql: str) -> NodeResult:
    config = node["config"]
    if any(config.get(word, value) != value for word, value in COUNTED.items()):
        raise NotDirect(node["unique_id"])
    started = time.perf_counter()
    (count,) = con.execute(f"select count(*) from (\n{sql}\n) as failing").fetchall()[0]
    seconds = time.perf_counter() - started
    if not count:
        return NodeResult(node["unique_id"], "pass", "", seconds, 0)
    if config["severity"].lower() != "warn":
        raise NotDirect(node["unique_id"])
    message = f"Got {count} result{'s' if count > 1 else ''}, configured to warn if != 0"
    return NodeResult(node["unique_id"], "warn", message, seconds, count, sql)
