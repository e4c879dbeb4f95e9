"""Published decisions as the records that a CRM should hold.

Belongs here: which decision counts for a record, its key, its values. Does not: what the CRM holds
(plan.py). Only the ledger is read, so unpublished decisions are never written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.formats.json_page import Number
from orchestration.write_back.destinations import PARTS, FieldRule, Part
from scoring.ledger.records import Publication
from scoring.published_shape import COUNT, FIGURE, MONEY, TEXTS

MOST_KEY = 255  # characters that an external id holds


@dataclass(frozen=True)
class Wanted:
    """One record as it should be; `fault` says why it cannot be looked up, in which case nothing is
    done with it.

    `values`: field -> text, number, truth value, or None for an empty field.
    """

    part: Part
    key: str
    publication: str
    values: Mapping[str, Any]
    fault: str | None = None


def wanted(part: Part, publications: Iterable[Publication]) -> list[Wanted]:
    """The records of one part, by key. Of several decisions with one key the last period counts;
    where even that leaves two, neither is written."""
    table = PARTS[part.name][0]
    latest: dict[str, list[tuple[str, Wanted]]] = {}
    for publication in publications:
        for record in publication.decisions:
            if record["table"] != table.name:
                continue
            one = _wanted(part, publication, record["row"])
            period = str(record["row"][table.key[0]])
            latest.setdefault(one.key.casefold(), []).append((period, one))
    rows = []
    for same in latest.values():
        last = max(period for period, _ in same)
        those = [one for period, one in same if period == last]
        if len(those) == 1:
            rows.append(those[0])
            continue
        fault = f"{len(those)} decisions of {last} have this key; add a column to key:"
        if len({one.key for one in those}) > 1:
            fault = "it differs from another key only by case, which a CRM does not tell apart"
        rows += [_faulty(one, fault) for one in those]
    return sorted(rows, key=lambda one: (one.key, one.publication))


def _faulty(one: Wanted, fault: str) -> Wanted:
    return Wanted(one.part, one.key, one.publication, one.values, one.fault or fault)


def _wanted(part: Part, publication: Publication, row: Mapping[str, Any]) -> Wanted:
    opening = publication.opening
    known = {
        **row,
        "publication": publication.name,
        "published_by": opening.get("by"),
        "published_on": opening.get("on"),
        "head": publication.head,
    }
    filled = {name: "" if value is None else str(value) for name, value in known.items()}
    key = part.key.format_map(filled)
    faults = []
    if not key.strip() or key != key.strip() or not key.isprintable() or len(key) > MOST_KEY:
        faults.append(f"{key[:80]!r} can be no external id")
    values = {}
    for theirs, rule in part.fields.items():
        try:
            values[theirs] = _value(rule, known)
        except KeyError as unlisted:
            faults.append(f"{theirs}: values: does not list {unlisted.args[0]!r}")
    return Wanted(part, key, publication.name, values, "; ".join(faults) or None)


def _value(rule: FieldRule, known: Mapping[str, Any]) -> Any:
    if rule.column is None:
        return rule.constant
    value = known.get(rule.column)
    if value is None:
        return None
    if rule.values:
        return rule.values[str(value)]
    if rule.kind == TEXTS:
        return "; ".join(map(str, value)) or None
    if rule.kind in (COUNT, FIGURE, MONEY):
        return Number(str(value))
    return value if isinstance(value, bool) else str(value)
