"""JSON schemas of a policy set's YAML, with which an editor completes and checks as you type.

Belongs here: the schema of a topic, of `cases/ordinary.yaml` and of a file of cases, made of the
models that read them. Does not: what must hold between members (`checks.py`), which no schema says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from ingest.judging.contract import Entity, entities
from scoring.policy.assemble import BenefitDefaults
from scoring.policy.case_facts import SHORT_FORMS
from scoring.policy.cases import Case, Ordinary
from scoring.policy.confirmations import Confirmation
from scoring.policy.model import Ladder
from scoring.policy.sections import CONFIRMATIONS, OTHER_KEYS, SECTIONS
from scoring.published import PUBLISHED

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
# Where each schema lies in a set's directory, and how the first line of a YAML file names it.
TOPIC, CASES, ORDINARY = "policy.schema.json", "cases.schema.json", "ordinary.schema.json"
LINE = "# yaml-language-server: $schema={}\n"
TEXT: Schema = {"type": "string"}
OBJECT: Schema = {"type": "object"}


def schemas() -> dict[str, str]:
    """The JSON text of each schema by its path in a set's directory."""
    return {
        TOPIC: _json(topic_schema()),
        f"cases/{CASES}": _json(cases_schema()),
        f"cases/{ORDINARY}": _json(ordinary_schema()),
    }


def topic_schema() -> Schema:
    """One topic file: any of the sections, each at most once.

    Raises AssertionError when the code knows a section that has no schema.
    """
    models = {**SECTIONS, CONFIRMATIONS: Confirmation}
    singles = {"ladder": Ladder, "benefit_defaults": BenefitDefaults}
    references, definitions = _definitions([*models.values(), *singles.values()])
    listed = {name: {"type": "array", "items": references[model]} for name, model in models.items()}
    one = {name: references[model] for name, model in singles.items()}
    texts = {"topic": TEXT, "about": TEXT, "agreement_versions_status": TEXT}
    versions = {"agreement_versions": {"type": "object", "additionalProperties": OBJECT}}
    properties = {**texts, **listed, **one, **versions}
    if set(properties) != set(SECTIONS) | OTHER_KEYS | {CONFIRMATIONS}:
        raise AssertionError("a section of a topic has no schema; add it here")
    return _whole("A topic of a policy set", properties, ["topic"], definitions)


def cases_schema() -> Schema:
    """One file of worked cases: facts by entity, expected rows by published table."""
    references, definitions = _definitions([Case])
    properties = definitions["Case"]["properties"]
    facts = {entity.name: _rows(_fact(entity)) for entity in entities()}
    properties["given"] = _closed({**facts, **{name: {} for name in SHORT_FORMS}})
    properties["expect"] = _closed({t.name: _row_or_rows(t.column_names) for t in PUBLISHED})
    listed = {"topic": TEXT, "cases": {"type": "array", "items": references[Case]}}
    return _whole("Worked cases of a policy set", listed, ["topic", "cases"], definitions)


def ordinary_schema() -> Schema:
    """`cases/ordinary.yaml`: what holds in every case, by entity."""
    _, definitions = _definitions([Ordinary])
    properties = definitions["Ordinary"]["properties"]
    properties["defaults"] = _closed({entity.name: _fact(entity) for entity in entities()})
    facts = {entity.name: _rows(_fact(entity)) for entity in entities()}
    base = _closed({**facts, **{name: {} for name in SHORT_FORMS}})
    properties["bases"] = {"type": "object", "additionalProperties": base}
    properties["year"] = {"type": "integer"}
    whole = definitions.pop("Ordinary")
    return _whole(whole["description"], properties, whole["required"], definitions)


def _definitions(models: list[Any]) -> tuple[dict[Any, Schema], Schema]:
    references, whole = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(models)]
    )
    return {model: reference for (model, _), reference in references.items()}, whole["$defs"]


def _fact(entity: Entity) -> Schema:
    """A partial row of an entity: any of its columns. An enum's members are suggested but not
    required, since a case may land a row that breaks its contract."""
    columns = {
        column.name: {"anyOf": [{"enum": [*column.choices]}, {}]} if column.choices else {}
        for column in entity.columns
    }
    return _closed(columns, entity.note)


def _rows(row: Schema) -> Schema:
    return {"type": "array", "items": row}


def _row_or_rows(columns: tuple[str, ...]) -> Schema:
    row = _closed({**{name: {} for name in columns}, "absent": {"type": "boolean"}})
    return {"anyOf": [row, _rows(row)]}


def _closed(properties: Mapping[str, Any], description: str = "") -> Schema:
    described = {"description": description} if description else {}
    return {**described, **OBJECT, "properties": dict(properties), "additionalProperties": False}


def _whole(title: str, properties: Schema, required: list[str], definitions: Schema) -> Schema:
    return {
        "$schema": DRAFT,
        "title": title,
        **_closed(properties),
        "required": required,
        "$defs": definitions,
    }


def _json(schema: Schema) -> str:
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
