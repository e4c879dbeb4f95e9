"""Landed rows with tokens: which values of a frame name people, and move to the people's store.

Belongs here: which values of rows, quarantine entries and keys get a token. Does not: which columns
name people (sources.yaml), which kinds of people lie under tokens (people.yaml), or the token.

A token replaces every value in a column whose kind of person is kept under tokens, and every value
beside it that the contract does not know; an id is replaced only if it is an address, since
otherwise it names nobody.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from ingest.judging.contract import Entity, entities, entity
from ingest.judging.frames import EXTRA
from ingest.packaged import packaged_yaml
from ingest.people.store import People
from ingest.people.tokens import NAME, TOKEN, Tokens

KINDS_FILE = Path(__file__).parent.with_name("people.yaml")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
# An address inside a longer text.
INSIDE = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
OWNER = "contact_id"


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """Kind of person -> who they are, why they are kept, the clauses, and who sees them."""
    return packaged_yaml(KINDS_FILE)


def columns_under_tokens(spec: Entity) -> tuple[str, ...]:
    """The columns of an entity whose values are replaced by tokens."""
    return tuple(name for name, kind in spec.people if kinds()[kind]["under_tokens"])


@cache
def mark_of(source: str) -> str:
    """A text that identifies the columns of a source that are replaced by tokens; empty if there
    are none."""
    names = [
        f"{one.name}.{c}"
        for one in entities()
        for c in columns_under_tokens(one)
        if one.source == source
    ]
    return hashlib.sha256(" ".join(names).encode()).hexdigest()[:12] if names else ""


def rows_under_tokens(spec: Entity, rows: pl.DataFrame, people: People) -> pl.DataFrame:
    """Judged rows as they land: tokens for the people, whose values are noted in `people`."""
    columns = columns_under_tokens(spec)
    if not columns or people.tokens is None or not rows.height:
        return rows
    owners = rows[OWNER].to_list() if OWNER in columns else [None] * rows.height
    made = []
    for column in (*columns, EXTRA):
        values = rows[column]
        if values.null_count() == len(values) or (is_id(column) and not _has_address(values)):
            continue
        of = f"{spec.name}.{column}"
        pairs = zip(values.to_list(), owners, strict=True)
        tokens = [_put(people, people.tokens, of, value, owner) for value, owner in pairs]
        made.append(pl.Series(column, tokens, pl.String))
    return rows.with_columns(made)


def faults_under_tokens(spec: Entity, faults: pl.DataFrame, column: str) -> pl.DataFrame:
    """Quarantine entries without people's values: no value of the entity's columns under tokens
    appears, and no address anywhere else; `column` is the one with a column's name."""
    columns = columns_under_tokens(spec)
    if not columns or not faults.height:
        return faults
    values, messages = [], []
    for name, value, message in faults.select(column, "value", "message").iter_rows():
        hidden = value is not None and (name is None or name in columns)
        if hidden:
            message = message.replace(f"'{value[:60]}'", "the value")
        values.append(None if hidden or value is None else INSIDE.sub("…", value))
        messages.append(INSIDE.sub("…", message))
    return faults.with_columns(
        pl.Series("value", values, pl.String), pl.Series("message", messages, pl.String)
    )


def keys_under_tokens(rows: pl.DataFrame, people: People) -> pl.DataFrame:
    """Visible rows with the keys in the form that their entity's landed rows have."""
    if people.tokens is None or not rows.height:
        return rows
    keys = []
    for name, key in rows.select("entity", "row_key").iter_rows():
        columns = columns_under_tokens(entity(name)) if key and "@" in key else ()
        if columns:
            parts = zip(entity(name).key, json.loads(key), strict=True)
            shown = [
                people.tokens.address(part) if column in columns and _is_address(part) else part
                for column, part in parts
            ]
            key = json.dumps(shown, ensure_ascii=False)
        keys.append(key)
    return rows.with_columns(pl.Series("row_key", keys, pl.String))


def _put(
    people: People, tokens: Tokens, of: str, value: str | None, owner: str | None
) -> str | None:
    column = of.rpartition(".")[2]
    if value is None or _says_nothing(value, column):
        return value
    if _is_address(value):
        token = tokens.address(value)
    elif is_id(column):
        return value
    elif column == NAME:
        token = tokens.name((owner or "").strip(), value)
    else:
        token = tokens.of(column, "", value)
    people.put(token, of, value)
    return token


def _says_nothing(value: str, column: str) -> bool:
    """Whether a value is blank or a token; of unknown columns, whether all of them are."""
    content = json.loads(value) if column == EXTRA else value
    parts = content.values() if isinstance(content, dict) else [content]
    texts = (str(part or "").strip() for part in parts)
    return all(not text or TOKEN.fullmatch(text) for text in texts)


def is_id(column: str) -> bool:
    """Whether a column holds ids, which name nobody unless they are addresses."""
    return column.endswith("_id")


def _is_address(value: str) -> bool:
    return ADDRESS.fullmatch(value.strip()) is not None


def _has_address(values: pl.Series) -> bool:
    return bool(values.str.contains("@", literal=True).any())
