"""The CRMs that `destinations:` of plumbline.yaml names, and which decision goes into which field.

Belongs here: reading and checking that section. Does not: the decisions (rows.py), or any CRM.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestration.config import BadConfig, config_file, section, with_secrets
from scoring.published import GOVERNANCE_REVIEWS, TIER_ASSIGNMENTS
from scoring.published_shape import TEXT

KINDS = ("hubspot", "salesforce")
# What may be written: name of the part -> (table of the ledger, the key where none is given).
PARTS = {
    "tiers": (TIER_ASSIGNMENTS, "{tier_year}/{partner_id}"),
    "reviews": (GOVERNANCE_REVIEWS, "{review}/{partner_id}/{program}"),
}
# Columns of the publication, in addition to the decision's own.
BESIDE = {"publication": TEXT, "published_by": TEXT, "published_on": TEXT, "head": TEXT}
FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,119}")
OBJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,119}")


@dataclass(frozen=True)
class FieldRule:
    """What goes into one field: a column of the decision, its words changed by `values`, or the
    same `constant` everywhere."""

    column: str | None
    kind: str
    values: Mapping[str, str] = field(default_factory=dict)
    constant: str | None = None


@dataclass(frozen=True)
class Part:
    """One kind of decision and the object that it goes into. `create`: whether a missing record may
    be created."""

    name: str
    object: str
    external_id: str
    key: str
    fields: Mapping[str, FieldRule]
    create: bool = True


@dataclass(frozen=True)
class CrmDestination:
    """One CRM; `spec` holds its address and credentials, secrets already filled in."""

    name: str
    kind: str
    spec: Mapping[str, Any] = field(repr=False)
    parts: tuple[Part, ...] = ()


def destination(name: str) -> CrmDestination:
    """The CRM called `name`. Raises BadConfig naming what is wrong, or which ones there are."""
    declared = {str(key): value for key, value in section("destinations").items()}
    crms = sorted(key for key, value in declared.items() if isinstance(value, dict))
    if name not in crms:
        known = ", ".join(crms) or "none"
        raise BadConfig(
            f"there is no CRM {name!r} to write back to; in `destinations:` of plumbline.yaml: "
            f"{known}"
        )
    where = f"{config_file()}: destinations: {name}"
    spec = declared[name]
    if spec.get("kind") not in KINDS:
        raise BadConfig(f"{where}: `kind:` must be one of {', '.join(KINDS)}")
    parts = tuple(
        _part(where, part, spec[part]) for part in PARTS if isinstance(spec.get(part), dict)
    )
    if not parts:
        raise BadConfig(f"{where}: says nothing to write; add one of {', '.join(PARTS)}")
    revealed = {
        key: with_secrets(value, where) if isinstance(value, str) else value
        for key, value in spec.items()
        if key not in PARTS
    }
    return CrmDestination(name, spec["kind"], revealed, parts)


def _part(where: str, name: str, spec: Mapping[str, Any]) -> Part:
    place = f"{where}: {name}"
    table, usual = PARTS[name]
    kinds = {**dict(table.columns), **BESIDE}
    for needed, form in (("object", OBJECT), ("external_id", FIELD)):
        if not form.fullmatch(str(spec.get(needed) or "")):
            raise BadConfig(f"{place}: {needed}: names no {needed.replace('_', ' ')}")
    key = str(spec.get("key") or usual)
    columns = [column for _, column, _, _ in string.Formatter().parse(key) if column is not None]
    if not columns or any(column not in kinds for column in columns):
        raise BadConfig(f"{place}: key: {key!r} must be made of {', '.join(kinds)} in {{braces}}")
    fields = spec.get("fields")
    if not isinstance(fields, dict) or not fields:
        raise BadConfig(f"{place}: fields: is missing: their field and the column that goes there")
    rules = {str(theirs): _rule(place, str(theirs), ours, kinds) for theirs, ours in fields.items()}
    if spec["external_id"] in rules:
        raise BadConfig(
            f"{place}: {spec['external_id']} is the external id, and no field beside it"
        )
    create = spec.get("create", True)
    if not isinstance(create, bool):
        raise BadConfig(f"{place}: create: is true or false")
    return Part(name, str(spec["object"]), str(spec["external_id"]), key, rules, create)


def _rule(place: str, theirs: str, ours: Any, kinds: Mapping[str, str]) -> FieldRule:
    rule = ours if isinstance(ours, dict) else {"from": ours}
    if not FIELD.fullmatch(theirs) or not set(rule) <= {"from", "values", "constant"}:
        raise BadConfig(f"{place}: fields: {theirs}: write a column, or from, values, constant")
    if "constant" in rule:
        return FieldRule(None, TEXT, constant=str(rule["constant"]))
    if rule.get("from") not in kinds:
        raise BadConfig(
            f"{place}: fields: {theirs}: there is no column {rule.get('from')!r}; there are: "
            f"{', '.join(kinds)}"
        )
    values = rule.get("values") or {}
    if not isinstance(values, dict):
        raise BadConfig(f"{place}: fields: {theirs}: values: is a list of ours: theirs")
    kind = TEXT if values else kinds[rule["from"]]
    return FieldRule(rule["from"], kind, {str(k): str(v) for k, v in values.items()})
