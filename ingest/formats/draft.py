"""A proposal for a column map, from a file's header and the values below it.

Belongs here: `plumbline map FILE`: finding the likeliest entity and columns. Does not: writing the
proposal as YAML (draft_write.py) or applying a map; a person confirms what is proposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml
from rapidfuzz import fuzz

from ingest.formats.contents import JSON
from ingest.formats.draft_content import Content, content_of
from ingest.formats.draft_proposal import Guess, Proposal
from ingest.formats.draft_sample import sample
from ingest.formats.draft_terms import is_product, words_of
from ingest.formats.draft_write import write
from ingest.judging.contract import Column, Entity, entities, entity
from ingest.judging.headers import fold
from ingest.packaged import packaged_yaml

WORDS_FILE = Path(__file__).with_name("draft_words.yaml")
NAME_WEIGHT, ALIKE = 0.7, 0.65
"""How much a name counts against what stands under it, and from which likeness it is proposed."""
AS_GOOD = 0.9
"""From which part of the best entity's score another is named beside it."""
COVERED = 0.5
"""From which share of required columns found the entity is no question."""
NAMED, STEM = 0.15, 6  # letters by which one and many are the same word
NOT_NEEDED = "# No map is needed: its columns have our names already; --save keeps none.\n"


@cache
def _words() -> Mapping[str, Mapping[str, list[str]]]:
    return packaged_yaml(WORDS_FILE)


def _alike_in() -> Mapping[str, Mapping[str, list[str]]]:
    """Source or entity -> names of a column in its files alone."""
    return cast(Any, _words()["alike_in"])


def draft_map(path: Path, entity_name: str | None = None) -> str:
    """YAML of a column map for a csv, json or parquet file, to be confirmed by a person.

    The entity is the named one, else that of the folder, else the one that explains most of the
    file. Comments say what is missing or ambiguous, and a map that lacks a required column does not
    load. Raises ValueError when the file can't be read as a table or the entity is unknown.
    """
    header, rows = sample(path)
    contents = {
        name: content_of([row[place] for row in rows])
        for place, name in enumerate(header)
        if name.strip()
    }
    if not contents or (not rows and path.suffix.lower() in JSON):
        raise ValueError(f"{path.name} has no row that names columns, so no map can be drafted")
    wanted = entity_name or _named_by(path)
    choices = [e for e in entities() if wanted in (e.name, None)]
    # The bank's own file needs no map, and people's decisions never come in foreign files.
    unlikely = ("reference",) if wanted else ("reference", "decisions")
    choices = [e for e in choices if e.source not in unlikely]
    if not choices:
        raise ValueError(f"there is no entity {entity_name!r}; see sources.yaml")
    ranked = sorted(
        (
            (_fit(spec, assigned, contents) + _named_like(path, spec), spec, assigned)
            for spec in choices
            for assigned in [_assign(spec, contents)]
        ),
        key=lambda one: (-one[0], one[1].name),
    )
    best, spec, guesses = ranked[0]
    close = AS_GOOD if _covers(spec, guesses) >= COVERED else 0
    others = [one.name for score, one, _ in ranked[1:4] if score >= best * close]
    records = [dict(zip(header, row, strict=True)) for row in rows]
    guesses = _without_false_end(guesses, records)
    guesses = _with_the_product(guesses, _also(spec, "amount", guesses, contents), records)
    also = {"amount": _also(spec, "amount", guesses, contents)}
    text = write(Proposal(path, spec, tuple(guesses), contents, records, tuple(others), also))
    return f"{text}{NOT_NEEDED}" if is_ours(text) else text


def _covers(spec: Entity, guesses: Sequence[Guess]) -> float:
    """The share of the required columns for which the file has a column."""
    guessed, needed = {guess.ours.name for guess in guesses}, _needed(spec)
    return sum(name in guessed for name in needed) / max(1, len(needed))


def _needed(spec: Entity) -> list[str]:
    """The required columns that a map can't give without a column of theirs."""
    constants = set(_words()["without_a_column"].get(spec.name, []))
    return [name for name in spec.required if name not in constants]


def _named_like(path: Path, spec: Entity) -> float:
    """A small bonus for an entity whose name is in the file's, in part or whole."""
    words = [word[:STEM] for word in words_of(path.stem).split()]
    own = [word[:STEM] for word in spec.name.split("_")]
    return NAMED * sum(word in words for word in own) / len(own)


def _named_by(path: Path) -> str | None:
    """The entity whose folder contains the file, as in a landing zone."""
    names = [e.name for e in entities() if e.name in path.parent.parts]
    return names[0] if len(names) == 1 else None


def _likeness(spec: Entity, column: Column, name: str, content: Content) -> float:
    """How much a column of theirs looks like one of ours, by name and by content.

    A word that makes it a different thing (the price of one piece is not an amount) counts against
    it.
    """
    known = [column.name.replace("_", " "), *_words()["alike"].get(column.name, [])]
    for place in (spec.source, spec.name):
        known += _alike_in().get(place, {}).get(column.name, [])
    if spec.key == (column.name,):
        known.append("id")  # the table's own id is often called just that
    plain = words_of(name)
    by_name = max(
        max(fuzz.ratio(fold(name), fold(word)), fuzz.token_sort_ratio(plain, word))
        for word in known
    )
    against = set(plain.split()) & set(_words()["against"].get(column.name, []))
    penalty = 0.25 if against else 0.0
    return NAME_WEIGHT * by_name / 100 + (1 - NAME_WEIGHT) * content.fit(column) - penalty


