"""dbt's copy of the landing contract: `make generate` writes it from ingest/sources.yaml.

Belongs here: the macro that tells models each entity's key, columns, pointers and days, and the
list of landed tables. Does not: the contract itself, or any model. A test holds both up to date.
"""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

from ingest.judging.contract import Entity, entities

HERE = Path(__file__).parent
# Words that some engine reserves: as columns they are quoted.
RESERVED = {"count", "date"}
# What lands in addition to the entities: records about deliveries, and the views of the usage feed.
BESIDE = (
    "usage_calls",
    "deliveries",
    "quarantine",
    "unread_rows",
    "delivery_notes",
    "covered_months",
    "crossbeam_records",
)
MADE = "Made by `make generate` from ingest/sources.yaml; do not edit."


def contract_macro() -> str:
    """The Jinja macro `contract()`: entity -> source, key, columns, points_at, not_before."""
    entries = ",\n".join(
        f"    '{entity.name}': {{\n{_entry(entity)}\n    }}" for entity in entities()
    )
    body = f"{{{{ return({{\n{entries}\n}}) }}}}"
    return f"{{# {MADE} #}}\n{{% macro contract() %}}\n{body}\n{{% endmacro %}}\n"


def _entry(entity: Entity) -> str:
    """Three lines, of which a long one is wrapped: what it is, its columns, what they point at."""
    source, key = entity.source, [_quoted(name) for name in entity.key]
    points_at, not_before = dict(entity.points_at), [list(pair) for pair in entity.not_before]
    lines: tuple[dict[str, object], ...] = (
        {"source": source, "key": key},
        {"columns": [_quoted(column.name) for column in entity.columns]},
        {"points_at": points_at, "not_before": not_before},
    )
    return ",\n".join(map(_wrapped, lines))


def _wrapped(members: dict[str, object]) -> str:
    line = ", ".join(f"'{name}': {_literal(value)}" for name, value in members.items())
    first, then = " " * 8, " " * 12
    return textwrap.fill(line, 98, initial_indent=first, subsequent_indent=then)


def _quoted(name: str) -> str:
    return f'"{name}"' if name in RESERVED else name


def _literal(value: object) -> str:
    """A Jinja literal; names are the contract's own, so that no quote can occur in one."""
    return json.dumps(value).replace('\\"', "\\'").replace('"', "'").replace("\\'", '"')


def landing_sources() -> str:
    """dbt's source `landing` as YAML: every entity, and what lands in addition."""
    names = [*(entity.name for entity in entities()), *BESIDE]
    lines = [
        f"# {MADE}",
        "version: 2",
        "sources:",
        "  - name: landing",
        "    schema: landing",
        "    description: Accepted rows of every delivery, with provenance; history is kept.",
        "    tables:",
        *(f"      - name: {name}" for name in names),
    ]
    return "\n".join(lines) + "\n"


def generated() -> dict[Path, str]:
    """Each generated file with the text that it should have."""
    return {
        HERE / "macros" / "contract.sql": contract_macro(),
        HERE / "models" / "landing_sources.yml": landing_sources(),
    }


def main() -> None:
    """Write the generated files."""
    for path, text in generated().items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
