"""The catalog of models for the site: what each holds, its columns, lineage and tests, as JSON.

Belongs here: reading these from the parsed dbt project. Does not: the page that shows them
(dashboards/pages/models.py). The catalog does not depend on data, so it is made once for each state
of the dbt project.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from filelock import FileLock

from ingest.shortcuts import Shortcut, is_off
from orchestration.dbt import manifest_path, project_digest, target_dir

CATALOG = "plumbline_models.json"
STAMP = "plumbline_models.txt"
TEST_PREFIX = "assert_"


def models_catalog() -> Path:
    """The catalog, made again only when the dbt project has changed.

    Raises DbtFailed when dbt cannot read its project.
    """
    catalog = target_dir() / CATALOG
    # A first run has it made on another processor, and waits here for the rest.
    with FileLock(str(target_dir() / "plumbline_models.lock")):
        if not _is_made(catalog):
            manifest = json.loads(manifest_path().read_text("utf-8"))
            catalog.write_text(json.dumps(models(manifest), ensure_ascii=False), "utf-8")
            (target_dir() / STAMP).write_text(project_digest(), "utf-8")
    return catalog


def _is_made(catalog: Path) -> bool:
    stamp = target_dir() / STAMP
    if is_off(Shortcut.DESCRIBED) or not (catalog.exists() and stamp.exists()):
        return False
    return stamp.read_text("utf-8") == project_digest()


def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Every model of the project by schema, topic and name: its description, columns (name, type,
    description), what it is made from and who uses it, its tests in words, and its file."""
    nodes = manifest["nodes"]
    by_key = {key: node for key, node in nodes.items() if node["resource_type"] == "model"}
    used: dict[str, list[str]] = defaultdict(list)
    for node in by_key.values():
        for parent in node["depends_on"]["nodes"]:
            used[parent].append(node["name"])
    tests = _tests(manifest)
    rows = [
        {
            "name": node["name"],
            "schema": node["schema"],
            "topic": node["fqn"][2] if len(node["fqn"]) > 3 else node["schema"],
            "kind": node["config"]["materialized"],
            "words": " ".join((node["description"] or _landed(manifest, node)).split()),
            "columns": [
                [name, column.get("data_type") or "", " ".join(column["description"].split())]
                for name, column in node["columns"].items()
            ],
            "from": sorted({_name(manifest, key) for key in node["depends_on"]["nodes"]}),
            "for": sorted(set(used[key])),
            "tests": sorted(tests[key]),
            "file": node["original_file_path"],
        }
        for key, node in by_key.items()
    ]
    return sorted(rows, key=lambda row: (row["schema"], row["topic"], row["name"]))


def _landed(manifest: dict[str, Any], node: dict[str, Any]) -> str:
    """The description of a staging model without one of its own: what landed as its sources."""
    sources = [_name(manifest, key) for key in node["depends_on"]["nodes"]]
    return f"What landed as {' and '.join(sources)}, with our names and types."


def _name(manifest: dict[str, Any], key: str) -> str:
    """A model by its name, a source as `schema.table`."""
    if key in manifest["sources"]:
        source = manifest["sources"][key]
        return f"{source['source_name']}.{source['name']}"
    return manifest["nodes"][key]["name"]


def _tests(manifest: dict[str, Any]) -> dict[str, list[str]]:
    """Model to its tests in words: data tests, one-off tests, and the cases of unit tests."""
    tests: dict[str, list[str]] = defaultdict(list)
    for node in manifest["nodes"].values():
        if node["resource_type"] != "test":
            continue
        kind = (node.get("test_metadata") or {}).get("name")
        if kind:
            column = node.get("column_name")
            words = f"{kind.replace('_', ' ')}{f': {column}' if column else ''}"
            attached = [node["attached_node"]] if node.get("attached_node") else []
        else:
            words = node["name"].removeprefix(TEST_PREFIX).replace("_", " ")
            attached = [key for key in node["depends_on"]["nodes"] if key.startswith("model.")]
        for key in attached:
            tests[key].append(words)
    for case in manifest["unit_tests"].values():
        for key in case["depends_on"]["nodes"]:
            if key.rpartition(".")[2] == case["model"]:
                tests[key].append(f"case: {case['name'].replace('_', ' ')}")
    return tests
