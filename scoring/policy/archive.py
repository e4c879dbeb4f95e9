"""A policy set as one text, kept beside a published decision, and read back from it.

Belongs here: the recorded form of a set. Does not: YAML, and where the record is kept.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from scoring.policy.assemble import content_of, digest
from scoring.policy.model import PolicySet
from scoring.policy.yaml_lines import PolicyError


def to_json(policy: PolicySet) -> str:
    """The whole set as canonical JSON: keys sorted, numbers exact as text."""
    content = content_of(policy) | {"name": policy.name, "version": policy.version}
    return json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)


def from_json(text: str) -> PolicySet:
    """The set that `to_json` wrote; PolicyError when it is not what its version says."""
    policy = PolicySet.model_validate(_frozen(json.loads(text, object_hook=_typed)))
    if digest(content_of(policy)) != policy.version:
        raise PolicyError(
            f"recorded policy {policy.name}: its content is not version {policy.version}; "
            "take the record from a backup"
        )
    return policy


def _typed(item: dict[str, Any]) -> dict[str, Any]:
    """Dates and numbers, which JSON holds as text, in their own types."""
    if "effective_from" in item:
        item["effective_from"] = date.fromisoformat(item["effective_from"])
    if item.get("confirmed_on") is not None:
        item["confirmed_on"] = date.fromisoformat(item["confirmed_on"])
    if item.get("statements") is not None:
        item["statements"] = Decimal(item["statements"])
    if item.get("kind") == "number":
        for dated in item["values"]:
            dated["value"] = Decimal(str(dated["value"]))
    return item


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
