"""dbt tests as checks that a newcomer can read: a sentence for each, on the model that it is about.

Belongs here: names and words of checks. Does not: running them (defs/transforms.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

Node = Mapping[str, Any]

# A test is about the model furthest down the flow among those that it reads.
FLOW = ("staging", "intermediate", "marts")
SINGULAR = "assert_"
COMMENT = re.compile(r"^\s*--\s?(.*)$")
JINJA_COMMENT = re.compile(r"^\s*\{#-?(.*?)-?#\}", re.DOTALL)


def read_by(manifest: Node, unique_id: str) -> list[Node]:
    """The models that a test reads, as the manifest has them."""
    names = manifest["nodes"][unique_id]["depends_on"]["nodes"]
    return [manifest["nodes"][name] for name in names if name.startswith("model.")]


def subject_key(
    translator: DagsterDbtTranslator, manifest: Node, unique_id: str
) -> dg.AssetKey | None:
    """The asset that a test is about; None where it reads no model."""
    attached = manifest["nodes"][unique_id].get("attached_node")
    if attached in manifest["nodes"]:
        return translator.get_asset_key(manifest["nodes"][attached])
    models = read_by(manifest, unique_id)
    if not models:
        return None
    last = max(models, key=lambda node: (FLOW.index(node["schema"]), node["name"]))
    return translator.get_asset_key(last)


def check_name(node: Node) -> str:
    """A sentence of what holds, with underscores: `one_row_for_each_partner_id_and_month`."""
    if node.get("test_metadata") is None:
        return node["name"].removeprefix(SINGULAR)
    return re.sub(r"[^a-z0-9_]+", "_", _sentence(node).lower()).strip("_")


def check_words(node: Node) -> str:
    """What a failure means, from the comment at the top of the test, or a generic sentence."""
    if node.get("test_metadata") is not None:
        return _sentence(node) + "."
    code = node["raw_code"].lstrip()
    block = JINJA_COMMENT.match(code)
    if block:
        return " ".join(block[1].split())
    lines = []
    for line in code.splitlines():
        match = COMMENT.match(line)
        if not match:
            break
        lines.append(match[1])
    return " ".join(" ".join(lines).split()) or f"{check_name(node).replace('_', ' ')}."


def _sentence(node: Node) -> str:
    kind, arguments = node["test_metadata"]["name"], node["test_metadata"]["kwargs"]
    columns = arguments.get("columns") or [arguments.get("column_name")]
    named = " and ".join(str(column) for column in columns if column)
    if kind == "unique_grain":
        return f"One row for each {named}"
    if kind == "filled":
        return f"Never empty: {named}"
    if kind == "one_of":
        return f"{named} holds one of its words"
    if kind == "points_at":
        target = re.sub(r".*\(\s*['\"]([a-z_0-9]+).*", r"\1", str(arguments.get("to")))
        return f"Every {named} is found in {target}"
    return node["name"].replace("_", " ")
