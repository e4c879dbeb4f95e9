"""`docs/people.md`: what is held of people, written from the contract for a lawyer to read.

Belongs here: the page's words and tables. Does not: the marks (sources.yaml), the kinds of people
(people.yaml), or a search for one person (held.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingest.judging.contract import entities, landed_members

KINDS_FILE = Path(__file__).with_name("people.yaml")
PAGE = Path(__file__).parent.with_name("docs") / "people.md"
LINE = "Made by `make generate` from ingest/sources.yaml and ingest/people.yaml; do not edit."
OPENING = """\
Plumbline judges companies. Of people it holds only what a rule counts or a person answers for, and
this page lists all of it, column by column: what is held, why, how long, and who sees it. What a
column does not need to hold does not land (below).
"""
PLACES = """\
## Where it lies
- The landing zone: files as their senders wrote them. It is yours; Plumbline reads it, and writes
  there only when somebody runs `plumbline decide`.
- `raw/`: the same bytes, kept to prove published decisions. The folder is open to nobody but the
  account that runs Plumbline (modes 0700 and 0600).
- The warehouse and its copy for readers: the columns above, and what models make of them.
- `ledger/`: published decisions. They name companies, and people by nothing but the ids of
  contacts inside digests; beside them stand who published, and who took a refused file in.
- The site, letters, bundles and exports: as the column "who sees it" says.

Sending files and mails out (`plumbline notify`) takes what it sends to where you said; what is
there is no longer Plumbline's.
"""
HOW_LONG = """\
## How long
What is published must be provable for as long as it stands, so nothing is deleted by itself.
"""


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """Kind of person -> who they are, why they are kept, the clauses, and who sees them."""
    return yaml.safe_load(KINDS_FILE.read_text("utf-8"))


def page() -> str:
    """The page as Markdown."""
    parts = [
        "# People's data",
        f"<!-- {LINE} -->",
        OPENING,
        "\n".join(_kinds()),
        "\n".join(_columns()),
        "\n".join(_left_out()),
        PLACES,
        HOW_LONG,
        ASKED,
    ]
    return "\n".join(f"{part.rstrip()}\n" for part in parts)


ASKED = """\
## When a person asks
`plumbline person EMAIL` lists everything that is held of one person: table, file, row, and why.
"""


def _kinds() -> Iterator[str]:
    yield "## Who, why, and who sees it"
    yield "| kind | who | why | clauses | who sees it |"
    yield "| --- | --- | --- | --- | --- |"
    for name, kind in kinds().items():
        clauses = ", ".join(kind["clauses"]) or "—"
        words = (name.replace("_", " "), kind["who"], kind["why"], clauses, kind["seen_by"])
        yield f"| {' | '.join(words)} |"


def _columns() -> Iterator[str]:
    yield "## What"
    yield "| source | entity | column | kind |"
    yield "| --- | --- | --- | --- |"
    for entity in entities():
        for column, kind in entity.people:
            told = kind.replace("_", " ")
            yield f"| {entity.source} | `{entity.name}` | `{column}` | {told} |"


def _left_out() -> Iterator[str]:
    yield "## What does not land"
    yield "The account-mapping vendor's pages name the owners of accounts and the people of leads."
    yield "No rule reads them, so they stay in the kept bytes; of a record land its key and:"
    yield ""
    for family, names in landed_members().items():
        yield f"- of `{family}`: {', '.join(f'`{name}`' for name in names)}"
    yield ""
    yield "Of every other endpoint only the key of a record lands. A column that the contract does"
    yield "not know stays beside its row (`_extra`), where `plumbline person` looks too."


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
