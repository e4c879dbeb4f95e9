"""Builds some models and those that they read, outside a run: with SQL that dbt compiled earlier if
it is still valid, else with dbt.

Belongs here: which of the two builds, and a failure of dbt. Does not: what lands beforehand
(replay.py, cases.py), or running compiled SQL (speed/direct.py).
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from ingest.shortcuts import Shortcut, is_off
from orchestration.dbt import manifest_json, run_dbt
from orchestration.speed import direct, stages

# The folder and schema of the models that read landed tables; all are built, since metrics as data
# may name any of them.
STAGED = "staging"


class NotBuilt(RuntimeError):
    """dbt could not build every model; the message names the first of them and why."""


def build_tables(warehouse: Path, tables: Collection[str]) -> None:
    """Build the models of these names, every staging model, and all that they read, in a warehouse
    in which everything has landed and is resolved. Raises NotBuilt."""
    with duckdb.connect(str(warehouse)) as con:
        key = direct.compile_key(con, stages.models_code())
    try:
        _build_directly(warehouse, tables, key)
    except (direct.NotDirect, duckdb.Error):
        _build_by_dbt(warehouse, tables, key)


def _build_directly(warehouse: Path, tables: Collection[str], key: str) -> None:
    """Build the models with the SQL that dbt compiled earlier; raises NotDirect."""
    if is_off(Shortcut.COMPILED):
        raise direct.NotDirect
    manifest = manifest_json()
    wanted = direct.models_behind(
        manifest, lambda node: node["name"] in tables or node["schema"] == STAGED
    )
    direct.build_anew(warehouse, manifest, wanted, key)


def _build_by_dbt(warehouse: Path, tables: Collection[str], key: str) -> None:
    compiled: dict[str, str] = {}
    select = [f"path:models/{STAGED}", *(f"+{table}" for table in tables)]
    results = run_dbt(warehouse, ["run", "--select", *select], None, compiled)
    failed = [result for result in results if result.status != "success"]
    if failed:
        raise NotBuilt("; ".join(f"{r.unique_id}: {r.message.strip()}" for r in failed[:3]))
    if not is_off(Shortcut.COMPILED):
        direct.keep_compiled(key, compiled)
