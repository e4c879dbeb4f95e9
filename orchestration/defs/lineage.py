"""Columns of a model, and what each is made from, as the UI shows them beside the asset.

Belongs here: the metadata's form. Does not: reading SQL (orchestration/dbt_lineage.py).
"""

from collections.abc import Callable, Mapping
from typing import Any

import dagster as dg

from orchestration.dbt_lineage import Columns, Lineage

AssetKeyOf = Callable[[Mapping[str, Any]], dg.AssetKey]


def column_metadata(
    node: dict[str, Any],
    manifest: dict[str, Any],
    columns: Columns,
    lineage: Lineage,
    asset_key_of: AssetKeyOf,
) -> dict[str, Any]:
    """`dagster/column_lineage`, and the columns of a model that declares none."""
    metadata: dict[str, Any] = {}
    of_model = lineage.get(node["unique_id"], {})
    if of_model:
        every = {**manifest["nodes"], **manifest["sources"]}
        metadata["dagster/column_lineage"] = dg.TableColumnLineage(
            {column: _deps(deps, every, asset_key_of) for column, deps in of_model.items()}
        )
    own = columns.get(node["schema"], {}).get(node["name"], {})
    if own:
        metadata["dagster/column_schema"] = _schema(node, own, of_model)
    return metadata


def declared_columns(node: Mapping[str, Any], of_model: dict[str, list[list[str]]]) -> dict:
    """The columns of a model with a contract, for its definition, which the UI prefers."""
    kinds = {name: column.get("data_type") or "?" for name, column in node["columns"].items()}
    return {"dagster/column_schema": _schema(node, kinds, of_model)} if kinds else {}


def _schema(
    node: Mapping[str, Any], kinds: dict[str, str], of_model: dict[str, list[list[str]]]
) -> dg.TableSchema:
    return dg.TableSchema(
        [
            dg.TableColumn(name, kind.lower(), _described(node, name, of_model.get(name, [])))
            for name, kind in kinds.items()
        ]
    )


def _described(node: Mapping[str, Any], column: str, deps: list[list[str]]) -> str | None:
    """The contract's description, and what the column is made from: the UI draws no graph of
    columns."""
    words = node["columns"].get(column, {}).get("description", "")
    origins = [f"`{parent.rpartition('.')[2]}.{name}`" for parent, name in deps]
    made_from = f"From {', '.join(origins)}." if origins else ""
    return " ".join(part for part in (words, made_from) if part) or None


def _deps(
    deps: list[list[str]], every: dict[str, Any], asset_key_of: AssetKeyOf
) -> list[dg.TableColumnDep]:
    """Each column once: the tables of the policy are one asset."""
    columns = {(asset_key_of(every[parent]), name): None for parent, name in deps}
    return [dg.TableColumnDep(key, name) for key, name in columns]
