"""A proposal for a column map, from a file's header and what stands under it.

Belongs here: `plumbline map FILE`: finding the likeliest entity and columns, written as YAML for
a person to confirm. Does not: applying a map; nothing proposed here is ever used by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from rapidfuzz import fuzz

from ingest.formats.draft_content import Content, content_of, date_formats, number_locale
from ingest.judging.contract import Column, Entity, entities
from ingest.judging.headers import fold
from ingest.judging.table import Refused
from ingest.readers import delimited, json_rows
from ingest.readers.text import decode

WORDS_FILE = Path(__file__).with_name("draft_words.yaml")
SAMPLE_ROWS = 500
LOOKED_AT = 4096  # characters in which a file that is no text gives itself away
NAME_WEIGHT, ALIKE = 0.7, 0.65
"""How much a name counts against what stands under it, and from which likeness it is proposed."""


@dataclass(frozen=True)
class Guess:
    """A column of theirs proposed for one of ours; `likeness` from 0 to 1."""

    ours: Column
    theirs: str
    likeness: float


@cache
def _other_names() -> Mapping[str, list[str]]:
    return yaml.safe_load(WORDS_FILE.read_text("utf-8"))


def draft_map(path: Path, entity_name: str | None = None) -> str:
    """YAML of a column map for a csv or json file, to be confirmed by a person.

    The entity is the one named, else the one whose required columns are found best. What is
    missing or ambiguous stands in a comment, and a map that lacks a required column does not
    load. Raises ValueError when the file can't be read as a table or the entity is unknown.
    """
    header, rows = _sample(path)
    contents = {
        name: content_of([row[place] for row in rows])
        for place, name in enumerate(header)
        if name.strip()
    }
    wanted = entity_name or _named_by(path)
    choices = [e for e in entities() if wanted == e.name or (wanted is None and e.key)]
    choices = [e for e in choices if e.source != "reference"]  # the bank's own file needs no map
    if not choices:
        raise ValueError(f"there is no entity {entity_name!r}; see sources.yaml")
    ranked = [
        (_fit(spec, found), spec, found) for spec in choices for found in [_assign(spec, contents)]
    ]
    _, spec, guesses = max(ranked, key=lambda one: (one[0], one[1].name))
    return _write(path, spec, guesses, contents)


def _named_by(path: Path) -> str | None:
    """The entity in whose folder the file lies, as in a landing zone."""
    names = [e.name for e in entities() if e.name in path.parent.parts]
    return names[0] if len(names) == 1 else None


def _sample(path: Path) -> tuple[tuple[str, ...], list[tuple[str | None, ...]]]:
    data = path.read_bytes()
    names = {fold(c.name) for e in entities() for c in e.columns}
    try:
        try:
            text, _ = decode(data)
        except Refused as refused:
            if refused.rule != "encoding":
                raise
            text, _ = decode(data, "iso-8859-1")
        if path.suffix.lower() in (".json", ".ndjson", ".jsonl"):
            table = json_rows.read_rows(text, entities()[0])
            return table.header, list(table.rows[:SAMPLE_ROWS])
        if "\x00" in text[:LOOKED_AT] or "\x1a" in text[:LOOKED_AT]:
            raise ValueError(f"{path.name} is no text; give a csv or json file")
        parsed = delimited.parse(text, names)
    except Refused as refused:
        raise ValueError(f"{path.name} can't be read as a table: {refused.message}") from refused
    return parsed.header, list(parsed.rows[:SAMPLE_ROWS])


def _likeness(spec: Entity, column: Column, name: str, content: Content) -> float:
    """How much a column of theirs looks like one of ours, by name and by content."""
    known = [column.name, *_other_names().get(column.name, [])]
    if spec.key == (column.name,):
        known.append("id")  # the table's own id is often called just that
    plain = name.replace("_", " ").replace("-", " ").lower()
    by_name = max(
        max(
            fuzz.ratio(fold(name), fold(word)), fuzz.token_sort_ratio(plain, word.replace("_", " "))
        )
        for word in known
    )
    return NAME_WEIGHT * by_name / 100 + (1 - NAME_WEIGHT) * content.fit(column)


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
    found: dict[str, Guess] = {}
    for guess in pairs:
        if guess.likeness < ALIKE:
            break
        if guess.ours.name not in found and guess.theirs not in taken:
            found[guess.ours.name] = guess
            taken.add(guess.theirs)
    return [found[column.name] for column in spec.columns if column.name in found]


def _fit(spec: Entity, guesses: Sequence[Guess]) -> float:
    """The mean likeness over the required columns, more for each column that was found.

    Without the second part an entity of two columns would be found in every file.
    """
    required = [g.likeness for g in guesses if not g.ours.optional]
    return sum(required) / max(1, len(spec.required)) * len(guesses) ** 0.5


def _write(
    path: Path, spec: Entity, guesses: Sequence[Guess], contents: Mapping[str, Content]
) -> str:
    found = {guess.ours.name: guess for guess in guesses}
    missing = [name for name in spec.required if name not in found]
    unused = sorted(set(contents) - {guess.theirs for guess in guesses})
    lines = [
        "# Proposed from the file's header and content. Read every line, correct it, and put the",
        "# file into the folder of column maps; until then nothing uses it.",
        f"id: {_quoted(fold(path.stem) or 'layout')}",
        f"title: {_quoted(path.stem)}",
        f"entity: {spec.name}",
        "# The columns that tell this layout from others.",
        f"header: [{', '.join(_quoted(guess.theirs) for guess in guesses)}]",
        *number_locale(contents[guess.theirs] for guess in guesses if guess.ours.kind == "money"),
        "columns:",
    ]
    for column in spec.columns:
        if column.name in found:
            lines += _column_lines(found[column.name], contents[found[column.name].theirs])
    lines += [f"  # required, and nothing like it was found: {name}" for name in missing]
    if unused:
        names = ", ".join(map(_quoted, unused))
        lines.append(f"# kept beside the rows, in no column of ours: {names}")
    return "\n".join(lines) + "\n"


def _column_lines(guess: Guess, content: Content) -> list[str]:
    """One column, with how alike it is and an example; formats only where just one fits."""
    example = next(iter(content.values), "")
    told = f"# alike {guess.likeness:.2f}, e.g. {_quoted(example[:40])}"
    parts = [f"from: {_quoted(guess.theirs)}"]
    lines = []
    if guess.ours.kind in ("date", "timestamp", "month"):
        formats = date_formats(content.values)
        if len(formats) == 1 and formats[0]:
            parts.append(f"format: {_quoted(formats[0])}")
        elif len(formats) > 1:
            lines.append(f"  # more than one date format fits, choose: {', '.join(formats)}")
    elif guess.ours.kind == "enum":
        odd = sorted({v for v in content.values if v.lower() not in guess.ours.choices})[:20]
        if odd:
            choices = ", ".join(guess.ours.choices)
            lines.append(f"  # add values: {{theirs: ours}}; ours are {choices};")
            lines.append(f"  # theirs {', '.join(map(_quoted, odd))}")
    return [*lines, f"  {guess.ours.name}: {{{', '.join(parts)}}}  {told}"]


def _quoted(text: str) -> str:
    """A text as a YAML scalar on one line, whatever it holds."""
    plain = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**6)
    return " ".join(plain.split("\n")[0].split("\r"))
