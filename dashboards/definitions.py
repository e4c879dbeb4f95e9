"""Definitions, in words, of each table and column from which a figure may come.

Belongs here: reading the descriptions of the models, and definitions.yaml. Does not:
the page that shows them (pages/methods.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from ingest.packaged import packaged_yaml

HERE = Path(__file__).parent
MODELS = Path(str(resources.files("transforms"))) / "models"


@dataclass(frozen=True)
class Definition:
    """One table: its grain and rules in words, and each column's meaning."""

    table: str
    words: str
    columns: dict[str, str]


@cache
def definitions() -> dict[str, Definition]:
    """Every table by its qualified name: the models' own words, then definitions.yaml."""
    defined: dict[str, Definition] = {}
    for path in sorted(MODELS.rglob("_*.yml")):
        for model in packaged_yaml(path).get("models") or []:
            schema = path.relative_to(MODELS).parts[0]
            _add(defined, f"{schema}.{model['name']}", model)
    for name, spec in packaged_yaml(HERE / "definitions.yaml").items():
        columns = [{"name": n, "description": w} for n, w in spec["columns"].items()]
        words = spec.get("words") or defined[name].words
        _add(defined, name, {"description": words, "columns": columns})
    return defined


def _add(defined: dict[str, Definition], table: str, spec: dict) -> None:
    columns = {c["name"]: c.get("description") or "" for c in spec.get("columns") or []}
    defined[table] = Definition(table, " ".join(spec.get("description", "").split()), columns)
