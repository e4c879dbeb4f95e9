"""Every model of the warehouse: what it holds, its columns, its sources, its tests.

Belongs here: that page. Does not: reading the models (whoever builds the site passes them as JSON),
or the definitions of published columns to which figures link (methods.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from dashboards.components import Page, Section, Table, columns
from dashboards.figures import cell
from dashboards.links import anchor
from scoring.words import plural, word

PATH = "models.html"
HEAD = columns("Model", "~What it holds", "~Columns", "~Made from", "~Used by", "~Tests")
SCHEMAS = {
    "staging": "what landed, with our names and types",
    "intermediate": "the steps of the computation",
    "marts": "the published results",
}


def page(catalog: Path) -> Page:
    """The page of the models in `catalog`: a list of objects with name, schema, topic, kind,
    words, columns, from, for, tests and file."""
    rows: list[dict[str, Any]] = json.loads(catalog.read_text("utf-8"))
    known = {row["name"] for row in rows}
    sections = []
    for schema, topic in dict.fromkeys((row["schema"], row["topic"]) for row in rows):
        own = [row for row in rows if (row["schema"], row["topic"]) == (schema, topic)]
        title = f"{word(schema).capitalize()}: {word(topic)}" if topic != schema else word(schema)
        table = Table(
            f"{title}, {plural(len(own), 'model')}", HEAD, [_row(row, known) for row in own]
        )
        sections.append(Section(title, anchor("topic", f"{schema}-{topic}"), tables=[table]))
    schemas = ", ".join(f"{name} ({words})" for name, words in SCHEMAS.items())
    tests = sum(len(row["tests"]) for row in rows)
    lead = [
        Markup("{} compute everything that this site shows, and {} check them.").format(
            plural(len(rows), "model"), plural(tests, "test")
        ),
        Markup(
            "They are in {}. Each row links to the models that it is made from and to those that "
            "use it."
        ).format(schemas),
    ]
    return Page(PATH, "Models", lead, [], sections)


def _row(row: dict[str, Any], known: set[str]) -> list[Markup]:
    name = Markup('<span id="{}"><strong>{}</strong></span><br><small>{}, {}</small>').format(
        anchor("model", row["name"]), row["name"], row["kind"], row["file"]
    )
    fields = [
        Markup("<code>{}</code> {}{}").format(
            column, kind, Markup(": {}").format(words) if words else ""
        )
        for column, kind, words in row["columns"]
    ]
    return [
        name,
        cell(row["words"]),
        _folded(fields, "column"),
        _names(row["from"], known),
        _names(row["for"], known),
        _folded([escape(each) for each in row["tests"]], "test"),
    ]


def _folded(items: Sequence[Markup], name: str) -> Markup:
    """The number of items, with the list folded behind it."""
    if not items:
        return Markup("—")
    listed = Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    return Markup("<details><summary>{}</summary><ul>{}</ul></details>").format(
        plural(len(items), name), listed
    )


def _names(names: Sequence[str], known: set[str]) -> Markup:
    """Names separated by commas, those of models as links."""
    return Markup(", ").join(
        Markup('<a href="#{}">{}</a>').format(anchor("model", name), name)
        if name in known
        else escape(name)
        for name in names
    ) or Markup("—")
