"""The published tables as an Open Data Contract (the form of open-data-contract-standard, ODCS).

Belongs here: tables, columns, keys and types in that form. Does not: files (export).
"""

from __future__ import annotations

import re
from importlib import metadata
from typing import Any

from dashboards.definitions import definitions
from scoring.published import PUBLISHED, PublishedTable

NAME = "datacontract.yaml"
API_VERSION = "v3.2.0"
ID = "plumbline-published-tables"
LOGICAL = {
    "VARCHAR": "string",
    "DATE": "date",
    "BIGINT": "integer",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "timestamp",
}
DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def data_contract(format: str) -> str:
    """The contract of an export in `format` (parquet, csv or xlsx), as YAML.

    The same for the same release and format, since it does not depend on any row.
    """
    from open_data_contract_standard.model import OpenDataContractStandard

    return OpenDataContractStandard.model_validate(
        {
            "apiVersion": API_VERSION,
            "kind": "DataContract",
            "id": ID,
            "name": "Published tables of a partner program",
            "version": metadata.version("plumbline"),
            "status": "active",
            "domain": "partner-program",
            "description": {
                "purpose": "Tiers, compliance, reviews, revenue, usage and deals of a vendor's "
                "partners, with what stands behind each decision.",
                "usage": "Read the files beside this one; rows are sorted by the key.",
                "limitations": "Names, columns and types change only with a line in the changelog.",
            },
            "servers": [
                {
                    "server": "export",
                    "type": "local",
                    # Readers of such contracts put each table's name here; with a `*` they read
                    # every table from all the files.
                    "path": f"./{{model}}.{format}",
                    "format": format,
                }
            ],
            "schema": [_table(table, format) for table in PUBLISHED],
        }
    ).to_yaml()


def _table(table: PublishedTable, format: str) -> dict[str, Any]:
    described = definitions()[table.qualified]
    grain, _, _ = described.words.partition(". ")
    return {
        "name": table.name,
        "physicalName": f"{table.name}.{format}",
        "logicalType": "object",
        "physicalType": "table",
        "description": described.words,
        "dataGranularityDescription": grain.rstrip("."),
        "tags": [table.schema],
        "properties": [
            _column(name, kind, described.columns.get(name, ""), table, format)
            for name, kind in table.columns
        ],
        "quality": [
            {
                "name": "unique_grain",
                "description": f"One row for each {', '.join(table.key)}.",
                "type": "library",
                "metric": "duplicateValues",
                "arguments": {"properties": list(table.key)},
                "mustBe": 0,
            }
        ],
    }


def _column(
    name: str, kind: str, description: str, table: PublishedTable, format: str
) -> dict[str, Any]:
    if kind.endswith("[]") and format != "parquet":
        # Only parquet holds lists; elsewhere they are one text (scoring/export.py).
        kind, description = kind.removesuffix("[]"), f"{description} Items are parted by '; '."
    place: dict[str, Any] = {}
    # What is called a primary key has a value in every row. Where a part of ours may be null, the
    # rule unique_grain alone says what a row is about.
    if name in table.key and not table.optional:
        place = {"primaryKey": True, "primaryKeyPosition": table.key.index(name) + 1}
    return {"name": name, **_type(kind), "description": description, **place}


def _type(kind: str) -> dict[str, Any]:
    if kind.endswith("[]"):
        # Without a physical type: checkers of contracts know a list by its logical type alone.
        items = {"name": "item", **_type(kind.removesuffix("[]"))}
        return {"logicalType": "array", "items": items}
    if DECIMAL.fullmatch(kind):
        return {"logicalType": "number", "physicalType": kind}
    return {"logicalType": LOGICAL[kind], "physicalType": kind}