def _assign(spec: Entity, contents: Mapping[str, Content]) -> list[Guess]:
    """Each column of theirs for at most one of ours, the likeliest pairs first."""
    pairs = sorted(
        (
            Guess(column, name, _likeness(spec, column, name, content))
            for column in spec.columns
            for name, content in contents.items()
        ),
        key=lambda guess: (-guess.likeness, guess.ours.name, guess.theirs),
    )
    taken: set[str] = set()
    assigned: dict[str, Guess] = {}
    for guess in pairs:
        if guess.likeness < ALIKE:
            break
        if guess.ours.name not in assigned and guess.theirs not in taken:
            assigned[guess.ours.name] = guess
            taken.add(guess.theirs)
    return [assigned[column.name] for column in spec.columns if column.name in assigned]


def _without_false_end(
    guesses: Sequence[Guess], records: Sequence[Mapping[str, str | None]]
) -> list[Guess]:
    """The guesses without an end column that never comes after the start: it is the same day,
    written differently."""
    start, end = (
        next((g.theirs for g in guesses if g.ours.name == name), None)
        for name in ("term_start", "term_end")
    )
    if start is None or end is None:
        return list(guesses)
    digits = [
        tuple("".join(filter(str.isdigit, row.get(name) or ""))[:8] for name in (start, end))
        for row in records
    ]
    if any(first != last for first, last in digits if last):
        return list(guesses)
    return [guess for guess in guesses if guess.ours.name != "term_end"]


def _with_the_product(
    guesses: list[Guess], also: Sequence[str], records: Sequence[Mapping[str, str | None]]
) -> list[Guess]:
    """The guesses with another column for the amount, if that column is the chosen one times the
    quantity: the chosen one is then a unit price."""
    by_name = {guess.ours.name: guess for guess in guesses}
    if not {"amount", "quantity"} <= by_name.keys():
        return guesses
    price, quantity = by_name["amount"], by_name["quantity"].theirs
    for theirs in also:
        if is_product(
            [(row.get(price.theirs), row.get(quantity), row.get(theirs)) for row in records]
        ):
            chosen = replace(price, theirs=theirs)
            return [chosen if guess is price else guess for guess in guesses]
    return guesses


def _also(
    spec: Entity, name: str, guesses: Sequence[Guess], contents: Mapping[str, Content]
) -> list[str]:
    """Unused columns that fit one of ours as well as the chosen one, or nearly."""
    column = next((c for c in spec.columns if c.name == name), None)
    taken = {guess.theirs for guess in guesses}
    if column is None:
        return []
    return [
        theirs
        for theirs, content in contents.items()
        if theirs not in taken and _likeness(spec, column, theirs, content) >= ALIKE
    ]


def _fit(spec: Entity, guesses: Sequence[Guess], contents: Mapping[str, Content]) -> float:
    """How much of the file an entity explains, and how much of the entity the file gives.

    Without the first part an entity of two columns would fit every file, and without the second the
    widest one would always win. What a map can fill without a column of theirs is not missing.
    """
    needed = _needed(spec)
    likeness = {guess.ours.name: guess.likeness for guess in guesses}
    covered = sum(likeness.get(name, 0.0) for name in needed) / max(1, len(needed))
    theirs = [name for name, content in contents.items() if content.values and name[0] != "_"]
    explained = sum(likeness.values()) / max(1, min(len(theirs), len(spec.columns)))
    return covered / 2 + explained / 2


@dataclass(frozen=True)
class Drafted:
    """A draft as it was written into a folder of maps: where, and what it still lacks."""

    path: Path
    lacks: str | None


def is_ours(drafted: str) -> bool:
    """Whether a file lands without the map drafted from it: each required column has our own name,
    and nothing is proposed about values."""
    held = yaml.safe_load(drafted)
    if set(held) - {"id", "title", "entity", "header", "columns"}:
        return False
    spec = entity(held["entity"])
    columns = held["columns"] or {}
    renamed = any(
        set(how) != {"from"} or fold(how["from"]) != fold(name) for name, how in columns.items()
    )
    return not renamed and set(spec.required) <= set(columns)


def save_draft(drafted: str, folder: Path) -> Drafted | None:
    """Put a draft into a folder of maps, under its id; None where the file needs no map.

    Raises ValueError when another map has that name: it is never overwritten.
    """
    from ingest.formats.map_model import parse_map

    if drafted.endswith(NOT_NEEDED):
        return None
    name = yaml.safe_load(drafted)["id"]
    path = folder / f"{name}.yaml"
    if path.exists() and path.read_text("utf-8") != drafted:
        raise ValueError(f"{path} is there already; rename or delete it, then save again")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(drafted, "utf-8")
    try:
        parse_map(drafted)
    except ValueError as error:
        return Drafted(path, str(error))
    return Drafted(path, None)
